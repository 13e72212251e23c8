import ArgumentParser

/// `lockstep analyze …`: looks into models, functions and series.
struct AnalyzeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze", abstract: "Look into models, functions and series.",
    subcommands: [
      ImpulseCommand.self, GatesCommand.self, ChowCommand.self, ActivationsCommand.self,
    ])
}

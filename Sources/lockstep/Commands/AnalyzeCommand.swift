import ArgumentParser

/// `lockstep analyze …`: looks into models and data.
struct AnalyzeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze", abstract: "Look into what a model does, and into data.",
    subcommands: [ImpulseCommand.self, GatesCommand.self])
}

import ArgumentParser
import Foundation

/// `lockstep top`: a run's curves in the terminal, while it goes on.
struct TopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top", abstract: "Show a run's curves in the terminal while it goes on.",
    usage: "lockstep top RUN [--once] [--every SECONDS]",
    discussion: """
      Progress, time left, speed, curves and the last sample of text, drawn again until the run \
      ends. It reads log.jsonl, so it may run anywhere that sees the run's directory. Where \
      standard output is no terminal it prints one picture, without colors.
      """)

  @Argument(
    help: ArgumentHelp("The directory of a run.", valueName: "run"), completion: .directory)
  var directory: String
  @Flag(help: "Print one picture and end.") var once = false
  @Option(help: ArgumentHelp("Seconds between two pictures.", valueName: "seconds"))
  var every = 1.0

  func validate() throws {
    guard every >= 0.1, every <= 3600 else {
      throw ValidationError("--every must be from 0.1 to 3600 seconds, not \(every).")
    }
  }

  func run() throws {
    let terminal = Terminal()
    guard terminal.isInteractive, !once else {
      let screen = RunScreen(
        record: try RunRecord(directory), columns: terminal.columns,
        isColored: terminal.isInteractive && Self.wantsColor)
      return screen.lines.forEach { Output.line($0) }
    }
    var drawn = 0
    while true {
      let record = try RunRecord(directory)
      let screen = RunScreen(
        record: record, columns: terminal.columns, isColored: Self.wantsColor)
      drawn = draw(screen.lines.prefix(terminal.rows - 1), over: drawn)
      guard record.goesOn else { return }
      Thread.sleep(forTimeInterval: every)
    }
  }

  /// Draws lines over those drawn before, and clears what is left of them.
  private func draw(_ lines: ArraySlice<String>, over drawn: Int) -> Int {
    let up = drawn > 0 ? "\u{1B}[\(drawn)A" : ""
    let body = lines.map { "\($0)\u{1B}[K\n" }.joined()
    Output.write("\(up)\r\(body)\u{1B}[J")
    return lines.count
  }

  /// Whether colors are welcome: https://no-color.org.
  private static var wantsColor: Bool {
    (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
  }
}

import ArgumentParser
import Foundation
import Training

/// `lockstep report`: all about a run on one page.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write a page about a run, with pictures.",
    usage: "lockstep report RUN [-o FILE.html]",
    discussion: """
      One HTML file that needs nothing beside itself: what came out, curves, predictions, samples \
      of text, gradients, where the time went, the recipe, and how to do it again. It opens \
      without a network, on a phone too, in light and dark. gnuplot draws the pictures.
      """)

  @Argument(
    help: ArgumentHelp("The directory of a run.", valueName: "run"), completion: .directory)
  var directory: String
  @Option(
    name: .shortAndLong, help: "The page to write; RUN/report.html when left out.",
    completion: .file())
  var output: String?

  func run() throws {
    Output.line(try Self.write(directory, to: output))
  }

  /// Writes the page of a run, and gives its path.
  static func write(_ run: String, to path: String? = nil) throws -> String {
    let path = path ?? "\(run)/report.html"
    try AtomicFile.write(try Report(run).page(), to: path)
    return path
  }
}

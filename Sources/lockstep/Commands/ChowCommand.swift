import ArgumentParser
import Foundation
import KerasFormat
import Training

/// `lockstep analyze chow`: whether and where a series changes.
struct ChowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chow", abstract: "Chow's breakpoint test at every place of a series.",
    usage: """
      lockstep analyze chow SERIES.h5|FILE.csv [--column NAME] [--order P]
                       [--alpha A] [--json] [-o DIR]
      """,
    discussion: """
      For every place: does one regression fit the whole series as well as one before the place \
      and another from it on? F beside the value that is exceeded with the likelihood --alpha at \
      one place that was named beforehand, if nothing changes and residuals are normal and \
      independent. The largest F of all places exceeds it far more often, and so does any F of a \
      series whose residuals hang together, as those of a trend through prices do.

      The regression is a straight line over time, or with --order P a constant and the P values \
      before. -o DIR gets chow.csv and the picture.
      """)

  @Argument(help: "A series, or comma-separated values.", completion: .file()) var file: String
  @Option(help: "The column; the first when left out.") var column: String?
  @Option(help: "Regress on so many values before; 0 is a line over time.") var order = 0
  @Option(help: "How likely a value above the critical one is.") var alpha = 0.05
  @Flag(help: "Print a JSON object with F and its likelihood at every place.") var json = false
  @OptionGroup var table: SeriesTableOptions
  @Option(
    name: .shortAndLong, help: "Where numbers and picture go.", completion: .directory)
  var output: String?

  func validate() throws {
    guard (0...1000).contains(order) else {
      throw ValidationError("--order must be from 0 to 1000, not \(order).")
    }
    guard alpha > 0, alpha < 1 else {
      throw ValidationError("--alpha must be above 0 and below 1, not \(alpha).")
    }
  }

  func run() throws {
    let series = try read()
    let column = column ?? series.columns[0]
    let test = try ChowTest(
      series.column(column, of: file), order == 0 ? .trend : .lags(order), name: file)
    let findings = ChowFindings(test, series, column: column, alpha: alpha)
    if json { Output.line(JSON.object(findings.object).description) } else { findings.print() }
    guard let output else { return }
    // The picture comes first: it makes the folder.
    try Gnuplot().draw(findings.script, as: "\(output)/chow", isQuiet: json)
    try write(findings.lines, to: "\(output)/chow.csv")
  }

  private func read() throws -> Series {
    if let handle = FileHandle(forReadingAtPath: file),
      try handle.read(upToCount: 4) == Data([0x89, 0x48, 0x44, 0x46])
    {
      return try SeriesDataset(path: file).series
    }
    var read = table.table
    read.columns = column.map { [$0] } ?? []
    return try read.read(path: file)
  }

  private func write(_ lines: [String], to path: String) throws {
    do {
      try lines.map { $0 + "\n" }.joined().write(toFile: path, atomically: true, encoding: .utf8)
    } catch {
      throw CommandError("cannot create '\(path)': \(error.localizedDescription)", .output)
    }
    if !json { Output.line(path) }
  }
}

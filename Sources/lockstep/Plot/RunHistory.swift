import Foundation

/// What `history.csv` of a run says: named columns of numbers, a row an epoch.
struct RunHistory {
  let name: String
  let columns: [String]
  private let rows: [[Double]]

  init(_ run: String) throws {
    let path = "\(run)/history.csv"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw CommandError("there is no '\(path)'; expected the directory of a run", .missing)
    }
    let lines = text.split(separator: "\n")
    columns = lines.first?.split(separator: ",").map(String.init) ?? []
    let count = columns.count
    rows = lines.dropFirst().map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      return (0..<count).map { $0 < cells.count ? Double(cells[$0]) ?? .nan : .nan }
    }
    name = URL(fileURLWithPath: run).lastPathComponent
    guard !rows.isEmpty else {
      throw CommandError("'\(path)' has no epoch yet; plot the run when one is done", .data)
    }
  }

  /// The numbers of a column; nil where there is none of that name.
  func values(_ column: String) -> [Double]? {
    columns.firstIndex(of: column).map { index in rows.map { $0[index] } }
  }

  /// The first metric behind the loss, or the loss.
  var usualMetric: String {
    let others = columns.filter { name in
      !["epoch", "step", "loss", "learning_rate", "seconds"].contains(name)
        && !name.hasPrefix("val_")
    }
    return others.first ?? "loss"
  }
}

import Foundation
import HDF5

/// The datasets of a file: names, shapes, types, how they are stored, and the range of values.
struct DataInspection {
  private let path: String
  private let rows: Int

  init(_ path: String, rows: Int) {
    self.path = path
    self.rows = rows
  }

  func print() throws {
    let file = try File(reading: path)
    let size = file.identity.map { ", \(Format.bytes(Int($0.size)))" } ?? ""
    Output.line("File \(path)\(size)")
    Output.line()
    var table = Table(
      ["Dataset", "Shape", "Type", "Stored", "Range of the first \(Format.count(rows)) rows"])
    for name in try Self.datasets(in: file.root, "") {
      let dataset = try file.dataset(name)
      let shape = dataset.shape.map(String.init).joined(separator: ", ")
      let order = dataset.byteOrder == .big ? " big-endian" : ""
      table.add([
        name, "(\(shape))", "\(dataset.elementType)\(order)", Self.storage(dataset.storage),
        range(of: dataset),
      ])
    }
    table.lines.forEach { Output.line($0) }
  }

  /// The paths of all datasets, of any depth.
  private static func datasets(in group: borrowing Group, _ prefix: String) throws -> [String] {
    var found: [String] = []
    for name in try group.members() {
      switch try group.kind(of: name) {
      case .dataset?: found.append("\(prefix)/\(name)")
      case .group? where prefix.count < 1000:
        found += try datasets(in: group.group(name), "\(prefix)/\(name)")
      default: break
      }
    }
    return found
  }

  private static func storage(_ storage: Storage) -> String {
    let layout =
      switch storage.layout {
      case .compact: "compact"
      case .contiguous: "contiguous"
      case .chunked(let sizes): "chunks (" + sizes.map(String.init).joined(separator: ", ") + ")"
      case .virtual: "virtual, not read"
      case .external: "in other files, not read"
      }
    let filters = storage.filters.map { $0.isAvailable ? $0.name : "\($0.name), not available" }
    return ([layout] + filters).joined(separator: ", ")
  }

  /// Smallest and largest value, or why there is none.
  private func range(of dataset: borrowing Dataset) -> String {
    guard dataset.elementType.isNumeric else { return "no numbers" }
    do {
      let values = try first(of: dataset)
      let finite = values.filter(\.isFinite)
      guard let low = finite.min(), let high = finite.max() else {
        return values.isEmpty ? "empty" : "no finite number"
      }
      let others = values.count - finite.count
      return "\(Self.text(low)) … \(Self.text(high))"
        + (others > 0 ? ", \(Format.count(others)) NaN or infinite" : "")
    } catch {
      return error.description
    }
  }

  /// The values of the first rows; a row has so many that a few thousand are enough.
  private func first(of dataset: borrowing Dataset) throws(HDF5Error) -> [Double] {
    guard let count = dataset.shape.first else { return try dataset.read(limit: 1) }
    let wanted = min(count, rows, max(1, (64 << 20) / 8 / max(dataset.rowCount, 1)))
    var values = [Double](repeating: 0, count: wanted * dataset.rowCount)
    let failure = values.withUnsafeMutableBufferPointer { memory -> HDF5Error? in
      do throws(HDF5Error) { try dataset.read(rows: 0..<wanted, into: memory) } catch {
        return error
      }
      return nil
    }
    if let failure { throw failure }
    return values
  }

  private static func text(_ value: Double) -> String { String(format: "%.6g", value) }
}

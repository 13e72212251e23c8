import Foundation
import HDF5
import KerasFormat

/// The datasets of a file: names, shapes, types, how they are stored, and the range of values.
///
/// libhdf5 crashes and hangs on some files, so a process of its own makes the listing, with the
/// limits and rights of the one that reads models. It works on a copy in memory; a file that is too
/// large for that is opened where it is, as training opens it.
struct DataInspection {
  /// The first argument by which the program knows that it is to be that process.
  static let argument = "__list-data"

  private let rows: Int

  /// Prints the listing of a file.
  static func print(_ path: String, rows: Int) throws {
    Output.line(
      isTooLarge(path)
        ? try DataInspection(rows: rows).listing(of: File(reading: path))
        : try ModelReaderProcess.text([argument, String(rows)], of: path))
  }

  /// Whether a file is larger than any model that we read.
  static func isTooLarge(_ path: String) -> Bool {
    (FileIdentity(path: path)?.size ?? 0) > ReadingLimits().fileBytes
  }

  /// Is the process that makes the listing; `arguments` follow `argument`.
  static func run(_ arguments: [String]) -> Never {
    ModelReaderProcess.run(arguments) { image in
      let (size, rows) = (image.count, arguments.last.flatMap { Int($0) } ?? 0)
      let file = try File(image: image, name: arguments[0])
      return try DataInspection(rows: rows).listing(of: file, size: size)
    }
  }

  private func listing(of file: borrowing File, size: Int? = nil) throws -> String {
    let bytes = (size ?? file.identity?.size).map { ", \(Format.bytes($0))" } ?? ""
    let lines = ["File \(file.name)\(bytes)", ""] + (try table(of: file).lines)
    return lines.joined(separator: "\n")
  }

  private func table(of file: borrowing File) throws -> Table {
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
    return table
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

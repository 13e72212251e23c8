import Foundation
import HDF5

/// Small HDF5 files for tests.
enum DataFile {
  /// The committed file of all types and layouts.
  static let types: String = {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return here.appendingPathComponent("../../Fixtures/data/types.h5").standardizedFileURL.path
  }()

  /// Writes datasets of floats; each is a name, a shape and its elements.
  static func write(
    _ path: String, _ datasets: [(name: String, shape: [Int], values: [Float])],
    packing: Packing? = nil
  ) throws {
    let file = try NewFile(inMemory: path)
    for (name, shape, values) in datasets {
      try file.write(
        values, shape: shape, to: name, packing: shape.count == 2 ? packing : nil)
    }
    try Data(try file.image()).write(to: URL(fileURLWithPath: path))
  }

  /// Writes `/x` [count, width] with element (row, column) = 10 row + column, and `/y` [count].
  static func write(
    _ path: String, count: Int, width: Int = 3, packing: Packing? = nil,
    change: (inout [Float], inout [Float]) -> Void = { _, _ in }
  ) throws {
    var x = (0..<count * width).map { Float($0 / width * 10 + $0 % width) }
    var y = (0..<count).map { -Float($0) }
    change(&x, &y)
    try write(
      path, [("x", [count, width], x), ("y", [count], y)], packing: packing)
  }
}

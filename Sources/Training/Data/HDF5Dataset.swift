import HDF5
import Kernels
import Networks
import Tensors

/// Samples in an HDF5 file: datasets of inputs and of targets, perhaps of weights.
///
/// Whole numbers and floats of 8 to 64 bits in either byte order become 32-bit floats as they are
/// read; whole numbers above 2²⁴ are rounded. After every read the file is checked to be the one
/// that was opened, since libhdf5 reports success and zeros where a file has shrunk.
public final class HDF5Dataset: Dataset {
  /// The path of the file, as given.
  public let name: String
  /// How many rows there are.
  public let count: Int
  /// The extents of a sample.
  public let shape: SampleShape
  /// How many neighbouring rows are stored as one piece.
  public let chunkRows: Int
  /// Packed chunks are unpacked by whoever reads them.
  public let canReadAtOnce = true
  private let file: HDF5.File
  private let inputs: [HDF5Column]
  private let targets: [HDF5Column]
  private let weights: [HDF5Column?]

  /// Opens a file and checks names, types, shapes, row counts and filters; reads no rows.
  ///
  /// - Parameters:
  ///   - path: the file's path.
  ///   - names: the names of the datasets in it.
  /// - Throws: `HDF5Error` or `DataError` with one sentence for what is wrong.
  public init(path: String, names: DatasetNames = DatasetNames()) throws {
    let file = try HDF5.File(reading: path)
    inputs = try names.inputs.map { name in
      try HDF5Column(
        name, of: file, ranks: 2...3,
        expecting: "inputs of shape [rows, features] or [rows, time steps, features]")
    }
    targets = try names.targets.map { name in
      try HDF5Column(
        name, of: file, ranks: 1...3,
        expecting: "targets of shape [rows], [rows, classes] or [rows, time steps, classes]")
    }
    weights = try Self.weights(names.weights, targets: targets.count, of: file)
    guard let first = inputs.first else {
      throw DataError(.empty, "no dataset of '\(path)' is named as input; name one at least")
    }
    for input in inputs.dropFirst() { try Self.match(input, first, "rows of the same samples") }
    for target in targets { try Self.match(target, first, "one target for each input") }
    for case let weight? in weights { try Self.match(weight, first, "one weight for each input") }
    let shapes = targets.map { Shape($0.rowShape.isEmpty ? [1] : $0.rowShape) }
    shape = SampleShape(
      inputs: inputs.map { Shape($0.rowShape) }, targets: shapes.isEmpty ? [Shape([0])] : shapes,
      weights: weights.map { $0?.rowShape.reduce(1, *) ?? 0 })
    try Self.check(shape, weights)
    chunkRows = Self.chunkRows(inputs, targets, rowBytes: shape.bytes)
    name = path
    count = first.count
    self.file = file
  }

  /// Reads neighbouring rows, converted to floats.
  public func read(rows: Range<Int>, into memory: RowMemory) throws {
    do {
      try Self.read(inputs, rows, into: memory.inputs)
      try Self.read(targets, rows, into: memory.targets)
      try Self.read(weights.compactMap(\.self), rows, into: memory.weights)
    } catch {
      // A file that was replaced explains why its data is unreadable better than libhdf5 does.
      try file.verifyUnchanged()
      throw error
    }
    try file.verifyUnchanged()
  }

  /// What to call a part of the samples in messages.
  public func title(of part: SamplePart) -> String { title(of: part, at: 0) }

  /// What to call the dataset that a number of a row comes from.
  public func title(of part: SamplePart, at place: Int) -> String {
    let columns: [HDF5Column] =
      switch part {
      case .input: inputs
      case .target: targets
      case .weight: weights.compactMap(\.self)
      }
    var left = place
    for column in columns {
      if left < column.rowCount { return column.title }
      left -= column.rowCount
    }
    return "no \(part)s in '\(name)'"
  }

  /// A text that changes when the data does.
  public var fingerprint: String {
    get throws {
      let summary = [inputs, targets, weights.compactMap(\.self)].flatMap { columns in
        columns.isEmpty ? ["-"] : columns.map(\.summary)
      }
      return try contentFingerprint(header: summary + ["\(file.identity?.size ?? 0) bytes"])
    }
  }
}

extension HDF5Dataset {
  /// Reads columns so that those of a row stand one after the other.
  fileprivate static func read(
    _ columns: [HDF5Column], _ rows: Range<Int>, into memory: UnsafeMutablePointer<Float>
  ) throws {
    if columns.count == 1 { return try columns[0].read(rows: rows, into: memory) }
    let width = columns.reduce(0) { $0 + $1.rowCount }
    let widest = columns.reduce(0) { max($0, $1.rowCount) }
    let apart = Arena(count: widest * rows.count)
    var place = 0
    for column in columns {
      try column.read(rows: rows, into: apart.base)
      copyRows(
        rows: rows.count, columns: column.rowCount, apart.base, sourceStride: column.rowCount,
        into: memory + place, targetStride: width)
      place += column.rowCount
    }
  }

  fileprivate static func weights(
    _ choice: DatasetNames.Weights, targets: Int, of file: borrowing HDF5.File
  ) throws -> [HDF5Column?] {
    switch choice {
    case .none: return []
    case .named(let name): return [try weights(name, of: file)]
    case .automatic:
      guard try file.kind(of: "/sample_weight") == .dataset else { return [] }
      return [try weights("/sample_weight", of: file)]
    case .each(let names):
      guard names.count == targets else {
        throw DataError(
          .badSetting,
          "there are \(names.count) datasets of weights for \(targets) targets of '\(file.name)'; "
            + "expected one for each target, or one for all")
      }
      var columns: [HDF5Column?] = []
      for name in names { columns.append(try name.map { try weights($0, of: file) }) }
      return columns
    }
  }

  fileprivate static func weights(
    _ name: String, of file: borrowing HDF5.File
  ) throws -> HDF5Column {
    try HDF5Column(
      name, of: file, ranks: 1...2,
      expecting: "weights of shape [rows] or [rows, time steps]")
  }

  fileprivate static func match(
    _ column: HDF5Column, _ inputs: HDF5Column, _ expected: String
  ) throws {
    if column.count == inputs.count { return }
    throw DataError(
      .wrongShape,
      "\(inputs.title) has \(inputs.count) rows and \(column.title) has \(column.count); expected "
        + expected)
  }

  /// Weights are one for each sample or one for each time step of inputs or targets.
  fileprivate static func check(_ shape: SampleShape, _ weights: [HDF5Column?]) throws {
    let targets = shape.targets.map(\.steps)
    for (place, column) in weights.enumerated() {
      guard let column else { continue }
      let steps = weights.count == 1 ? targets : [targets[place]]
      guard ![1, shape.input.steps].contains(column.rowCount), !steps.contains(column.rowCount)
      else { continue }
      throw DataError(
        .wrongShape,
        "\(column.title) has \(column.rowCount) weights a row; expected one, or one for each of the "
          + "\(shape.input.steps) time steps")
    }
  }

  /// The rows that one piece of the file has: the largest chunk if that is not much memory, since
  /// reading it piece by piece would unpack it as often.
  fileprivate static func chunkRows(
    _ inputs: [HDF5Column], _ targets: [HDF5Column], rowBytes: Int
  ) -> Int {
    let largest = (inputs + targets).reduce(1) { max($0, $1.chunkRows) }
    return largest * rowBytes <= 4 << 20 ? largest : inputs.first?.chunkRows ?? 1
  }
}

import HDF5
import Networks

/// Samples in an HDF5 file: a dataset of inputs, one of targets, perhaps one of weights.
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
  private let file: HDF5.File
  private let inputs: HDF5Column
  private let targets: HDF5Column?
  private let weights: HDF5Column?

  /// Opens a file and checks names, types, shapes, row counts and filters; reads no rows.
  ///
  /// - Parameters:
  ///   - path: the file's path.
  ///   - names: the names of the datasets in it.
  /// - Throws: `HDF5Error` or `DataError` with one sentence for what is wrong.
  public init(path: String, names: DatasetNames = DatasetNames()) throws {
    let file = try HDF5.File(reading: path)
    let inputs = try HDF5Column(
      names.inputs, of: file, ranks: 2...3,
      expecting: "inputs of shape [rows, features] or [rows, time steps, features]")
    let targets: HDF5Column? =
      if let name = names.targets {
        try HDF5Column(
          name, of: file, ranks: 1...3,
          expecting: "targets of shape [rows], [rows, classes] or [rows, time steps, classes]")
      } else { nil }
    let weights = try Self.weights(names.weights, of: file)
    if let targets { try Self.match(targets, inputs, "one target for each input") }
    if let weights { try Self.match(weights, inputs, "one weight for each input") }
    shape = SampleShape(
      input: Shape(inputs.rowShape),
      target: Shape(targets.map { $0.rowShape.isEmpty ? [1] : $0.rowShape } ?? [0]),
      weights: weights.map { $0.rowShape.reduce(1, *) } ?? 0)
    try Self.check(shape, weights)
    chunkRows = Self.chunkRows(inputs, targets, rowBytes: shape.bytes)
    name = path
    count = inputs.count
    self.file = file
    self.inputs = inputs
    self.targets = targets
    self.weights = weights
  }

  /// Reads neighbouring rows, converted to floats.
  public func read(rows: Range<Int>, into memory: RowMemory) throws {
    do {
      try inputs.read(rows: rows, into: memory.inputs)
      try targets?.read(rows: rows, into: memory.targets)
      try weights?.read(rows: rows, into: memory.weights)
    } catch {
      // A file that was replaced explains why its data is unreadable better than libhdf5 does.
      try file.verifyUnchanged()
      throw error
    }
    try file.verifyUnchanged()
  }

  /// What to call a part of the samples in messages.
  public func title(of part: SamplePart) -> String {
    switch part {
    case .input: inputs.title
    case .target: targets?.title ?? "no targets in '\(name)'"
    case .weight: weights?.title ?? "no weights in '\(name)'"
    }
  }

  /// A text that changes when the data does.
  public var fingerprint: String {
    get throws {
      let summary = [inputs.summary, targets?.summary ?? "-", weights?.summary ?? "-"]
      return try contentFingerprint(header: summary + ["\(file.identity?.size ?? 0) bytes"])
    }
  }
}

extension HDF5Dataset {
  fileprivate static func weights(
    _ choice: DatasetNames.Weights, of file: borrowing HDF5.File
  ) throws -> HDF5Column? {
    let name: String
    switch choice {
    case .none: return nil
    case .named(let chosen): name = chosen
    case .automatic:
      name = "/sample_weight"
      guard try file.kind(of: name) != nil else { return nil }
    }
    return try HDF5Column(
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
  fileprivate static func check(_ shape: SampleShape, _ weights: HDF5Column?) throws {
    let allowed = [0, 1, shape.input.steps, shape.target.steps]
    guard let title = weights?.title, !allowed.contains(shape.weights) else { return }
    throw DataError(
      .wrongShape,
      "\(title) has \(shape.weights) weights a row; expected one, or one for each of the "
        + "\(shape.input.steps) time steps")
  }

  /// The rows that one piece of the file has: the largest chunk if that is not much memory, since
  /// reading it piece by piece would unpack it as often.
  fileprivate static func chunkRows(
    _ inputs: HDF5Column, _ targets: HDF5Column?, rowBytes: Int
  ) -> Int {
    let larger = max(inputs.chunkRows, targets?.chunkRows ?? 1)
    return larger * rowBytes <= 4 << 20 ? larger : inputs.chunkRows
  }
}

import HDF5
import Kernels
import Networks
import Tensors

/// Sequences of their own length in an HDF5 file: `/lengths` [N], and inputs that are padded, [N, T, F] or
/// [N, T], or stand one after the other, [Σ lengths, F] or [Σ lengths].
///
/// Targets and weights are one for each sequence, or for each step in either of these forms. What lies
/// behind a sequence's end is never looked at: rows are given out with zeros there, and with the length,
/// of which the network makes its mask.
public final class SequenceDataset: Dataset {
  /// The path of the file, as given.
  public let name: String
  /// How many sequences there are.
  public let count: Int
  /// The extents of a padded sample.
  public let shape: SampleShape
  /// How many neighbouring rows are stored as one piece.
  public let chunkRows: Int
  /// The length of each sequence.
  public let lengths: [Int]?
  /// Packed chunks are unpacked by whoever reads them.
  public let canReadAtOnce = true
  private let file: HDF5.File
  private let offsets: [Int]
  private let input: SequenceColumn
  private let target: SequenceColumn?
  private let weight: SequenceColumn?

  /// Opens a file, and reads its lengths.
  ///
  /// - Parameters:
  ///   - path: the file's path.
  ///   - names: the names of the arrays: one input, at most one target and one for weights.
  ///   - lengths: the name of the lengths.
  ///   - steps: how many steps samples are padded to; nil for as many as the longest has, or as are
  ///     stored.
  /// - Throws: `HDF5Error` or `DataError` with one sentence for what is wrong.
  public init(
    path: String, names: DatasetNames = DatasetNames(), lengths: String = "/lengths",
    steps: Int? = nil
  ) throws {
    let file = try HDF5.File(reading: path)
    let found = try Self.lengths(lengths, of: file)
    let offsets = found.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    guard names.inputs.count == 1, names.targets.count <= 1 else {
      throw DataError(
        .badSetting,
        "sequences of their own length have one input and one target, and \(names.inputs.count) and "
          + "\(names.targets.count) are named for '\(path)'")
    }
    let form = SequenceColumn.Form(lengths: found, title: "'\(lengths)' in '\(path)'")
    let input = try SequenceColumn(names.inputs[0], of: file, .input, form, steps: steps)
    self.input = input
    target = try names.targets.first.map {
      try SequenceColumn($0, of: file, .target, form, steps: input.steps)
    }
    weight = try Self.weightName(names.weights, of: file).map {
      try SequenceColumn($0, of: file, .weight, form, steps: input.steps)
    }
    shape = SampleShape(
      inputs: [input.shape], targets: [target?.shape ?? Shape([0])],
      weights: [weight?.shape.count ?? 0], longest: input.steps)
    (name, count, chunkRows) = (path, found.count, input.isFlat ? 1 : input.column.chunkRows)
    self.lengths = found
    self.offsets = offsets
    self.file = file
  }

  private static func lengths(
    _ name: String, of file: borrowing HDF5.File
  ) throws -> [Int] {
    let dataset = try file.dataset(name)
    let lengths = try dataset.read(as: Int64.self, limit: 1 << 28).map { Int($0) }
    guard dataset.shape.count == 1, !lengths.isEmpty else {
      throw DataError(
        .wrongShape,
        "cannot use '\(name)' in '\(file.name)' as lengths: its shape is \(dataset.shape); expected a "
          + "number for each sequence")
    }
    if let row = lengths.firstIndex(where: { $0 < 1 || $0 > 1 << 24 }) {
      throw DataError(
        .wrongShape,
        "'\(name)' in '\(file.name)' has the length \(lengths[row]) in row \(row); expected one step at "
          + "least, so leave such rows out")
    }
    return lengths
  }

  private static func weightName(
    _ choice: DatasetNames.Weights, of file: borrowing HDF5.File
  ) throws -> String? {
    switch choice {
    case .none: nil
    case .named(let name): name
    case .each(let names): names.first ?? nil
    case .automatic: try file.kind(of: "/sample_weight") == .dataset ? "/sample_weight" : nil
    }
  }

  /// Reads neighbouring sequences, padded with zeros.
  public func read(rows: Range<Int>, into memory: RowMemory) throws {
    let lengths = lengths ?? []
    do {
      let columns = [(input, memory.inputs), (target, memory.targets)]
      for case (let column?, let base) in columns {
        try column.read(rows, offsets, into: base, stride: column.shape.count)
      }
      try weight?.read(rows, offsets, into: memory.weights, stride: shape.weights)
    } catch {
      try file.verifyUnchanged()
      throw error
    }
    try file.verifyUnchanged()
    for (index, row) in rows.enumerated() {
      memory.weights[index * shape.weights + shape.lengthPlace] = Float(lengths[row])
    }
  }

  /// What to call a part of the samples in messages.
  public func title(of part: SamplePart) -> String {
    switch part {
    case .input: input.column.title
    case .target: target?.column.title ?? "no targets in '\(name)'"
    case .weight: weight?.column.title ?? "no weights in '\(name)'"
    }
  }

  /// A text that changes when the data does.
  public var fingerprint: String {
    get throws {
      try contentFingerprint(
        header: ["lengths"] + [input, target, weight].map { $0?.column.summary ?? "-" })
    }
  }
}

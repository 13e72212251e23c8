import Networks

/// Samples in arrays, for programs that have their data already.
public final class MemoryDataset: Dataset {
  /// What to call the dataset in messages.
  public let name: String
  /// How many rows there are.
  public let count: Int
  /// The extents of a sample.
  public let shape: SampleShape
  /// How many neighbouring rows are stored as one piece.
  public let chunkRows = 1
  private let inputs: [Float]
  private let targets: [Float]
  private let weights: [Float]

  /// Takes samples with one input and one target that follow each other in arrays.
  ///
  /// - Parameters:
  ///   - inputs: [N, input]
  ///   - targets: [N, target]
  ///   - weights: [N, weights], or empty.
  ///   - shape: the extents of one sample.
  ///   - name: what to call them in messages.
  /// - Throws: `DataError` if the arrays differ in their number of rows, or have none.
  public convenience init(
    inputs: [Float], targets: [Float], weights: [Float] = [], shape: SampleShape,
    name: String = "memory"
  ) throws {
    try self.init(
      inputs: [inputs], targets: [targets],
      weights: shape.columns(of: .weight).isEmpty ? [] : [weights],
      shape: shape, name: name)
  }

  /// Takes samples whose inputs, targets and weights are arrays of their own.
  ///
  /// - Parameters:
  ///   - inputs: [N, input] for each input of the shape.
  ///   - targets: [N, target] for each target.
  ///   - weights: [N, weights] for each of the shape's `weightCounts`, then [N, T] flags where streams
  ///     may begin anew.
  ///   - shape: the extents of one sample.
  ///   - name: what to call them in messages.
  /// - Throws: `DataError` if the arrays differ in their number of rows, or have none.
  public init(
    inputs: [[Float]], targets: [[Float]], weights: [[Float]] = [], shape: SampleShape,
    name: String = "memory"
  ) throws {
    let count = (inputs.first?.count ?? 0) / max(shape.input.count, 1)
    for (part, columns) in [(SamplePart.input, inputs), (.target, targets), (.weight, weights)] {
      try Self.check(columns, shape.columns(of: part), rows: count, "\(part)s", name)
    }
    guard count > 0 else {
      throw DataError(.empty, "cannot use '\(name)' as data: it is empty; expected a row")
    }
    self.name = name
    self.count = count
    self.shape = shape
    self.inputs = Self.interleaved(inputs, rows: count)
    self.targets = Self.interleaved(targets, rows: count)
    self.weights = Self.interleaved(weights, rows: count)
  }

  private static func check(
    _ columns: [[Float]], _ widths: [Int], rows: Int, _ part: String, _ name: String
  ) throws {
    guard columns.count == widths.count else {
      throw DataError(
        .wrongShape,
        "cannot use '\(name)' as data: there are \(columns.count) arrays for the \(part); expected "
          + "\(widths.count)")
    }
    for (column, width) in zip(columns, widths) where column.count != rows * width {
      throw DataError(
        .wrongShape,
        "cannot use '\(name)' as data: there are \(column.count) numbers for the \(part); expected "
          + "\(rows * width) for \(rows) rows")
    }
  }

  /// Columns in one array, those of a row one after the other.
  static func interleaved(_ columns: [[Float]], rows: Int) -> [Float] {
    if columns.count <= 1 { return columns.first ?? [] }
    var result: [Float] = []
    result.reserveCapacity(columns.reduce(0) { $0 + $1.count })
    for row in 0..<rows {
      for column in columns {
        let width = column.count / rows
        result += column[row * width..<(row + 1) * width]
      }
    }
    return result
  }

  /// Reads neighbouring rows, converted to floats.
  public func read(rows: Range<Int>, into memory: RowMemory) {
    for (part, values) in [
      (SamplePart.input, inputs), (.target, targets), (.weight, weights),
    ] {
      let width = shape.count(of: part)
      values.withUnsafeBufferPointer { values in
        guard let base = values.baseAddress else { return }
        memory[part].update(from: base + rows.lowerBound * width, count: rows.count * width)
      }
    }
  }

  /// What to call a part of the samples in messages.
  public func title(of part: SamplePart) -> String { "the \(part)s of '\(name)'" }

  /// A text that changes when the data does.
  public var fingerprint: String { get throws { try contentFingerprint(header: ["memory"]) } }
}

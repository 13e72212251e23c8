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

  /// Takes samples that follow each other in arrays.
  ///
  /// - Parameters:
  ///   - inputs: [N, input]
  ///   - targets: [N, target]
  ///   - weights: [N, weights], or empty.
  ///   - shape: the extents of one sample.
  ///   - name: what to call them in messages.
  /// - Throws: `DataError` if the arrays differ in their number of rows, or have none.
  public init(
    inputs: [Float], targets: [Float], weights: [Float] = [], shape: SampleShape,
    name: String = "memory"
  ) throws {
    let count = inputs.count / max(shape.input.count, 1)
    for (part, found) in [
      (SamplePart.input, inputs.count), (.target, targets.count), (.weight, weights.count),
    ] where found != count * shape.count(of: part) {
      throw DataError(
        .wrongShape,
        "cannot use '\(name)' as data: there are \(found) numbers for the \(part)s; expected "
          + "\(count * shape.count(of: part)) for \(count) rows")
    }
    guard count > 0 else {
      throw DataError(.empty, "cannot use '\(name)' as data: it is empty; expected a row")
    }
    self.name = name
    self.count = count
    self.shape = shape
    self.inputs = inputs
    self.targets = targets
    self.weights = weights
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

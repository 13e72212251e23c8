import Tensors

/// Memory for rows of a dataset: what windows keep, and what stands between a file and them.
final class RowStore {
  let shape: SampleShape
  let capacity: Int
  private let inputs: Arena
  private let targets: Arena
  private let weights: Arena

  init(_ shape: SampleShape, capacity: Int) {
    self.shape = shape
    self.capacity = capacity
    inputs = Arena(count: capacity * shape.inputCount)
    targets = Arena(count: capacity * shape.targetCount)
    weights = Arena(count: capacity * shape.weights)
  }

  /// The room from a row on.
  func memory(from row: Int) -> RowMemory {
    precondition(row >= 0 && row <= capacity, "a row outside of the store")
    return RowMemory(
      inputs: inputs.base + row * shape.inputCount,
      targets: targets.base + row * shape.targetCount,
      weights: weights.base + row * shape.weights)
  }

  /// Copies neighbouring rows of another store.
  func copy(rows: Range<Int>, of other: RowStore, to row: Int) {
    precondition(row + rows.count <= capacity && rows.upperBound <= other.capacity)
    memory(from: row).copy(rows.count, of: shape, from: other.memory(from: rows.lowerBound))
  }

  /// Where there is NaN or infinity.
  struct NotFinite {
    let row: Int
    let part: SamplePart
    /// Its place in the row of the part.
    let place: Int
    let value: Float
  }

  /// The first row of a range with a number that is not finite, and the part where it is.
  func firstNotFinite(in rows: Range<Int>) -> NotFinite? {
    let memory = memory(from: rows.lowerBound)
    let found = SamplePart.allCases.compactMap { part -> NotFinite? in
      let width = shape.count(of: part)
      let values = UnsafeBufferPointer(start: memory[part], count: rows.count * width)
      guard let index = firstNotFinitePlace(values) else { return nil }
      return NotFinite(
        row: rows.lowerBound + index / width, part: part, place: index % width,
        value: values[index])
    }
    return found.min { $0.row < $1.row }
  }
}

extension RowMemory {
  subscript(part: SamplePart) -> UnsafeMutablePointer<Float> {
    switch part {
    case .input: inputs
    case .target: targets
    case .weight: weights
    }
  }

  /// Copies `count` rows from other memory.
  func copy(_ count: Int, of shape: SampleShape, from other: RowMemory) {
    for part in SamplePart.allCases {
      self[part].update(from: other[part], count: count * shape.count(of: part))
    }
  }
}

/// The place of the first NaN or infinity.
private func firstNotFinitePlace(_ values: UnsafeBufferPointer<Float>) -> Int? {
  // A maximum of whole numbers becomes vector instructions, a search with an early end does not.
  var largest: UInt32 = 0
  for value in values { largest = max(largest, value.bitPattern & 0x7FFF_FFFF) }
  return largest < 0x7F80_0000 ? nil : values.firstIndex { !$0.isFinite }
}

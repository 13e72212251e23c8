import Networks

/// The shape of one input as a config gives it: the batch first, sizes left open as null.
struct InputShape {
  /// The rows of a batch, where they are fixed.
  let batchSize: Int?
  /// The shape of one sample, with a zero for each size that is left open.
  let sample: Shape

  /// Reads the dimensions.
  init(_ json: JSON) throws(KerasFormatError) {
    guard let dimensions = json.array, (2...SizeLimits.rank + 1).contains(dimensions.count) else {
      throw Self.malformed(json)
    }
    var sizes: [Int] = []
    for dimension in dimensions {
      if dimension.isNull {
        sizes.append(0)
      } else if let size = dimension.int, (1...SizeLimits.extent).contains(size) {
        sizes.append(size)
      } else {
        throw Self.malformed(json)
      }
    }
    batchSize = sizes[0] == 0 ? nil : sizes[0]
    sample = Shape(Array(sizes.dropFirst()))
  }

  private static func malformed(_ json: JSON) -> KerasFormatError {
    KerasFormatError(
      "the input's shape is \(json.excerpt); every size but the first must be a whole number from 1 "
        + "to \(SizeLimits.extent), or null where it is left open")
  }
}

extension Shape {
  /// Whether a size is left open.
  package var isOpen: Bool { dimensions.contains(0) }

  /// The shape whose open sizes are those of another; nil where the two disagree.
  func closed(by given: Shape) -> Shape? {
    guard dimensions.count == given.dimensions.count else { return nil }
    for (own, other) in zip(dimensions, given.dimensions) where own != 0 && own != other {
      return nil
    }
    return given
  }

  /// The shape with one size in the place of all that are open.
  func closed(by size: Int) -> Shape { Shape(dimensions.map { $0 == 0 ? size : $0 }) }

  /// The shape as a config has it: the batch first, null for what is open.
  func config(batchSize: Int?) -> JSON {
    .array(
      [batchSize.map(JSON.int) ?? .null] + dimensions.map { $0 == 0 ? .null : .int($0) })
  }
}

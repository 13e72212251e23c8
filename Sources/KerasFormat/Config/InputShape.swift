import Networks

/// The shape of a model's input as a config gives it: the batch first, sizes left open as null.
struct InputShape {
  private let dimensions: [JSON]?

  /// The first of several shapes that is one.
  init(_ candidates: [JSON]) { dimensions = candidates.lazy.compactMap(\.array).first }

  /// The rows of a batch, where they are fixed.
  var batchSize: Int? {
    guard let rows = dimensions?.first?.int, (1...SizeLimits.extent).contains(rows) else {
      return nil
    }
    return rows
  }

  /// The shape of one sample, whose open sizes come from a given shape.
  func sample(_ given: Shape?) throws(KerasFormatError) -> Shape {
    guard let dimensions, !dimensions.isEmpty else {
      if let given { return given }
      throw KerasFormatError(
        "Reading a model's config: it does not say the shape of the input; give it.")
    }
    let own = Array(dimensions.dropFirst())
    guard (1...SizeLimits.rank).contains(own.count),
      own.count == given?.dimensions.count ?? own.count
    else { throw mismatch(given) }
    var sizes: [Int] = []
    for (index, size) in own.enumerated() {
      let wanted = given?.dimensions[index]
      guard let size = size.isNull ? wanted : size.int, wanted ?? size == size,
        (1...SizeLimits.extent).contains(size)
      else { throw mismatch(given) }
      sizes.append(size)
    }
    return Shape(sizes)
  }

  private func mismatch(_ given: Shape?) -> KerasFormatError {
    let found = JSON.array(dimensions ?? []).excerpt
    guard let given else {
      return KerasFormatError(
        "Reading a model's config: the input's shape is \(found); every size but the first must be "
          + "a whole number from 1 to \(SizeLimits.extent). Give the sizes that are left open.")
    }
    return KerasFormatError(
      "Reading a model's config: the input's shape is \(found), which \(given) does not fit.")
  }
}

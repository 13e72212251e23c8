import Tensors

extension Blueprint {
  /// Hands a value out to several readers, or to none.
  ///
  /// Whoever reads a value overwrites its gradient; so each reader gets the same numbers with a
  /// gradient of its own, and the gradients are added up on the way back.
  ///
  /// - Parameters:
  ///   - value: what is read.
  ///   - readers: how many read it.
  /// - Returns: a value for each reader.
  mutating func fork(_ value: Value, _ readers: Int) -> [Value] {
    guard value.gradient != nil, readers != 1 else {
      return Array(repeating: value, count: readers)
    }
    let copies = (0..<readers).map { _ in
      Value(
        shape: value.shape, data: value.data, gradient: scratch(perRow: value.shape.count),
        mask: value.mask)
    }
    append(ForkOperation(value: value, copies: copies))
    return copies
  }
}

/// One value under several names: nothing forward, a sum of gradients backward.
private struct ForkOperation: Operation {
  let value: Value
  let copies: [Value]

  func forward(_ pass: borrowing Pass) {}

  func backward(_ pass: borrowing Pass) {
    guard let gradient = pass.gradient(value) else { return }
    guard let first = copies.first.flatMap({ pass.gradient($0) }) else { return gradient.fill(0) }
    gradient.assign(first)
    for copy in copies.dropFirst() {
      if let other = pass.gradient(copy) { gradient.add(other) }
    }
  }
}

/// Eight numbers, one for each axis of an array; axes that an array does not have come first, with
/// extent 1.
public typealias AxisNumbers = SIMD8<Int>

/// Copies an array of up to eight axes between two orders in memory.
///
/// `target` gets the number of each place from `source`, both addressed by strides of their own. A
/// stride of zero repeats numbers.
public func copyStrided(
  extents: AxisNumbers, _ source: UnsafePointer<Float>, strides sourceStrides: AxisNumbers,
  into target: UnsafeMutablePointer<Float>, strides targetStrides: AxisNumbers
) {
  let (length, from, to) = (extents[7], sourceStrides[7], targetStrides[7])
  forEachRun(extents, sourceStrides, targetStrides) { sourceOffset, targetOffset in
    let (x, y) = (source + sourceOffset, target + targetOffset)
    if from == 1, to == 1 {
      y.update(from: x, count: length)
    } else {
      for index in 0..<length { y[index * to] = x[index * from] }
    }
  }
}

/// Adds to `target` where `copyStrided` copies.
///
/// A target's stride of zero sums numbers, in the order of the axes.
public func addStrided(
  extents: AxisNumbers, _ source: UnsafePointer<Float>, strides sourceStrides: AxisNumbers,
  to target: UnsafeMutablePointer<Float>, strides targetStrides: AxisNumbers
) {
  let (length, from, to) = (extents[7], sourceStrides[7], targetStrides[7])
  forEachRun(extents, sourceStrides, targetStrides) { sourceOffset, targetOffset in
    let (x, y) = (source + sourceOffset, target + targetOffset)
    for index in 0..<length { y[index * to] += x[index * from] }
  }
}

/// Calls `body` with both offsets of each run along the last axis.
@_transparent
private func forEachRun(
  _ extents: AxisNumbers, _ first: AxisNumbers, _ second: AxisNumbers,
  _ body: (_ first: Int, _ second: Int) -> Void
) {
  guard extents.min() > 0 else { return }
  var index = AxisNumbers(repeating: 0)
  var (one, other) = (0, 0)
  while true {
    body(one, other)
    var axis = 6
    while axis >= 0 {
      index[axis] += 1
      one += first[axis]
      other += second[axis]
      if index[axis] < extents[axis] { break }
      one -= first[axis] * extents[axis]
      other -= second[axis] * extents[axis]
      index[axis] = 0
      axis -= 1
    }
    if axis < 0 { return }
  }
}

/// Copies samples of `count` numbers between values with different time axes: from blocks
/// [rows, sourceFeatures], one a step, to blocks [rows, targetFeatures].
public func regroup(
  rows: Int, count: Int, _ source: UnsafePointer<Float>, features sourceFeatures: Int,
  into target: UnsafeMutablePointer<Float>, features targetFeatures: Int
) {
  for row in 0..<rows {
    var place = 0
    while place < count {
      let (step, column) = place.quotientAndRemainder(dividingBy: sourceFeatures)
      let (block, offset) = place.quotientAndRemainder(dividingBy: targetFeatures)
      let length = min(sourceFeatures - column, targetFeatures - offset)
      let from = source + (step * rows + row) * sourceFeatures + column
      (target + (block * rows + row) * targetFeatures + offset).update(from: from, count: length)
      place += length
    }
  }
}

/// y = the mean of the steps of x [steps, rows, columns].
///
/// With a mask [steps, rows] it is that of the steps with a one; a row without any is 0 / 0, as in Keras.
public func averageSteps(
  steps: Int, rows: Int, columns: Int, _ x: UnsafePointer<Float>, mask: UnsafePointer<Float>?,
  into y: UnsafeMutablePointer<Float>
) {
  y.update(repeating: 0, count: rows * columns)
  for step in 0..<steps {
    for row in 0..<rows where mask.map({ $0[step * rows + row] != 0 }) ?? true {
      let out = y + row * columns
      mapPairs(columns, out, x + (step * rows + row) * columns, out) { $0 + $1 }
    }
  }
  for row in 0..<rows {
    let count = stepCount(steps: steps, rows: rows, row, mask)
    map(columns, y + row * columns, y + row * columns) { $0 / count }
  }
}

/// dx of `averageSteps`.
public func averageStepsGradient(
  steps: Int, rows: Int, columns: Int, dy: UnsafePointer<Float>, mask: UnsafePointer<Float>?,
  into dx: UnsafeMutablePointer<Float>
) {
  for row in 0..<rows {
    let count = stepCount(steps: steps, rows: rows, row, mask)
    for step in 0..<steps {
      let slope = dx + (step * rows + row) * columns
      if mask.map({ $0[step * rows + row] != 0 }) ?? true {
        map(columns, dy + row * columns, slope) { $0 / count }
      } else {
        slope.update(repeating: 0, count: columns)
      }
    }
  }
}

private func stepCount(
  steps: Int, rows: Int, _ row: Int, _ mask: UnsafePointer<Float>?
) -> Float {
  guard let mask else { return Float(steps) }
  return (0..<steps).reduce(0) { $0 + (mask[$1 * rows + row] != 0 ? 1 : 0) }
}

/// y = the largest of the steps of x [steps, width].
public func largestStep(
  steps: Int, width: Int, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>
) {
  maxPool(Window(size: steps), steps: steps, outputs: 1, width: width, x, into: y)
}

/// dx of `largestStep`: steps that are equally large share the gradient, as in Keras on TensorFlow.
///
/// `ties` has room for `width` numbers.
public func largestStepGradient(
  steps: Int, width: Int, x: UnsafePointer<Float>, y: UnsafePointer<Float>,
  dy: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>,
  ties: UnsafeMutablePointer<Float>
) {
  ties.update(repeating: 0, count: width)
  for step in 0..<steps {
    forEachVector(width) { at, lanes in
      let isLargest = load(x + step * width + at, lanes) .== load(y + at, lanes)
      let one = Vector(repeating: 0).replacing(with: 1, where: isLargest)
      store(load(ties + at, lanes) + one, ties + at, lanes)
    }
  }
  for step in 0..<steps {
    forEachVector(width) { at, lanes in
      let isLargest = load(x + step * width + at, lanes) .== load(y + at, lanes)
      let share = load(dy + at, lanes) / load(ties + at, lanes)
      let slope = Vector(repeating: 0).replacing(with: share, where: isLargest)
      store(slope, dx + step * width + at, lanes)
    }
  }
}

/// y = sparsemax(x) over each row: max(x - τ, 0) with the τ that makes the sum 1; x and y
/// [rows, columns] with row strides.
///
/// `y` may be `x`. A row with a NaN becomes NaN.
public func sparsemaxRows(
  rows: Int, columns: Int, _ x: UnsafePointer<Float>, xStride: Int,
  into y: UnsafeMutablePointer<Float>, yStride: Int
) {
  withUnsafeTemporaryAllocation(of: Float.self, capacity: columns) { sorted in
    for row in 0..<rows {
      let numbers = x + row * xStride
      for column in 0..<columns { sorted[column] = numbers[column] }
      let threshold = sparsemaxThreshold(sorted)
      map(columns, numbers, y + row * yStride) { ($0 - threshold).atLeast(0) }
    }
  }
}

/// The τ for which Σ max(x - τ, 0) = 1; sorts the numbers.
private func sparsemaxThreshold(_ numbers: UnsafeMutableBufferPointer<Float>) -> Float {
  if numbers.contains(where: \.isNaN) { return .nan }
  var sorted = numbers
  sorted.sort(by: >)
  var sum = 0.0
  var threshold = 0.0
  for (place, number) in sorted.enumerated() {
    let count = Double(place + 1)
    guard 1 + count * Double(number) > sum + Double(number) else { break }
    sum += Double(number)
    threshold = (sum - 1) / count
  }
  return Float(threshold)
}

/// dx = dy - mean dy, both over the places where y > 0, and 0 elsewhere, for y = sparsemax(x); all
/// [rows, columns] with row strides.
///
/// `dx` may be `dy` or `y`.
public func sparsemaxGradientRows(
  rows: Int, columns: Int, y: UnsafePointer<Float>, yStride: Int, dy: UnsafePointer<Float>,
  dyStride: Int, into dx: UnsafeMutablePointer<Float>, dxStride: Int
) {
  for row in 0..<rows {
    let output = y + row * yStride
    let gradient = dy + row * dyStride
    var (sum, count): (Float, Float) = (0, 0)
    for column in 0..<columns where output[column] > 0 {
      sum += gradient[column]
      count += 1
    }
    let mean = count > 0 ? sum / count : 0
    mapPairs(columns, output, gradient, dx + row * dxStride) { output, gradient in
      Vector(repeating: 0).replacing(with: gradient - mean, where: output .> 0)
    }
  }
}

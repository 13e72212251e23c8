import Foundation
import Kernels
import TestSupport
import Testing

/// The kernels of the layers around recurrent ones, beside plain double precision.
@Suite struct AroundKernelTests {
  /// Noise is the quantile of the uniform number with the same address.
  @Test func noiseIsNormal() {
    let count = 1 << 16
    var (uniform, normal) = (
      [Float](repeating: 0, count: count), [Float](repeating: 0, count: count)
    )
    let key = (UInt32(7), UInt32(9))
    uniforms(count: count, row: 5, stream: 3, step: 2, key: key, into: &uniform)
    gaussianNoise(
      rows: 1, columns: count, firstRow: 5, mean: 0, deviation: 1, key: key, step: 2, stream: 3,
      into: &normal)
    var worst = 0.0
    for (u, z) in zip(uniform, normal) {
      let below = 0.5 * erfc(-Double(z) / 2.0.squareRoot())
      let expected = Double(u) + 0x1p-25
      worst = max(worst, abs(below - expected) / min(expected, 1 - expected))
    }
    #expect(worst < 1e-4, "the tails are off by \(worst)")
    let (mean, square) = normal.reduce((0.0, 0.0)) {
      ($0.0 + Double($1), $0.1 + Double($1) * Double($1))
    }
    #expect(abs(mean / Double(count)) < 0.02 && abs(square / Double(count) - 1) < 0.02)
  }

  @Test func noiseHasMeanDeviationAndAddress() {
    let key = (UInt32(1), UInt32(2))
    func draw(_ rows: Int, _ firstRow: Int, _ mean: Float, _ deviation: Float) -> [Float] {
      var noise = [Float](repeating: 0, count: rows * 37)
      gaussianNoise(
        rows: rows, columns: 37, firstRow: firstRow, mean: mean, deviation: deviation, key: key,
        step: 4, stream: 1, into: &noise)
      return noise
    }
    let (plain, scaled) = (draw(3, 10, 0, 1), draw(3, 10, 1, 0.5))
    for (z, x) in zip(plain, scaled) { #expect(abs(1 + 0.5 * z - x) < 1e-6) }
    #expect(draw(1, 11, 0, 1) == Array(plain[37..<74]))
  }

  @Test func rectifiersHaveTheirFormulas() {
    let numbers: [Float] = (-40...40).map { Float($0) / 8 }
    for slope in [0, 0.25] as [Float] {
      for threshold in [0, 0.5] as [Float] {
        for top in [1.5, .infinity] as [Float] {
          let (y, dx) = apply(.rectifier(slope: slope, limit: top, threshold: threshold), numbers)
          for (index, x) in numbers.enumerated() where x != threshold && x != top {
            let low = slope * (x - threshold)
            #expect(y[index] == (x >= threshold ? min(x, top) : low))
            #expect(dx[index] == (x < threshold ? slope : x < top ? 1 : 0) * 2)
          }
        }
      }
    }
  }

  private func apply(
    _ activation: ElementwiseActivation, _ x: [Float]
  ) -> (y: [Float], dx: [Float]) {
    var (y, dx) = ([Float](repeating: 0, count: x.count), [Float](repeating: 0, count: x.count))
    activate(activation, count: x.count, x, into: &y)
    let dy = [Float](repeating: 2, count: x.count)
    activationGradient(activation, count: x.count, kept: x, dy: dy, into: &dx)
    return (y, dx)
  }

  @Test func smallProductsOfEverySize() {
    var random = SeededRandom(seed: 3)
    withEvery("size", in: (0..<60).map { ($0 % 4, 1 + $0 % 5 * 7, $0 % 19) }) { size in
      let (rows, columns, depth) = size
      let (a, b) = (random.floats(rows * depth), random.floats(depth * columns))
      let turnedA = transpose(a, rows, depth)
      let turnedB = transpose(b, depth, columns)
      let start = random.floats(rows * columns)
      for accumulating in [false, true] {
        var (one, two, three) = (start, start, start)
        multiplySmall(
          rows: rows, columns: columns, depth: depth, a, b, into: &one, accumulating: accumulating)
        multiplySmall(
          rows: rows, columns: columns, depth: depth, a, transposed: turnedB, into: &two,
          accumulating: accumulating)
        multiplySmall(
          rows: rows, columns: columns, depth: depth, transposed: turnedA, b, into: &three,
          accumulating: accumulating)
        for place in 0..<rows * columns {
          let (row, column) = (place / columns, place % columns)
          let sum = (0..<depth).reduce(accumulating ? Double(start[place]) : 0) {
            $0 + Double(a[row * depth + $1]) * Double(b[$1 * columns + column])
          }
          for result in [one, two, three] { #expect(abs(Double(result[place]) - sum) < 1e-5) }
        }
      }
    }
  }

  private func transpose(_ x: [Float], _ rows: Int, _ columns: Int) -> [Float] {
    (0..<rows * columns).map { x[$0 % max(rows, 1) * columns + $0 / max(rows, 1)] }
  }

  /// A permutation of three axes, and its sum back over a repeated one.
  @Test func stridedCopiesAddressEveryNumber() {
    let source: [Float] = (0..<24).map(Float.init)
    var target = [Float](repeating: -1, count: 24)
    let extents = AxisNumbers(1, 1, 1, 1, 1, 4, 2, 3)
    copyStrided(
      extents: extents, source, strides: AxisNumbers(0, 0, 0, 0, 0, 1, 12, 4), into: &target,
      strides: AxisNumbers(0, 0, 0, 0, 0, 6, 3, 1))
    for k in 0..<4 {
      for i in 0..<2 {
        for j in 0..<3 { #expect(target[k * 6 + i * 3 + j] == source[i * 12 + j * 4 + k]) }
      }
    }
    var sums = [Float](repeating: 1, count: 3)
    addStrided(
      extents: extents, target, strides: AxisNumbers(0, 0, 0, 0, 0, 6, 3, 1), to: &sums,
      strides: AxisNumbers(0, 0, 0, 0, 0, 0, 0, 1))
    for j in 0..<3 {
      #expect(sums[j] == 1 + (0..<8).reduce(0) { $0 + target[$1 * 3 + j] })
    }
  }
}

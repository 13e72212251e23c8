import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct LossTests {
  private let sizes = [(1, 1), (3, 2), (4, 16), (2, 17), (3, 40), (0, 3)]

  private func near(_ a: Float, _ b: Double, _ what: String) {
    #expect(abs(Double(a) - b) <= 2e-6 * max(1, abs(b)), "\(what): \(a), expected \(b)")
  }

  private func softmax(_ x: [Double]) -> [Double] {
    let top = x.max() ?? 0
    let e = x.map { exp($0 - top) }
    let sum = e.reduce(0, +)
    return e.map { $0 / sum }
  }

  @Test func softmaxAndItsGradient() {
    for (rows, columns) in sizes {
      var random = SeededRandom(seed: UInt64(columns))
      let x = random.floats(rows * (columns + 1), in: -10...10)
      let dy = random.floats(rows * columns)
      var y = [Float](repeating: 0, count: rows * columns)
      softmaxRows(
        rows: rows, columns: columns, x, xStride: columns + 1, into: &y, yStride: columns)
      var dx = y
      softmaxGradientRows(
        rows: rows, columns: columns, y: y, yStride: columns, dy: dy, dyStride: columns, into: &dx,
        dxStride: columns)
      var lse = [Float](repeating: 0, count: rows)
      logSumExpRows(rows: rows, columns: columns, x, xStride: columns + 1, into: &lse)
      for row in 0..<rows {
        let numbers = (0..<columns).map { Double(x[row * (columns + 1) + $0]) }
        let p = softmax(numbers)
        let d = (0..<columns).map { Double(dy[row * columns + $0]) }
        let total = zip(p, d).reduce(0) { $0 + $1.0 * $1.1 }
        near(lse[row], log(numbers.reduce(0) { $0 + exp($1) }), "log-sum-exp")
        for j in 0..<columns {
          near(y[row * columns + j], p[j], "softmax")
          near(dx[row * columns + j], p[j] * (d[j] - total), "gradient of softmax")
        }
      }
    }
  }

  @Test(arguments: [1, 15, 64, 150])
  func theLargestIsFoundWhereverItStands(columns: Int) {
    for place in 0..<columns {
      var x = [Float](repeating: 800, count: columns)
      x[place] = 1000
      softmaxRows(rows: 1, columns: columns, x, xStride: columns, into: &x, yStride: columns)
      #expect(x[place] == 1 && x.reduce(0, +) == 1)
    }
  }

  @Test func logSoftmaxAndItsGradient() {
    for (rows, columns) in sizes {
      var random = SeededRandom(seed: UInt64(columns))
      let x = random.floats(rows * (columns + 1), in: -10...10)
      let dy = random.floats(rows * columns)
      var y = [Float](repeating: 0, count: rows * columns)
      logSoftmaxRows(
        rows: rows, columns: columns, x, xStride: columns + 1, into: &y, yStride: columns)
      var dx = y
      logSoftmaxGradientRows(
        rows: rows, columns: columns, y: y, yStride: columns, dy: dy, dyStride: columns, into: &dx,
        dxStride: columns)
      for row in 0..<rows {
        let p = softmax((0..<columns).map { Double(x[row * (columns + 1) + $0]) })
        let d = (0..<columns).map { Double(dy[row * columns + $0]) }
        for j in 0..<columns {
          near(y[row * columns + j], log(p[j]), "log softmax")
          near(dx[row * columns + j], d[j] - p[j] * d.reduce(0, +), "gradient of log softmax")
        }
      }
    }
  }

  @Test(arguments: [false, true])
  func softmaxCrossEntropy(weighted: Bool) {
    for (rows, columns) in sizes {
      var random = SeededRandom(seed: UInt64(columns))
      let x = random.floats(rows * columns, in: -20...20)
      let dense = random.floats(rows * columns, in: 0...1)
      let sparse = (0..<rows).map { _ in Int32.random(in: 0..<Int32(columns), using: &random) }
      let weights = random.floats(rows, in: 0...2)
      var losses = [Float](repeating: 0, count: rows)
      var (evaluated, denseLosses, d, denseD) = (losses, losses, x, x)
      weights.withUnsafeBufferPointer { weights in
        let w = weighted ? weights.baseAddress : nil
        sparseSoftmaxCrossEntropyRows(
          rows: rows, columns: columns, logits: x, stride: columns, targets: sparse, weights: w,
          losses: &losses, dLogits: &d, dStride: columns)
        sparseSoftmaxCrossEntropyRows(
          rows: rows, columns: columns, logits: x, stride: columns, targets: sparse, weights: w,
          losses: &evaluated, dLogits: nil, dStride: 0)
        softmaxCrossEntropyRows(
          rows: rows, columns: columns, logits: x, stride: columns, targets: dense,
          targetStride: columns, weights: w, losses: &denseLosses, dLogits: &denseD,
          dStride: columns)
      }
      #expect(losses == evaluated)
      for row in 0..<rows {
        let w = weighted ? Double(weights[row]) : 1
        let numbers = (0..<columns).map { Double(x[row * columns + $0]) }
        let p = softmax(numbers)
        let t = (0..<columns).map { Double(dense[row * columns + $0]) }
        let mass = t.reduce(0, +)
        near(losses[row], -w * log(p[Int(sparse[row])]), "sparse loss")
        near(denseLosses[row], -w * zip(p, t).reduce(0) { $0 + $1.1 * log($1.0) }, "dense loss")
        for j in 0..<columns {
          let hot = Int(sparse[row]) == j ? 1.0 : 0
          near(d[row * columns + j], w * (p[j] - hot), "sparse gradient")
          near(denseD[row * columns + j], w * (p[j] * mass - t[j]), "dense gradient")
        }
      }
    }
  }

  @Test func certaintyAndNaN() {
    let x: [Float] = [-.infinity, 3, 1000, -1000, .nan, 0]
    var losses: [Float] = [0, 0, 0]
    var d = x
    sparseSoftmaxCrossEntropyRows(
      rows: 3, columns: 2, logits: x, stride: 2, targets: [1, 1, 1], weights: nil, losses: &losses,
      dLogits: &d, dStride: 2)
    #expect(losses[0] == 0 && losses[1] == 2000 && losses[2].isNaN)
    #expect(d[0] == 0 && d[1] == 0 && d[2] == 1 && d[3] == -1 && d[4].isNaN)
  }

  /// One loss that is a mean over columns, against its formula.
  private func checkMean(
    _ range: ClosedRange<Float>, targets: ClosedRange<Float>,
    exact: (Double, Double) -> Double, slope: (Double, Double) -> Double,
    run: (RowsCase, inout [Float], inout [Float]) -> Void
  ) {
    for (rows, columns) in sizes {
      var random = SeededRandom(seed: UInt64(columns))
      let all = RowsCase(
        rows: rows, columns: columns, p: random.floats(rows * columns, in: range),
        t: random.floats(rows * columns, in: targets), weights: random.floats(rows, in: 0...2))
      var losses = [Float](repeating: 0, count: rows)
      var d = all.p
      run(all, &losses, &d)
      for row in 0..<rows {
        let w = Double(all.weights[row]) / Double(columns)
        var total = 0.0
        for at in row * columns..<(row + 1) * columns {
          let (p, t) = (Double(all.p[at]), Double(all.t[at]))
          total += exact(p, t)
          near(d[at], w * slope(p, t), "gradient")
        }
        near(losses[row], w * total, "loss")
      }
    }
  }

  struct RowsCase {
    let rows: Int
    let columns: Int
    let p: [Float]
    let t: [Float]
    let weights: [Float]
  }

  @Test func sigmoidCrossEntropy() {
    checkMean(
      -30...30, targets: 0...1,
      exact: { x, t in max(x, 0) - x * t + log1p(exp(-abs(x))) },
      slope: { x, t in 1 / (1 + exp(-x)) - t },
      run: { all, losses, d in
        sigmoidCrossEntropyRows(
          rows: all.rows, columns: all.columns, logits: all.p, stride: all.columns,
          targets: all.t, targetStride: all.columns, weights: all.weights, losses: &losses,
          dLogits: &d, dStride: all.columns)
      })
  }

  @Test(arguments: [RegressionLoss.squared, .absolute, .huber(delta: 0.7), .logCosh])
  func regression(loss: RegressionLoss) {
    checkMean(
      -2...2, targets: -2...2,
      exact: { p, t in
        let d = p - t
        let delta = Double(Float(0.7))
        switch loss {
        case .squared: return d * d
        case .absolute: return abs(d)
        case .huber: return abs(d) <= delta ? d * d / 2 : delta * abs(d) - delta * delta / 2
        case .logCosh: return log(cosh(d))
        }
      },
      slope: { p, t in
        let d = p - t
        switch loss {
        case .squared: return 2 * d
        case .absolute: return d > 0 ? 1 : d < 0 ? -1 : 0
        case .huber: return min(max(d, -Double(Float(0.7))), Double(Float(0.7)))
        case .logCosh: return tanh(d)
        }
      },
      run: { all, losses, d in
        regressionLossRows(
          loss, rows: all.rows, columns: all.columns, predictions: all.p, stride: all.columns,
          targets: all.t, targetStride: all.columns, weights: all.weights, losses: &losses,
          gradient: &d, gradientStride: all.columns)
      })
  }
}

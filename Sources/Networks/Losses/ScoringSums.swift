import Kernels
import Tensors

extension Scoring {
  /// Room for the loss of each row.
  var losses: UnsafeMutablePointer<Float> { scratch }

  /// Room for the class of each row; a class number takes the place of one float of scratch.
  var classes: UnsafeMutablePointer<Int32> {
    UnsafeMutableRawPointer(scratch + rows).bindMemory(to: Int32.self, capacity: rows)
  }

  /// The weight of a row.
  func weight(_ row: Int) -> Double { weights.map { Double($0[row]) } ?? 1 }

  /// The weights of all rows, added up.
  var totalWeight: Double { weights.map { Kernels.sum(count: rows, $0) } ?? Double(rows) }

  /// The sum of what a kernel wrote into `losses`.
  var sumOfLosses: Double { Kernels.sum(count: rows, losses) }

  /// One row's predictions, target and weight, and where its gradient goes.
  struct Row {
    let index: Int
    let count: Int
    let predictions: UnsafePointer<Float>
    let target: UnsafePointer<Float>
    let weight: Double
    let gradient: UnsafeMutablePointer<Float>?
  }

  /// One row.
  func row(_ index: Int, _ gradient: Matrix?) -> Row {
    Row(
      index: index, count: predictions.columns,
      predictions: predictions.base + index * predictions.stride,
      target: targets.base + index * targets.stride, weight: weight(index),
      gradient: gradient.map { $0.base + index * $0.stride })
  }

  /// Σ weight · loss over the rows, in double precision, with `body` for the loss of each row.
  func sumByRow(_ gradient: Matrix?, _ body: (Row) -> Double) -> Double {
    var sum = 0.0
    for index in 0..<rows {
      let row = row(index, gradient)
      sum += row.weight * body(row)
    }
    return sum
  }

  /// Σ weight · mean loss over the rows; `body` gives the loss of a prediction beside its target, and
  /// its derivative.
  func sumOfMeans(
    _ gradient: Matrix?, _ body: (_ p: Double, _ t: Double) -> (loss: Double, slope: Double)
  ) -> Double {
    sumByRow(gradient) { row in
      var sum = 0.0
      for column in 0..<row.count {
        let (loss, slope) = body(Double(row.predictions[column]), Double(row.target[column]))
        sum += loss
        row.gradient?[column] = Float(row.weight * slope / Double(row.count))
      }
      return sum / Double(row.count)
    }
  }
}

/// A kernel that scores rows of predictions against rows of targets: rows, columns, predictions and
/// stride, targets and stride, weights, losses, gradient and stride.
typealias RowKernel = (
  Int, Int, UnsafePointer<Float>, Int, UnsafePointer<Float>, Int, UnsafePointer<Float>?,
  UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>?, Int
) -> Void

extension Scoring {
  /// Σ weight · loss over the rows, with a kernel for all of them.
  func sum(gradient: Matrix?, _ kernel: RowKernel) -> Double {
    kernel(
      rows, predictions.columns, predictions.base, predictions.stride, targets.base,
      targets.stride, weights, losses, gradient?.base, gradient?.stride ?? 0)
    return sumOfLosses
  }

  /// Σ weight · loss over the rows, for targets t·(1-s) + s·share with the smoothing s.
  ///
  /// The kernel gets one row at a time: there is room for one row of smoothed targets.
  func sum(
    smoothing: Double, share: Double, gradient: Matrix?, _ kernel: RowKernel
  ) -> Double {
    guard smoothing > 0 else { return sum(gradient: gradient, kernel) }
    let (scale, shift) = (Float(1 - smoothing), Float(smoothing * share))
    let columns = predictions.columns
    withUnsafeTemporaryAllocation(of: Float.self, capacity: columns) { smoothed in
      for row in 0..<rows {
        let target = targets.base + row * targets.stride
        for column in 0..<columns { smoothed[column] = target[column] * scale + shift }
        kernel(
          1, columns, predictions.base + row * predictions.stride, 0,
          smoothed.baseAddress ?? target, 0, weights.map { $0 + row }, losses + row,
          gradient.map { $0.base + row * $0.stride }, 0)
      }
    }
    return sumOfLosses
  }

  /// Σ weight · loss over the rows, for a loss that is a mean over the features.
  func sum(_ loss: RegressionLoss, gradient: Matrix?) -> Double {
    sum(gradient: gradient) {
      regressionLossRows(
        loss, rows: $0, columns: $1, predictions: $2, stride: $3, targets: $4, targetStride: $5,
        weights: $6, losses: $7, gradient: $8, gradientStride: $9)
    }
  }
}

import Kernels
import Tensors

/// y = (x - mean) / √(variance + ε) · gamma + beta, with the shard's own moments while training.
///
/// What training measures goes where the gradients of the moving averages would be, times the rows
/// that were seen, since an update divides sums by the batch's rows.
struct BatchNormOperation: Operation {
  let input: Value
  let output: Value
  let gamma: Slot?
  let beta: Slot?
  let mean: Slot
  let variance: Slot
  let epsilon: Float
  /// Whether training measures: not in a frozen layer.
  let learns: Bool
  let mask: Extent?
  /// Room for mean, variance and 1 / √(variance + ε) of each feature.
  let moments: Int
  /// Room for the two sums of the backward pass.
  let sums: Int

  /// What Keras adds to the number of steps that count, where there is a mask.
  private static let extra = 1e-7

  private var columns: Int { mean.count }

  func forward(_ pass: borrowing Pass) {
    let (x, y) = (pass.features(input), pass.features(output))
    let room = pass.workspace.base + moments
    if measures(pass) {
      columnMoments(
        rows: x.rows, columns: columns, x.base, mask: flags(pass), extra: Self.extra, mean: room,
        variance: room + columns)
    } else {
      room.update(from: pass.weight(mean).base, count: columns)
      (room + columns).update(from: pass.weight(variance).base, count: columns)
    }
    inverseDeviations(
      count: columns, room + columns, epsilon: epsilon, into: room + 2 * columns)
    normalizeColumns(
      rows: x.rows, columns: columns, x.base, norms(pass), gamma: base(gamma, pass),
      beta: base(beta, pass), into: y.base)
  }

  func backward(_ pass: borrowing Pass) {
    if measures(pass) { putMoments(pass) }
    guard let dy = pass.featureGradient(output) else { return }
    let x = pass.features(input)
    let (slopes, products) = (pass.workspace.base + sums, pass.workspace.base + sums + columns)
    columnNormSums(
      rows: x.rows, columns: columns, x: x.base, dy: dy.base, norms(pass), slopes: slopes,
      products: products)
    if let gamma { addScaled(count: columns, 1, products, to: pass.gradient(gamma).base) }
    if let beta { addScaled(count: columns, 1, slopes, to: pass.gradient(beta).base) }
    guard let dx = pass.featureGradient(input) else { return }
    columnNormGradient(
      rows: x.rows, columns: columns, x: x.base, dy: dy.base, norms(pass),
      gamma: base(gamma, pass), slopes: slopes, products: products,
      count: measures(pass) ? maskedCount(rows: x.rows, mask: flags(pass), extra: Self.extra) : nil,
      mask: flags(pass), into: dx.base)
  }

  private func putMoments(_ pass: borrowing Pass) {
    let room = pass.workspace.base + moments
    let rows = Float(pass.rows)
    addScaled(count: columns, rows, room, to: pass.gradient(mean).base)
    addScaled(count: columns, rows, room + columns, to: pass.gradient(variance).base)
  }

  private func measures(_ pass: borrowing Pass) -> Bool { pass.training && learns }

  private func norms(_ pass: borrowing Pass) -> ColumnNorms {
    let room = pass.workspace.base + moments
    return ColumnNorms(mean: room, inverse: room + 2 * columns)
  }

  private func flags(_ pass: borrowing Pass) -> UnsafePointer<Float>? {
    mask.map { UnsafePointer(pass.scratch($0, columns: 1).base) }
  }

  private func base(_ slot: Slot?, _ pass: borrowing Pass) -> UnsafePointer<Float>? {
    slot.map { UnsafePointer(pass.weight($0).base) }
  }
}

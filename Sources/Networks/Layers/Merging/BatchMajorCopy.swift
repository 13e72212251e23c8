import Kernels
import Tensors

/// A value's samples one after the other, with their axes in another order: what products that
/// differ from row to row work on.
struct BatchMajorCopy: Sendable {
  let value: Value
  /// The numbers, [rows, …].
  let data: Extent
  /// Their gradient; nil when nobody needs it.
  let gradient: Extent?
  /// The value's axis for each axis of the copy.
  private let order: [Int]
  private let shape: Shape

  /// Declares a copy with the axes in an order.
  init(_ value: Value, _ order: [Int], needsGradient: Bool, _ blueprint: inout Blueprint) {
    self.value = value
    self.order = order
    shape = Shape(order.map { value.shape.dimensions[$0] })
    data = blueprint.scratch(perRow: shape.count)
    gradient = needsGradient ? blueprint.scratch(perRow: shape.count) : nil
  }

  /// Copies the value's numbers, and returns the copy's.
  func load(_ pass: borrowing Pass) -> UnsafeMutablePointer<Float> {
    let target = pass.workspace.base + data.offset
    move(pass.matrix(value).base, target, isStoring: false, pass)
    return target
  }

  /// Copies numbers of the copy's order into the value.
  func store(_ source: UnsafeMutablePointer<Float>, _ pass: borrowing Pass) {
    move(pass.matrix(value).base, source, isStoring: true, pass)
  }

  /// Copies the gradient of the value into the copy's, and returns it; nil when there is none.
  func loadGradient(_ pass: borrowing Pass) -> UnsafeMutablePointer<Float>? {
    guard let gradient, let matrix = pass.gradient(value) else { return nil }
    let target = pass.workspace.base + gradient.offset
    move(matrix.base, target, isStoring: false, pass)
    return target
  }

  /// Copies the copy's gradient into the value's.
  func storeGradient(_ pass: borrowing Pass) {
    guard let gradient, let matrix = pass.gradient(value) else { return }
    move(matrix.base, pass.workspace.base + gradient.offset, isStoring: true, pass)
  }

  /// Where the numbers are.
  func numbers(_ pass: borrowing Pass) -> UnsafeMutablePointer<Float> {
    pass.workspace.base + data.offset
  }

  /// Where the gradient is.
  func slopes(_ pass: borrowing Pass) -> UnsafeMutablePointer<Float>? {
    gradient.map { pass.workspace.base + $0.offset }
  }

  private func move(
    _ base: UnsafeMutablePointer<Float>, _ copy: UnsafeMutablePointer<Float>, isStoring: Bool,
    _ pass: borrowing Pass
  ) {
    let own = Strides.timeMajor(value.shape, rows: pass.rows)
      .gathered(order, rank: value.shape.dimensions.count)
    let lanes = Strides.batchMajor(shape).lanes(rank: shape.dimensions.count)
    let extents = Strides.extents(shape, rows: pass.rows)
    if isStoring {
      copyStrided(extents: extents, copy, strides: lanes, into: base, strides: own)
    } else {
      copyStrided(extents: extents, base, strides: own, into: copy, strides: lanes)
    }
  }
}

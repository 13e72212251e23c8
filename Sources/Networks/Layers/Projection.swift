import Kernels
import Tensors

/// y = x·kernel + bias for a block of a kernel's columns, with both its gradients.
struct Projection: Sendable {
  /// Which of the kernel's columns.
  let columns: Range<Int>
  private let kernel: Slot
  private let bias: Slot?
  /// The packed kernel; nil where its rows are chosen and no product is made.
  private let panels: PanelSlot?
  private let transposed: PanelSlot?
  private let scratch: Int

  /// A projection of a value, or of something as long as one.
  ///
  /// - Parameters:
  ///   - kernel: [inputs, columns of all blocks].
  ///   - columns: the block; all columns when nil.
  ///   - bias: [columns of all blocks], added to every row.
  ///   - input: what is projected; `inputGradient` may be called if it is differentiable.
  ///   - blueprint: where panels and scratch are declared.
  init(
    _ kernel: Slot, columns: Range<Int>? = nil, bias: Slot?, input: Value,
    _ blueprint: inout Blueprint
  ) {
    self.init(
      kernel, columns: columns, bias: bias, steps: input.shape.count / max(kernel.shape[0], 1),
      differentiable: input.gradient != nil, chooses: input.categories != nil, &blueprint)
  }

  init(
    _ kernel: Slot, columns: Range<Int>? = nil, bias: Slot?, steps: Int, differentiable: Bool,
    chooses: Bool = false, _ blueprint: inout Blueprint
  ) {
    let columns = columns ?? 0..<kernel.shape[1]
    self.columns = columns
    self.kernel = kernel
    self.bias = bias
    if chooses {
      blueprint.chooseRows(of: kernel)
    } else if columns.count == kernel.shape[1] {
      blueprint.multiply(by: kernel)
    }
    panels = chooses ? nil : blueprint.panels(kernel, columns: columns, transposed: false)
    transposed =
      differentiable ? blueprint.panels(kernel, columns: columns, transposed: true) : nil
    scratch = blueprint.scratch(count: Matrix.transposedScratch(rows: kernel.shape[0]))
  }

  /// Whether the block is the kernel.
  private var isWhole: Bool { columns.count == kernel.shape[1] }

  /// y = x·kernel + bias; `y` has the block's columns.
  func forward(_ x: Matrix, into y: Matrix, _ pass: borrowing Pass) {
    y.assign(x, times: pass.panels(packed), bias: bias.map { biasBase($0, pass.weights) })
  }

  /// y = x·kernel + bias + h·other, without the other's bias, where x has one column and there is a bias.
  func forward(
    _ x: Matrix, plus h: Matrix, times other: Projection, into y: Matrix, _ pass: borrowing Pass
  ) {
    guard let bias else { preconditionFailure("there is no bias") }
    y.assign(
      x, times: pass.panels(packed), bias: biasBase(bias, pass.weights), plus: h,
      times: pass.panels(other.packed))
  }

  /// Whether it has a bias, and one row that is multiplied.
  var isSeries: Bool { bias != nil && kernel.shape[0] == 1 && panels != nil }

  /// y += x·kernel, without the bias.
  func add(_ x: Matrix, into y: Matrix, _ pass: borrowing Pass) {
    y.add(x, times: pass.panels(packed))
  }

  /// dx = dy·kernelᵀ.
  func inputGradient(_ dy: Matrix, into dx: Matrix, _ pass: borrowing Pass) {
    dx.assign(dy, times: pass.panels(differentiated))
  }

  /// dx += dy·kernelᵀ.
  func addInputGradient(_ dy: Matrix, into dx: Matrix, _ pass: borrowing Pass) {
    dx.add(dy, times: pass.panels(differentiated))
  }

  private var packed: PanelSlot {
    guard let panels else { preconditionFailure("declared without a product") }
    return panels
  }

  private var differentiated: PanelSlot {
    guard let transposed else { preconditionFailure("declared without a gradient of its input") }
    return transposed
  }

  /// dkernel += xᵀ·dy, dbias += Σ dy.
  func weightGradients(_ x: Matrix, _ dy: Matrix, _ pass: borrowing Pass) {
    addKernelGradient(
      x, dy, columnSums: bias.map { biasBase($0, pass.gradients.arena) }, pass)
  }

  /// dkernel += xᵀ·dy.
  func kernelGradient(_ x: Matrix, _ dy: Matrix, _ pass: borrowing Pass) {
    addKernelGradient(x, dy, columnSums: nil, pass)
  }

  private func addKernelGradient(
    _ x: Matrix, _ dy: Matrix, columnSums: UnsafeMutablePointer<Float>?, _ pass: borrowing Pass
  ) {
    guard x.rows > 0 else { return }
    let (slopes, isWritten) =
      isWhole ? pass.gradients.product(kernel) : (pass.gradient(kernel).columns(columns), true)
    slopes.add(
      transposed: x, times: dy, columnSums: columnSums, scratch: pass.workspace.base + scratch,
      accumulating: isWritten)
  }

  /// dbias += Σ dy.
  func biasGradient(_ dy: Matrix, _ pass: borrowing Pass) {
    guard let bias else { return }
    dy.addColumnSums(to: biasBase(bias, pass.gradients.arena))
  }

  /// y = x·kernel + bias where x has a one in each row: rows of the kernel.
  func forward(_ x: Categories, into y: Matrix, _ pass: borrowing Pass) {
    let rows = pass.weight(kernel).columns(columns)
    let bias = bias.map { Matrix(biasBase($0, pass.weights), rows: 1, columns: columns.count) }
    for row in 0..<y.rows {
      let target = y.rows(row..<row + 1)
      if let index = x.index(row, below: rows.rows) {
        target.assign(rows.rows(index..<index + 1))
      } else {
        target.fill(0)
      }
      if let bias { target.add(bias) }
    }
  }

  /// dkernel += xᵀ·dy where x has a one in each row: what rows of dy say, in their order.
  func kernelGradient(_ x: Categories, _ dy: Matrix, _ pass: borrowing Pass) {
    let slopes = pass.gradientRows(kernel).columns(columns)
    for row in 0..<dy.rows {
      guard let index = x.index(row, below: slopes.count) else { continue }
      slopes[index].add(dy.rows(row..<row + 1))
    }
  }

  private func biasBase(_ bias: Slot, _ arena: Arena) -> UnsafeMutablePointer<Float> {
    arena[bias].baseAddress.map { $0 + columns.lowerBound } ?? arena.base
  }
}

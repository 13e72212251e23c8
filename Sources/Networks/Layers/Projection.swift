import Kernels
import Tensors

/// y = x·kernel + bias for a block of a kernel's columns, with both its gradients.
struct Projection: Sendable {
  /// Which of the kernel's columns.
  let columns: Range<Int>
  private let kernel: Slot
  private let bias: Slot?
  private let panels: PanelSlot
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
      differentiable: input.gradient != nil, &blueprint)
  }

  init(
    _ kernel: Slot, columns: Range<Int>? = nil, bias: Slot?, steps: Int, differentiable: Bool,
    _ blueprint: inout Blueprint
  ) {
    let columns = columns ?? 0..<kernel.shape[1]
    self.columns = columns
    self.kernel = kernel
    self.bias = bias
    panels = blueprint.panels(kernel, columns: columns, transposed: false)
    transposed =
      differentiable ? blueprint.panels(kernel, columns: columns, transposed: true) : nil
    scratch = blueprint.scratch(
      count: Matrix.transposedScratch)
  }

  /// y = x·kernel + bias; `y` has the block's columns.
  func forward(_ x: Matrix, into y: Matrix, _ pass: borrowing Pass) {
    y.assign(x, times: pass.panels(panels), bias: bias.map { biasBase($0, pass.weights) })
  }

  /// y += x·kernel, without the bias.
  func add(_ x: Matrix, into y: Matrix, _ pass: borrowing Pass) {
    y.add(x, times: pass.panels(panels))
  }

  /// dx = dy·kernelᵀ.
  func inputGradient(_ dy: Matrix, into dx: Matrix, _ pass: borrowing Pass) {
    dx.assign(dy, times: pass.panels(differentiated))
  }

  /// dx += dy·kernelᵀ.
  func addInputGradient(_ dy: Matrix, into dx: Matrix, _ pass: borrowing Pass) {
    dx.add(dy, times: pass.panels(differentiated))
  }

  private var differentiated: PanelSlot {
    guard let transposed else { preconditionFailure("declared without a gradient of its input") }
    return transposed
  }

  /// dkernel += xᵀ·dy, dbias += Σ dy.
  func weightGradients(_ x: Matrix, _ dy: Matrix, _ pass: borrowing Pass) {
    kernelGradient(x, dy, pass)
    biasGradient(dy, pass)
  }

  /// dkernel += xᵀ·dy.
  func kernelGradient(_ x: Matrix, _ dy: Matrix, _ pass: borrowing Pass) {
    pass.gradient(kernel).columns(columns).add(
      transposed: x, times: dy, scratch: pass.workspace.base + scratch)
  }

  /// dbias += Σ dy.
  func biasGradient(_ dy: Matrix, _ pass: borrowing Pass) {
    guard let bias else { return }
    dy.addColumnSums(to: biasBase(bias, pass.gradients))
  }

  private func biasBase(_ bias: Slot, _ arena: Arena) -> UnsafeMutablePointer<Float> {
    arena[bias].baseAddress.map { $0 + columns.lowerBound } ?? arena.base
  }
}

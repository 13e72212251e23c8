import Tensors

/// The products of a recurrent layer with one of its kernels: one for all gates, or one for each
/// gate where dropout draws a mask for each.
struct GatedProjection: Sendable {
  private let blocks: [Projection]
  private let masks: [DropoutMask]
  /// Room for the masked left-hand side, or for the gradient before it is masked.
  private let masked: Extent?
  private let depth: Int
  /// Whether it is one product, of what is not masked.
  private let isWhole: Bool
  /// Whether it is one product of a series of single numbers, with a bias.
  private let isSeries: Bool

  /// Declares the products.
  ///
  /// - Parameters:
  ///   - kernel: [depth, gates·units].
  ///   - bias: [gates·units], or nil.
  ///   - blocks: the columns of each product.
  ///   - dropout: rate and number of masks: none, one for all blocks, or one for each.
  ///   - steps: how many time steps are projected at once, at most.
  ///   - differentiable: whether the gradient of the left-hand side is needed.
  ///   - chooses: whether the left-hand side has a one in each row, whose place alone is known.
  ///   - blueprint: where all of it is declared.
  init(
    _ kernel: Slot, bias: Slot?, blocks: [Range<Int>], dropout: (rate: Double, masks: Int),
    steps: Int, differentiable: Bool, chooses: Bool = false, _ blueprint: inout Blueprint
  ) {
    let depth = kernel.shape[0]
    self.depth = depth
    self.blocks = blocks.map {
      Projection(
        kernel, columns: $0, bias: bias, steps: steps, differentiable: differentiable,
        chooses: chooses, &blueprint)
    }
    masks = (0..<dropout.masks).map { _ in
      DropoutMask(columns: depth, rate: dropout.rate, &blueprint)
    }
    masked = masks.isEmpty ? nil : blueprint.scratch(perRow: steps * depth)
    isWhole = blocks.count == 1 && masks.isEmpty
    isSeries = isWhole && self.blocks[0].isSeries
  }

  /// Draws the masks of a shard; once, before the first product of a pass.
  func draw(_ pass: borrowing Pass) {
    guard pass.training else { return }
    for mask in masks { mask.draw(pass) }
  }

  /// y = x·kernel + bias in the columns of the given blocks.
  func forward(_ x: Matrix, into y: Matrix, _ pass: borrowing Pass, blocks range: Range<Int>? = nil)
  {
    for block in range ?? 0..<blocks.count {
      blocks[block].forward(drop(x, block, pass), into: part(y, block), pass)
    }
  }

  /// Whether both can be made at once: this one of a series of single numbers, and one of a state.
  func joins(_ other: GatedProjection) -> Bool { isSeries && other.isWhole }

  /// y = x·kernel + bias + h·other, where they join.
  func forward(
    _ x: Matrix, plus h: Matrix, times other: GatedProjection, into y: Matrix,
    _ pass: borrowing Pass
  ) {
    blocks[0].forward(x, plus: h, times: other.blocks[0], into: y, pass)
  }

  /// y += x·kernel in the columns of the given blocks.
  func add(_ x: Matrix, into y: Matrix, _ pass: borrowing Pass, blocks range: Range<Int>? = nil) {
    for block in range ?? 0..<blocks.count {
      blocks[block].add(drop(x, block, pass), into: part(y, block), pass)
    }
  }

  /// dx = dy·kernelᵀ over the given blocks, or dx += where `adding`.
  func inputGradient(
    _ dy: Matrix, into dx: Matrix, adding: Bool = false, _ pass: borrowing Pass,
    blocks range: Range<Int>? = nil
  ) {
    var adding = adding
    for block in range ?? 0..<blocks.count {
      let part = part(dy, block)
      if let mask = mask(block, pass), let masked {
        let scratch = pass.scratch(masked, columns: depth).rows(0..<dx.rows)
        blocks[block].inputGradient(part, into: scratch, pass)
        mask.apply(scratch, into: scratch, pass)
        adding ? dx.add(scratch) : dx.assign(scratch)
      } else {
        adding
          ? blocks[block].addInputGradient(part, into: dx, pass)
          : blocks[block].inputGradient(part, into: dx, pass)
      }
      adding = true
    }
  }

  /// dkernel += xᵀ·dy, dbias += Σ dy.
  func weightGradients(_ x: Matrix, _ dy: Matrix, _ pass: borrowing Pass) {
    for (index, block) in blocks.enumerated() {
      block.weightGradients(drop(x, index, pass), part(dy, index), pass)
    }
  }

  /// dkernel += xᵀ·dy in the columns of the given blocks.
  func kernelGradient(
    _ x: Matrix, _ dy: Matrix, _ pass: borrowing Pass, blocks range: Range<Int>? = nil
  ) {
    for block in range ?? 0..<blocks.count {
      blocks[block].kernelGradient(drop(x, block, pass), part(dy, block), pass)
    }
  }

  /// y = x·kernel + bias where x has a one in each row.
  func forward(_ x: Categories, into y: Matrix, _ pass: borrowing Pass) {
    for (index, block) in blocks.enumerated() { block.forward(x, into: part(y, index), pass) }
  }

  /// dkernel += xᵀ·dy where x has a one in each row.
  func kernelGradient(_ x: Categories, _ dy: Matrix, _ pass: borrowing Pass) {
    for (index, block) in blocks.enumerated() {
      block.kernelGradient(x, part(dy, index), pass)
    }
  }

  /// dbias += Σ dy.
  func biasGradient(_ dy: Matrix, _ pass: borrowing Pass) {
    for (index, block) in blocks.enumerated() { block.biasGradient(part(dy, index), pass) }
  }

  private func part(_ y: Matrix, _ block: Int) -> Matrix { y.columns(blocks[block].columns) }

  private func mask(_ block: Int, _ pass: borrowing Pass) -> DropoutMask? {
    guard pass.training, !masks.isEmpty else { return nil }
    return masks.count == 1 ? masks[0] : masks[block]
  }

  private func drop(_ x: Matrix, _ block: Int, _ pass: borrowing Pass) -> Matrix {
    guard let mask = mask(block, pass), let masked else { return x }
    let scratch = pass.scratch(masked, columns: depth).rows(0..<x.rows)
    mask.apply(x, into: scratch, pass)
    return scratch
  }
}

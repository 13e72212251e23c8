import Kernels
import Tensors

/// y = Σ factor · x over the inputs: sums, differences and means.
struct LinearMerge: Operation {
  let inputs: [Value]
  let output: Value
  let factors: [Float]

  func forward(_ pass: borrowing Pass) {
    let y = pass.matrix(output)
    scale(count: y.count, factors[0], pass.matrix(inputs[0]).base, into: y.base)
    for (input, factor) in zip(inputs, factors).dropFirst() {
      addScaled(count: y.count, factor, pass.matrix(input).base, to: y.base)
    }
  }

  func backward(_ pass: borrowing Pass) {
    guard let dy = pass.gradient(output) else { return }
    for (input, factor) in zip(inputs, factors) {
      guard let dx = pass.gradient(input) else { continue }
      scale(count: dy.count, factor, dy.base, into: dx.base)
    }
  }
}

/// y = Π x over the inputs.
///
/// At a masked step an input counts as 1, as in Keras 3; where all are masked, y is 0.
struct ProductMerge: Operation {
  let inputs: [Value]
  let output: Value
  let masks: [Extent?]

  func forward(_ pass: borrowing Pass) {
    let y = pass.matrix(output)
    y.fill(1)
    for index in inputs.indices { multiply(y, by: index, pass) }
    zeroMaskedSteps(y, pass)
  }

  func backward(_ pass: borrowing Pass) {
    guard let dy = pass.gradient(output) else { return }
    for (index, input) in inputs.enumerated() {
      guard let dx = pass.gradient(input) else { continue }
      dx.assign(dy)
      for other in inputs.indices where other != index { multiply(dx, by: other, pass) }
      zeroMaskedSteps(dx, pass)
      forEachMasked(masks[index], pass) { dx.rows($0..<$0 + 1).fill(0) }
    }
  }

  private func multiply(_ y: Matrix, by index: Int, _ pass: borrowing Pass) {
    let x = pass.matrix(inputs[index])
    guard let mask = masks[index] else { return y.assignProduct(y, x) }
    let flags = pass.scratch(mask, columns: 1)
    for row in 0..<y.rows where flags.base[row] != 0 {
      let target = y.rows(row..<row + 1)
      target.assignProduct(target, x.rows(row..<row + 1))
    }
  }

  /// With a mask at every input, steps that count in none are zero.
  private func zeroMaskedSteps(_ y: Matrix, _ pass: borrowing Pass) {
    guard masks.allSatisfy({ $0 != nil }) else { return }
    for row in 0..<y.rows {
      var counts = false
      for mask in masks.compactMap(\.self) {
        counts = counts || pass.scratch(mask, columns: 1).base[row] != 0
      }
      if !counts { y.rows(row..<row + 1).fill(0) }
    }
  }

  private func forEachMasked(
    _ mask: Extent?, _ pass: borrowing Pass, _ body: (Int) -> Void
  ) {
    guard let mask else { return }
    let flags = pass.scratch(mask, columns: 1)
    for row in 0..<flags.rows where flags.base[row] == 0 { body(row) }
  }
}

/// y = the largest or smallest x of the inputs whose step counts.
///
/// The first of equals gets the gradient. Where no step counts, y is the first input's number.
struct ExtremeMerge: Operation {
  let inputs: [Value]
  let output: Value
  let masks: [Extent?]
  /// 1 for the largest, -1 for the smallest.
  let sign: Float
  /// Which input each number comes from.
  let winners: Extent

  func forward(_ pass: borrowing Pass) {
    let (y, winner) = (pass.matrix(output), pass.scratch(winners, columns: output.shape.features))
    y.assign(pass.matrix(inputs[0]))
    winner.fill(0)
    for index in inputs.indices.dropFirst() {
      let x = pass.matrix(inputs[index])
      for row in 0..<y.rows where counts(index, row, pass) {
        let isFirst = !inputs[..<index].indices.contains { counts($0, row, pass) }
        takeExtreme(
          count: y.columns, sign: sign, candidate: Float(index), always: isFirst,
          x.base + row * y.columns, into: y.base + row * y.columns,
          winners: winner.base + row * y.columns)
      }
    }
  }

  func backward(_ pass: borrowing Pass) {
    guard let dy = pass.gradient(output) else { return }
    let winner = pass.scratch(winners, columns: output.shape.features)
    for (index, input) in inputs.enumerated() {
      guard let dx = pass.gradient(input) else { continue }
      takeGradient(
        count: dy.count, candidate: Float(index), winners: winner.base, dy.base, into: dx.base)
    }
  }

  private func counts(_ index: Int, _ row: Int, _ pass: borrowing Pass) -> Bool {
    guard let mask = masks[index] else { return true }
    return pass.scratch(mask, columns: 1).base[row] != 0
  }
}

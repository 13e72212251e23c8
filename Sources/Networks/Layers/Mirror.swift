import Tensors

extension Blueprint {
  /// Merges what a layer and its mirror image put out; sequences of the latter are turned round.
  mutating func merge(
    _ one: Value, _ other: Value, _ mode: Bidirectional.MergeMode?
  ) throws(NetworkError) -> [Value] {
    let (shape, second) = (one.shape, other.shape)
    guard mode == nil || mode == .concat || shape == second else {
      throw NetworkError("outputs of \(shape) and \(second) cannot be merged element by element.")
    }
    let merged: [Shape] =
      switch mode {
      case nil: [shape, second]
      case .concat: [Shape(shape.dimensions.dropLast() + [shape.features + second.features])]
      default: [shape]
      }
    let outputs = merged.map { value($0, differentiable: true, mask: one.mask) }
    append(MirrorOperation(forward: one, backward: other, outputs: outputs, mode: mode))
    return outputs
  }
}

/// Merges a sequence with one whose steps come from last to first.
private struct MirrorOperation: Operation {
  let forward: Value
  let backward: Value
  let outputs: [Value]
  let mode: Bidirectional.MergeMode?

  func forward(_ pass: borrowing Pass) {
    let (x, mirrored) = (pass.matrix(forward), pass.matrix(backward))
    for step in 0..<forward.shape.steps {
      let (one, other) = (rows(step, of: x, pass), rows(mirror(step), of: mirrored, pass))
      let y = rows(step, of: pass.matrix(outputs[0]), pass)
      switch mode {
      case nil:
        y.assign(one)
        rows(step, of: pass.matrix(outputs[1]), pass).assign(other)
      case .concat:
        y.columns(0..<one.columns).assign(one)
        y.columns(one.columns..<y.columns).assign(other)
      case .product:
        y.assignProduct(one, other)
      case .sum, .average:
        y.assign(one)
        y.add(other)
        if mode == .average { y.halve() }
      }
    }
  }

  func backward(_ pass: borrowing Pass) {
    guard let dx = pass.gradient(forward), let dMirrored = pass.gradient(backward),
      let slopes = pass.gradient(outputs[0])
    else { return }
    for step in 0..<forward.shape.steps {
      let dy = rows(step, of: slopes, pass)
      let (one, other) = (rows(step, of: dx, pass), rows(mirror(step), of: dMirrored, pass))
      switch mode {
      case nil:
        one.assign(dy)
        if let second = pass.gradient(outputs[1]) { other.assign(rows(step, of: second, pass)) }
      case .concat:
        one.assign(dy.columns(0..<one.columns))
        other.assign(dy.columns(one.columns..<dy.columns))
      case .product:
        one.assignProduct(dy, rows(mirror(step), of: pass.matrix(backward), pass))
        other.assignProduct(dy, rows(step, of: pass.matrix(forward), pass))
      case .sum, .average:
        one.assign(dy)
        if mode == .average { one.halve() }
        other.assign(one)
      }
    }
  }

  private func mirror(_ step: Int) -> Int { forward.shape.steps - 1 - step }

  private func rows(_ step: Int, of matrix: Matrix, _ pass: borrowing Pass) -> Matrix {
    matrix.rows(step * pass.rows..<(step + 1) * pass.rows)
  }
}

extension Matrix {
  fileprivate func halve() {
    for row in 0..<rows {
      for column in 0..<columns { base[row * stride + column] *= 0.5 }
    }
  }
}

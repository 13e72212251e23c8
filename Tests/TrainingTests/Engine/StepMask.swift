import Tensors

@testable import Networks

/// Masks steps whose features are all zero, and leaves the numbers as they are.
struct StepMask: Layer {
  static let className = "Masking"
  var name: String?

  func build(_ inputs: [Value], _ blueprint: inout Blueprint) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    let mask = blueprint.scratch(perRow: input.shape.steps)
    blueprint.append(StepMaskOperation(input: input, mask: mask))
    return [Value(shape: input.shape, data: input.data, gradient: input.gradient, mask: mask)]
  }
}

private struct StepMaskOperation: Operation {
  let input: Value
  let mask: Extent

  func forward(_ pass: borrowing Pass) {
    let (x, mask) = (pass.matrix(input), pass.scratch(mask, columns: 1))
    for row in 0..<x.rows {
      let isOn = (0..<x.columns).contains { x.base[row * x.stride + $0] != 0 }
      mask.base[row] = isOn ? 1 : 0
    }
  }

  func backward(_ pass: borrowing Pass) {}
}

/// Puts its input out, and follows its mean with a statistic as BatchNormalization does.
struct MeanKeeper: Layer {
  static let className = "MeanKeeper"
  var name: String?

  func build(_ inputs: [Value], _ blueprint: inout Blueprint) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    let mean = blueprint.parameter(
      "mean", [input.shape.features], Zeros(), role: .statistic(momentum: 0.75))
    blueprint.append(
      MeanKeeperOperation(input: input, mean: mean, isFrozen: blueprint.isFrozen))
    return [input]
  }
}

private struct MeanKeeperOperation: Operation {
  let input: Value
  let mean: Slot
  let isFrozen: Bool

  func forward(_ pass: borrowing Pass) {}

  func backward(_ pass: borrowing Pass) {
    guard pass.training, !isFrozen else { return }
    let (x, sums) = (pass.matrix(input), pass.gradient(mean))
    for row in 0..<x.rows {
      for column in 0..<x.columns {
        sums.base[column] += x.base[row * x.stride + column] * Float(pass.rows) / Float(x.rows)
      }
    }
  }
}

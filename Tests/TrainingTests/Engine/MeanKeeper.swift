import Tensors

@testable import Networks

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

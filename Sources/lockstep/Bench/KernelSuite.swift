import Kernels
import Networks
import Tensors
import Training

/// The inner loops of a shape's training step, at the sizes that one worker calls them with.
struct KernelSuite {
  private let shape: BenchShape
  /// The rows of a shard.
  private let rows: Int
  /// The rows of a block of steps, for the products that are made for all of them.
  private let blockRows: Int

  /// Plans the loops.
  ///
  /// - Parameter shape: the network.
  /// - Throws: a sentence when its batch cannot be cut.
  init(_ shape: BenchShape) throws {
    self.shape = shape
    rows = try ShardPlan(batchSize: shape.batch).shardRows
    blockRows = rows * min(shape.steps, max(1, rowsPerSum / rows))
  }

  /// The loops in the order of a step, each made when it is its turn: large ones take much memory.
  var cases: [() -> KernelCase] {
    var cases: [() -> KernelCase] = []
    var inputs = shape.features
    for (index, units) in shape.units.enumerated() {
      cases += layer(index, inputs: inputs, units: units)
      inputs = units
    }
    return cases + dense(inputs) + [update]
  }

  private func layer(_ index: Int, inputs: Int, units: Int) -> [() -> KernelCase] {
    let prefix = shape.units.count > 1 ? "\(index + 1) " : ""
    // Classes choose rows of the kernel, and the data has no gradient.
    let multiplies = shape.task != .classes || index > 0
    let differentiates = shape.task == .words || index > 0
    let activation: ElementwiseActivation = shape.activation == .sigmoid ? .sigmoid : .tanh
    var cases: [() -> KernelCase] = []
    if multiplies {
      cases.append { .forward(prefix + "input", blockRows, inputs, 4 * units) }
    }
    cases += [
      { .adding(prefix + "recurrent", rows, units, 4 * units) },
      { .cell(rows, units, activation) },
      { .cellBack(rows, units, activation) },
      { .forward(prefix + "recurrent back", rows, 4 * units, units) },
      { .gradient(prefix + "recurrent kernel", blockRows, units, 4 * units) },
    ]
    if multiplies {
      cases.append { .gradient(prefix + "input kernel", blockRows, inputs, 4 * units) }
    }
    if differentiates {
      cases.append { .forward(prefix + "input back", blockRows, 4 * units, inputs) }
    }
    return cases
  }

  private func dense(_ inputs: Int) -> [() -> KernelCase] {
    let isLast = shape.task == .numbers
    let (rows, outputs) = (isLast ? self.rows : blockRows, shape.outputs)
    let products: [() -> KernelCase] = [
      { .forward("dense", rows, inputs, outputs) },
      { .forward("dense back", rows, outputs, inputs) },
      { .gradient("dense kernel", rows, inputs, outputs) },
    ]
    return products + (isLast ? [] : [{ .loss(rows, outputs) }])
  }

  /// One pass of the optimizer over all parameters: the weights and each moment twice, the gradient.
  private func update() -> KernelCase {
    let (count, optimizer) = (shape.parameters, shape.optimizer)
    let (weights, gradient) = (KernelCase.random(count), KernelCase.random(count))
    let moments = optimizer.momentNames.map { _ in Arena(count: count) }
    let slot = Slot(offset: 0, shape: [count])
    return KernelCase(
      optimizer.name, "[\(count)]", .bytes(4 * (3 + 2 * moments.count) * count),
      in: [weights, gradient] + moments
    ) {
      optimizer.apply(
        slot.range, in: slot, of: weights, gradient: gradient, state: moments, scale: 1, step: 1,
        learningRate: 1e-3)
    }
  }
}

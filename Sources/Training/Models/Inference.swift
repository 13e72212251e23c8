import KerasFormat
import Networks
import Tensors

/// Runs a model on arrays in memory.
///
/// What stateful layers carry goes on from call to call, as with Keras's `predict`.
public final class Inference {
  /// The network that runs.
  public let network: Network
  private let evaluator: Evaluator
  private let batchSize: Int

  /// Builds the network of a model.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - weights: its weights, by the slots of its network.
  ///   - batchSize: how many rows are computed at a time; for stateful models the rows of each call.
  ///   - workers: who does the work.
  /// - Throws: a sentence when the model cannot be built.
  public init(
    _ model: any Model, weights: Arena, batchSize: Int = 256, workers: Workers = Workers()
  ) throws {
    let plan = try ShardPlan(batchSize: batchSize)
    network = try model.network(rows: plan.shardRows)
    precondition(weights.count == network.parameterCount, "weights of another network")
    let shape = SampleShape(inputs: network.inputs.map(\.shape), targets: [Shape([0])])
    evaluator = try Evaluator(
      network, weights: weights, shape: shape, objective: Objective([]), plan: plan,
      workers: workers)
    self.batchSize = batchSize
  }

  /// Takes a model that was read from a file.
  ///
  /// - Parameters:
  ///   - saved: the model with its weights.
  ///   - batchSize: how many rows are computed at a time.
  ///   - workers: who does the work.
  /// - Throws: a sentence when the model cannot be built.
  public convenience init(
    _ saved: SavedModel, batchSize: Int = 256, workers: Workers = Workers()
  ) throws {
    try self.init(
      saved.description.model, weights: saved.weights,
      batchSize: saved.description.batchSize ?? batchSize, workers: workers)
  }

  /// Forgets what stateful layers carry.
  public func resetStates() { evaluator.resetStates() }

  /// Computes the outputs of some rows.
  ///
  /// - Parameters:
  ///   - inputs: [rows, input] for each input of the model.
  ///   - rows: how many rows there are.
  /// - Returns: [rows, output] for each output.
  /// - Throws: a sentence when the arrays do not fit the model.
  public func predict(inputs: [[Float]], rows: Int) throws -> [[Float]] {
    let shape = SampleShape(inputs: network.inputs.map(\.shape), targets: [Shape([0])])
    let dataset = try MemoryDataset(inputs: inputs, targets: [[]], shape: shape, name: "the inputs")
    guard dataset.count == rows else {
      throw DataError(.wrongShape, "the inputs have \(dataset.count) rows; expected \(rows)")
    }
    var outputs = network.outputs.map { output in
      [Float](repeating: 0, count: rows * output.shape.count)
    }
    let batch = Batch(shape, capacity: min(rows, batchSize))
    let result = Arena(count: batch.capacity * network.outputCount)
    for first in stride(from: 0, to: rows, by: batchSize) {
      batch.fill(dataset, first..<min(first + batchSize, rows))
      evaluator.predict(batch, into: result)
      split(result, batch.rows, into: &outputs, at: first)
    }
    return outputs
  }

  private func split(_ result: Arena, _ rows: Int, into outputs: inout [[Float]], at first: Int) {
    var place = 0
    for (index, output) in network.outputs.enumerated() {
      let count = output.shape.count
      for row in 0..<rows {
        let source = row * network.outputCount + place
        let target = (first + row) * count
        outputs[index].replaceSubrange(
          target..<target + count, with: result[source..<source + count])
      }
      place += count
    }
  }
}

extension Batch {
  /// Takes neighbouring rows of a dataset in memory.
  func fill(_ dataset: MemoryDataset, _ rows: Range<Int>) {
    precondition(rows.count <= capacity && dataset.shape == shape, "rows of another shape")
    dataset.read(rows: rows, into: memory(from: 0))
    self.rows = rows.count
    rowNumbers = Array(rows)
  }
}

import KerasFormat
import Networks
import Tensors

/// A model trained on one batch in memory, to compare each number with another program's.
///
/// It is Keras's `train_on_batch`; by itself with dropout inactive and moving statistics in use, as
/// references are made that leave nothing to chance.
public final class FixedBatch {
  /// The network that is trained.
  public let network: Network
  private let trainer: Trainer
  private let batch: Batch

  /// What a batch says of the weights as they are.
  public struct Evaluation: Sendable {
    /// The loss first, penalties included, then losses and metrics as histories name them.
    public let values: [(name: String, value: Double)]
    /// The gradient of the loss with respect to each parameter, in the network's order; empty for
    /// parameters that are not trained.
    public let gradients: [[Float]]
  }

  /// Plans training on a batch.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - weights: its weights, by the slots of its network; they are copied.
  ///   - data: the rows of the batch.
  ///   - objective: losses and metrics.
  ///   - optimizer: the optimizer.
  ///   - isInference: whether dropout is inactive and moving statistics are used.
  ///   - shards: into how many shards the batch is cut; nil for the usual number.
  ///   - workers: who does the work.
  /// - Throws: a sentence when the parts do not fit.
  public init(
    _ model: any Model, weights: Arena, data: MemoryDataset, objective: Objective,
    optimizer: any Optimizer = SGD(), isInference: Bool = true, shards: Int? = nil,
    workers: Workers = Workers()
  ) throws {
    var settings = try EngineSettings(
      plan: ShardPlan(batchSize: data.count, shards: shards),
      accumulateSteps: optimizer.settings.gradientAccumulationSteps ?? 1)
    settings.isInference = isInference
    trainer = try Trainer(
      model.network(rows: settings.plan.shardRows), shape: data.shape, objective: objective,
      optimizer: optimizer, settings: settings, workers: workers)
    network = trainer.network
    precondition(weights.count == network.parameterCount, "weights of another network")
    batch = Batch(data.shape, capacity: data.count)
    batch.fill(data, 0..<data.count)
    trainer.weights.copy(from: weights)
    trainer.spreadWeights()
  }

  /// The weights as training left them.
  public var weights: Arena { trainer.weights }

  /// The optimizer's moments, in the order of its names.
  public var moments: [Arena] { trainer.moments }

  /// How many steps were made.
  public var step: Int { trainer.step }

  /// Forgets what stateful layers carry.
  public func resetStates() { trainer.states.reset() }

  /// Goes on from an optimizer's state.
  ///
  /// - Parameter state: the state; the batch's optimizer is the one that it belongs to.
  /// - Throws: a sentence when the variables do not fit the optimizer.
  public func goOn(from state: OptimizerState) throws(TrainingError) {
    try trainer.goOn(from: state, parameters: network.parameters.filter(\.isTrained))
  }

  /// Computes losses and gradients, and changes nothing.
  ///
  /// - Returns: values and gradients.
  /// - Throws: a sentence with the row when a number is not finite.
  public func evaluate() throws(TrainingError) -> Evaluation {
    let gradient = try trainer.gradient(of: batch)
    let gradients = network.parameters.map { parameter in
      parameter.isTrained ? Array(gradient[parameter.slot]) : []
    }
    return Evaluation(values: trainer.scores.named, gradients: gradients)
  }

  /// Gives the optimizer the batch, as often as Keras's `train_on_batch` would be called.
  ///
  /// - Parameters:
  ///   - steps: how many.
  ///   - resetsStates: whether stateful layers start each step anew.
  /// - Returns: the loss before each step.
  /// - Throws: a sentence with step and row when a number is not finite.
  public func train(steps: Int, resetsStates: Bool = false) throws(TrainingError) -> [Double] {
    var losses: [Double] = []
    for _ in 0..<steps {
      if resetsStates { trainer.states.reset() }
      try trainer.train(batch)
      losses.append(trainer.scores.values[0])
    }
    return losses
  }
}

extension Batch {
  /// Takes neighbouring rows of a dataset in memory.
  fileprivate func fill(_ dataset: MemoryDataset, _ rows: Range<Int>) {
    precondition(rows.count <= capacity && dataset.shape == shape, "rows of another shape")
    dataset.read(rows: rows, into: memory(from: 0))
    self.rows = rows.count
    rowNumbers = Array(rows)
  }
}

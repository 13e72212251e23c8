import Kernels
import Networks
import Tensors

/// Keeps the workers in lockstep: gradients of all shards, their sum, one update; and the memory
/// for it, which is planned once and does not grow.
///
/// The numbers depend on settings, data and seed; how many workers there are only decides how soon
/// they are there. One thread at a time uses a trainer.
public final class Trainer {
  /// The network that is trained.
  public let network: Network
  /// What training makes small.
  public let objective: Objective
  /// What turns gradients into updates.
  public let optimizer: any Optimizer
  /// What decides the numbers.
  public let settings: EngineSettings
  /// Who does the work: at most as many as there is memory for.
  public internal(set) var workers: Workers
  /// How many updates are done.
  public internal(set) var step = 0
  /// Multiplies every learning rate; callbacks lower it.
  public var learningRateFactor = 1.0
  /// What stateful layers carry from batch to batch.
  public let states: States
  /// The states at the last update, to go back to when numbers stop being finite.
  let heldStates: States
  /// The states while a batch is only counted.
  let countedStates: States
  /// What the batch that was trained last said about the objective.
  public private(set) var scores: Scores
  /// The norm of the last update's gradient, over all parameters and before clipping.
  public internal(set) var gradientNorm = 0.0
  /// Where the time went so far, and for how much of it each worker was busy.
  var seconds = PhaseTimes()
  let busy: Ledger
  let replicas: [Replica]
  let desks: [Desk]
  let runner: ShardRunner
  /// The network for shorter sequences.
  let shorter: [Network]
  /// The trained parameters in pieces.
  let pieces: [Piece]
  let statistics: [MovingStatistic]
  let constraints: [ParameterConstraint]
  var pending: Pending
  /// Sums of squares of the gradient, with penalties and without, a row for each piece of each replica.
  let squares: Ledger
  /// The sum of squares of each parameter's gradient.
  var parameterSquares: [Double]
  /// What each parameter's gradient is multiplied with.
  var factors: [Float]
  /// What each replica multiplies the gradient of each output with.
  var scales: [Float]
  /// The penalty on the weights as they were when the update under way began.
  var penalty = 0.0
  let ledger: Ledger
  let subtreeDepth: Int
  /// Sums of squares of the shards' gradients, a row for each shard with a sum for each piece; nil
  /// where their noise is not measured.
  let shardSquares: Ledger?
  /// What the last update's shards say of the noise in their gradients; nil where it is not measured,
  /// or there was one shard.
  public internal(set) var noise: GradientNoise?

  /// A part of one parameter, small enough for a cache; pieces never cross a parameter's border.
  struct Piece: Sendable {
    let parameter: Int
    let range: Range<Int>
    let regularizer: Regularizer?
  }

  /// The batches of the update under way.
  struct Pending {
    /// How many batches are in, and how many rows they had.
    var batches = 0
    var rows = 0
    /// For each replica: how many batches had rows for it, and what its gradient is divided by.
    var counts: [Int]
    var weights: [Double]
    /// The same of the batch that was computed last.
    var batchWeights: [Double]
    /// What a pass over the replicas' gradients costs, in floats.
    var cost = 0
    /// The squares of the shards' gradients.
    var noise = GradientNoise.Sums()

    init(replicas: Int) {
      counts = Array(repeating: 0, count: replicas)
      weights = Array(repeating: 0, count: replicas)
      batchWeights = weights
    }
  }

  /// Plans the memory and fills the weights.
  ///
  /// - Parameters:
  ///   - network: built for shards of the plan's size.
  ///   - shape: the extents of a sample of the data.
  ///   - objective: loss and metrics.
  ///   - optimizer: the optimizer.
  ///   - settings: what decides the numbers.
  ///   - workers: who does the work.
  ///   - shorter: the same network for shorter sequences, the shortest first, where sequences have
  ///     lengths of their own.
  ///   - measuresNoise: whether `noise` is measured, of which no other number depends; never where
  ///     replicas go their own way.
  /// - Throws: a sentence when the parts do not fit.
  public init(
    _ network: Network, shape: SampleShape, objective: Objective, optimizer: any Optimizer,
    settings: EngineSettings, workers: Workers = Workers(), shorter: [Network] = [],
    measuresNoise: Bool = false
  ) throws(TrainingError) {
    precondition(network.rows >= settings.plan.shardRows, "the network is built for fewer rows")
    try Self.check(network, settings)
    try Self.check(network, shorter)
    self.shorter = shorter
    let objective = objective.penalized(network)
    self.network = network
    self.objective = objective
    self.optimizer = optimizer
    self.settings = settings
    self.workers = workers
    let runner = try ShardRunner(
      network, objective, shape, isInference: settings.isInference, shorter: shorter)
    self.runner = runner
    scores = Scores(objective)
    let count = settings.averaging.replicas
    let shards = settings.plan.shards / count
    let units = Self.units(shards: shards, workers: workers.count)
    let depth = (shards / units).trailingZeroBitCount
    subtreeDepth = depth
    replicas = (0..<count).map { _ in
      Replica(
        network, moments: optimizer.stateNames.count, units: units,
        accumulateSteps: settings.accumulateSteps)
    }
    desks = (0..<workers.count).map { _ in Desk(network, shape, subtrees: depth, shorter: shorter) }
    busy = Ledger(rows: workers.count, width: 8)
    pieces = Self.pieces(network.parameters)
    statistics = settings.isInference ? [] : MovingStatistic.all(of: network)
    constraints = ParameterConstraint.all(of: network)
    states = States(perRow: network.statesPerRow, capacity: settings.plan.batchSize)
    heldStates = States(perRow: network.statesPerRow, capacity: settings.plan.batchSize)
    let counts = runner.heads.count > 1 && runner.heads.contains { $0.isCounted }
    countedStates = States(
      perRow: counts ? network.statesPerRow : 0, capacity: settings.plan.batchSize)
    ledger = Ledger(rows: settings.plan.shards, width: objective.width)
    squares = Ledger(rows: pieces.count * count, width: 2)
    shardSquares =
      measuresNoise && count == 1 ? Ledger(rows: settings.plan.shards, width: pieces.count) : nil
    parameterSquares = Array(repeating: 0, count: network.parameters.count)
    factors = Array(repeating: 1, count: network.parameters.count)
    scales = Array(repeating: 1, count: count * runner.heads.count)
    pending = Pending(replicas: count)
    network.initialize(replicas[0].weights, seed: settings.seed)
    for (name, moment) in zip(optimizer.momentNames, moments) {
      fill(count: moment.count, optimizer.initialValue(of: name), moment.base)
    }
    spreadWeights()
  }

  /// How many bytes of memory a run takes, beside the batches.
  public var bytes: Int {
    replicas.reduce(0) { $0 + $1.bytes } + desks.reduce(0) { $0 + $1.bytes }
  }

  /// The weights; those of the first replica where there are several.
  public var weights: Arena { replicas[0].weights }

  /// What the optimizer keeps, in the order of its `stateNames`; the first replica's.
  public var moments: [Arena] { replicas[0].moments }

  /// The learning rate of the next update.
  public var learningRate: Double { optimizer.rate(at: step) * learningRateFactor }

  /// Copies the first replica's weights and moments to the others, and packs all of them.
  public func spreadWeights() {
    for replica in replicas.dropFirst() {
      replica.weights.copy(from: weights)
      for (target, source) in zip(replica.moments, moments) { target.copy(from: source) }
    }
    packWeights()
  }

  // MARK: A step

  /// Adds a batch to the update under way, and makes the update when it is the last of its batches.
  ///
  /// - Parameters:
  ///   - batch: at most as many rows as the plan says.
  ///   - isLast: whether the update must be made even if batches are missing (the epoch's end).
  /// - Returns: whether an update was made.
  /// - Throws: a sentence with the step and the rows when a number is not finite; then nothing is
  ///   updated.
  @discardableResult
  public func train(_ batch: Batch, isLast: Bool = false) throws(TrainingError) -> Bool {
    var watch = Stopwatch()
    if pending.batches == 0 { begin() }
    let firstRow = pending.rows
    try add(batch)
    seconds.gradients += watch.lap()
    guard isLast || pending.batches == settings.accumulateSteps else { return false }
    measureGradients()
    guard gradientNorm.isFinite else { throw divergence(in: batch, from: firstRow) }
    update()
    seconds.update += watch.lap()
    return true
  }

  /// Adds losses and gradients of a batch to those of the update under way.
  private func add(_ batch: Batch) throws(TrainingError) {
    let firstRow = pending.rows
    prepareScales(batch)
    computeGradients(batch)
    weigh(batch)
    ledger.fold(settings.plan.used(batch.rows))
    addPenalty(to: ledger[0], rows: batch.rows)
    scores.replace(ledger[0])
    guard scores.isFinite else { throw divergence(in: batch, from: firstRow) }
    sumGradients(batch)
    updateStatistics(rows: batch.rows)
  }

  /// Computes the mean gradient of a batch, with penalties, and takes everything else back.
  ///
  /// - Parameter batch: at most as many rows as the plan says.
  /// - Returns: the gradient, by the network's slots; `scores` tells the losses.
  /// - Throws: a sentence with the row when a number is not finite.
  public func gradient(of batch: Batch) throws(TrainingError) -> Arena {
    precondition(pending.batches == 0 && replicas.count == 1, "no update may be under way")
    begin()
    try add(batch)
    measureGradients()
    guard gradientNorm.isFinite else { throw divergence(in: batch, from: 0) }
    let result = Arena(count: network.parameterCount)
    let gradient = replicas[0].gradient.arena.base
    Kernels.scale(
      count: result.count, Float(1 / pending.weights[0]), gradient, into: result.base)
    abandonUpdate()
    return result
  }

  /// Remembers what an update starts from.
  private func begin() {
    hold()
    measurePenalty()
  }
}

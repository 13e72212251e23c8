import Networks
import Tensors
import TestSupport
import Testing

@testable import Training

/// The noise of gradients beside what each shard's gradient alone says, and where it is known.
@Suite struct GradientNoiseTests {
  private static let model = Sequential(
    input: Shape([5, 3]), [LSTM(6, returnSequences: true), GRU(5), Dense(2)])

  /// A run without sample weights, and without dropout, whose masks depend on a row's place.
  private func run(_ shards: Int, _ batchSize: Int) -> EngineRun {
    var run = EngineRun()
    run.model = Self.model
    run.samples = Samples(150, SampleShape(input: Shape([5, 3]), target: Shape([2]), weights: 0))
    (run.shards, run.batchSize) = (shards, batchSize)
    return run
  }

  private func trainer(_ run: EngineRun, workers: Int = 1, measures: Bool = true) throws -> Trainer
  {
    try run.trainer(workers: workers, measuresNoise: measures)
  }

  /// The paper's estimates in double precision, from the mean gradient of each group of rows.
  private func expected(_ run: EngineRun, _ groups: [Range<Int>]) throws -> GradientNoise {
    var alone = run
    alone.shards = 1
    let trainer = try trainer(alone, measures: false)
    var (sum, shares, rows) = ([Double](repeating: 0, count: trainer.weights.count), 0.0, 0)
    for group in groups {
      let mean = try trainer.gradient(of: run.samples.batch(group)).values.map(Double.init)
      for index in sum.indices { sum[index] += mean[index] * Double(group.count) }
      shares += mean.reduce(0) { $0 + $1 * $1 } * Double(group.count)
      rows += group.count
    }
    let whole = sum.reduce(0) { $0 + $1 * $1 } / Double(rows)
    let variance = (shares - whole) / Double(groups.count - 1)
    return GradientNoise(variance: variance, signal: (whole - variance) / Double(rows))
  }

  private func check(_ found: GradientNoise?, _ expected: GradientNoise) throws {
    let found = try #require(found)
    #expect(abs(found.variance - expected.variance) < 1e-5 * expected.variance)
    #expect(abs(found.signal - expected.signal) < 1e-5 * expected.variance)
  }

  /// Full batches, an odd number of shards, and a last one with a single row; units of one shard and
  /// of eight.
  @Test(arguments: [(4, 16, 16), (4, 16, 13), (4, 16, 9), (64, 128, 128), (64, 128, 77)])
  func estimatesAreThoseOfTheShards(_ shards: Int, _ batchSize: Int, _ rows: Int) throws {
    let run = run(shards, batchSize)
    let trainer = try trainer(run)
    try trainer.train(run.samples.batch(0..<rows))
    let size = batchSize / shards
    let groups = stride(from: 0, to: rows, by: size).map { $0..<min($0 + size, rows) }
    try check(trainer.noise, expected(run, groups))
  }

  /// With equal shards it is what the paper writes: of a small batch and of the large one.
  @Test func equalShardsGiveThePapersFormulas() throws {
    let run = run(4, 16)
    let noise = try expected(run, (0..<4).map { 4 * $0..<4 * $0 + 4 })
    var alone = run
    alone.shards = 1
    let trainer = try trainer(alone, measures: false)
    func squaredNorm(_ rows: Range<Int>) throws -> Double {
      try trainer.gradient(of: run.samples.batch(rows)).values.reduce(0) {
        $0 + Double($1) * Double($1)
      }
    }
    let small = try (0..<4).reduce(0) { try $0 + squaredNorm(4 * $1..<4 * $1 + 4) } / 4
    let large = try squaredNorm(0..<16)
    let variance = (small - large) / (1.0 / 4 - 1.0 / 16)
    let signal = (16 * large - 4 * small) / (16 - 4)
    #expect(abs(noise.variance - variance) < 1e-5 * variance)
    #expect(abs(noise.signal - signal) < 1e-5 * variance)
  }

  /// Batches of an update are one large batch, whatever is in the last of them.
  @Test func accumulatedBatchesAreOne() throws {
    var run = run(4, 16)
    run.accumulateSteps = 3
    let trainer = try trainer(run)
    for rows in [0..<16, 16..<32, 32..<42] { try trainer.train(run.samples.batch(rows)) }
    let groups = stride(from: 0, to: 42, by: 4).map { $0..<min($0 + 4, 42) }
    try check(trainer.noise, expected(run, groups))
  }

  /// Penalties are the same for all rows, so they are left out.
  @Test func penaltiesAreNoNoise() throws {
    var plain = run(4, 16)
    plain.model = Sequential(input: Shape([5, 3]), [LSTM(6), Dense(2)])
    var dense = Dense(2)
    dense.kernelRegularizer = Regularizer(l2: 0.5)
    var penalized = plain
    penalized.model = Sequential(input: Shape([5, 3]), [LSTM(6), dense])
    let (one, other) = (try trainer(plain), try trainer(penalized))
    let batch = plain.samples.batch(0..<16)
    try one.train(batch)
    try other.train(batch)
    #expect(one.gradientNorm != other.gradientNorm)
    #expect(one.noise == other.noise)
  }

  /// The same bits for any number of workers, though these decide which shards a unit has.
  @Test(arguments: [4, 16, 64]) func workersDoNotChangeBits(_ shards: Int) throws {
    func noise(_ workers: Int) throws -> [GradientNoise] {
      var run = run(shards, 2 * shards)
      run.model = Sequential(input: Shape([5, 3]), [LSTM(96), Dense(2)])
      let trainer = try trainer(run, workers: workers)
      return try [0..<2 * shards, 3..<shards + 4].map { rows in
        try trainer.train(run.samples.batch(rows))
        return try #require(trainer.noise)
      }
    }
    let expected = try noise(1)
    for workers in [2, 3, 8, 16] { #expect(try noise(workers) == expected, "\(workers) workers") }
  }

  @Test(arguments: [4, 64]) func measuringChangesNoBit(_ shards: Int) throws {
    let run = run(shards, 2 * shards)
    let (one, other) = (try trainer(run), try trainer(run, workers: 3, measures: false))
    for batch in run.samples.batches(of: 2 * shards) {
      try one.train(batch)
      try other.train(batch)
    }
    #expect(one.weights.values == other.weights.values)
    #expect(one.noise != nil && other.noise == nil)
  }

  @Test func oneShardTellsNothing() throws {
    let run = run(1, 16)
    let trainer = try trainer(run)
    try trainer.train(run.samples.batch(0..<16))
    #expect(trainer.noise == nil)
  }

  @Test func replicasOfTheirOwnAreNotMeasured() throws {
    var run = run(4, 16)
    run.averaging = .weights(replicas: 2, steps: 3)
    let trainer = try trainer(run)
    try trainer.train(run.samples.batch(0..<16))
    #expect(trainer.noise == nil)
  }

  // MARK: Where it is known

  /// y = x·w + ε with x of d standard normal numbers and ε of variance s²: at the weights 0 one row has
  /// the gradient -2·y·x, so |G|² = 4·|w|² and tr(Σ) = 4·((d + 1)·|w|² + d·s²).
  @Test func aLinearProblemHasItsNoiseScale() throws {
    let (d, slope, deviation) = (6, 0.5, 1.5)
    var dense = Dense(1, useBias: false, kernelInitializer: Zeros())
    dense.name = "dense"
    var run = run(8, 64)
    run.model = Sequential(input: Shape([d]), [dense])
    run.objective = Objective(MeanSquaredError())
    run.optimizer = SGD(learningRate: ConstantRate(0))
    run.samples = Samples(32_000, SampleShape(input: Shape([d]), target: Shape([1]), weights: 0))
    var random = RandomStream(seed: 1, stream: 2)
    for row in 0..<run.samples.count {
      var y = deviation * random.normal()
      for column in 0..<d {
        let x = random.normal()
        run.samples.inputs[row * d + column] = Float(x)
        y += slope * x
      }
      run.samples.targets[row] = Float(y)
    }
    let trainer = try trainer(run)
    var (variance, signal, count) = (0.0, 0.0, 0.0)
    for batch in run.samples.batches(of: 64) {
      try trainer.train(batch)
      let noise = try #require(trainer.noise)
      (variance, signal, count) = (variance + noise.variance, signal + noise.signal, count + 1)
    }
    let square = Double(d) * slope * slope
    let exact = 4 * (Double(d + 1) * square + Double(d) * deviation * deviation)
    #expect(abs(variance / count - exact) < 0.03 * exact, "\(variance / count), \(exact)")
    let gradient = 4 * square
    #expect(abs(signal / count - gradient) < 0.05 * gradient, "\(signal / count), \(gradient)")
  }
}

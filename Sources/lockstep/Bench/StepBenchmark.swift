import KerasFormat
import Networks
import Training

/// Times the training steps of one shape.
struct StepBenchmark {
  /// The steps that were timed, in milliseconds.
  struct Result {
    let steps: Times
    /// Work on registers alone, in turns with the steps and about as long; nil if nobody asked for it.
    let control: Times?

    /// The name, the times, the operations a second, and their share of a peak.
    func row(_ shape: BenchShape, peak: Double) -> [String] {
      let flops = self.flops(shape)
      return [shape.name] + cells(steps)
        + [String(format: "%.0f", flops / 1e9), String(format: "%.0f %%", 100 * flops / peak)]
    }

    /// What the control took; nil without one.
    var controlRow: [String]? { control.map { ["registers"] + cells($0) } }

    func json(_ shape: BenchShape, _ workers: Workers, peak: Double) -> JSON {
      let row: JSON = [
        "peer": "lockstep", "shape": .string(shape.name),
        "median_ms": .double(steps.median), "min_ms": .double(steps.least),
        "p99_ms": .double(steps.quantile(0.99)), "steps": .int(steps.sorted.count),
        "workers": .int(workers.count), "network": .string(shape.summary),
        "gflops": .double(flops(shape) / 1e9), "peak_gflops": .double(peak / 1e9),
      ]
      guard let control, case .object(var members) = row else { return row }
      members["control_median_ms"] = .double(control.median)
      members["control_p99_ms"] = .double(control.quantile(0.99))
      return .object(members)
    }

    private func cells(_ times: Times) -> [String] {
      [times.median, times.least, times.quantile(0.99)].map(Format.metric)
    }

    private func flops(_ shape: BenchShape) -> Double {
      Double(shape.flops) / (steps.median / 1000)
    }
  }

  private let trainer: Trainer
  private let dataset: MemoryDataset
  private let settings: DataSettings
  private let workers: Workers
  private let shards: Int

  /// Builds the network and its batch.
  ///
  /// - Parameters:
  ///   - shape: the network.
  ///   - workers: who does the work.
  ///   - denormals: whether inputs and weights are such that denormal numbers come up everywhere.
  /// - Throws: a sentence when the parts do not fit.
  init(_ shape: BenchShape, workers: Workers, denormals: Bool = false) throws {
    var synthetic = SyntheticData(shape, denormals: denormals)
    dataset = try synthetic.batch()
    var settings = DataSettings()
    settings.batchSize = shape.batch
    settings.shuffles = false
    settings.buffers = 1
    self.settings = settings
    let plan = try ShardPlan(batchSize: shape.batch)
    (self.workers, shards) = (workers, plan.used(shape.batch))
    trainer = try Trainer(
      try shape.model.network(rows: plan.shardRows), shape: dataset.shape,
      objective: Objective(shape.loss), optimizer: shape.optimizer,
      settings: EngineSettings(plan: plan), workers: workers)
    synthetic.replaceWeights(of: trainer)
  }

  /// Repeats the step on one batch, after a few steps that are not timed.
  ///
  /// - Parameters:
  ///   - seconds: for how long.
  ///   - repeats: or how often, whatever that takes.
  ///   - controls: whether work on registers alone is timed after each step, which is as long and done by
  ///     as many workers: how unsteady it is, nobody but the machine is to blame for.
  /// - Returns: the time of each step.
  /// - Throws: a sentence when numbers stop being finite.
  func measure(seconds: Double, repeats: Int?, controls: Bool) throws -> Result {
    let batches = try BatchSource(dataset, settings: settings).prefetch(epochs: 1)
    guard let loan = try batches.next() else { preconditionFailure("a batch of random data") }
    for _ in 0..<3 { _ = try time(loan.batch) }
    let rounds = controls ? try roundsOfStep(loan.batch) : nil
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    var (steps, control): ([Double], [Double]) = ([], [])
    repeat {
      steps.append(try time(loan.batch))
      if let rounds { control.append(timeRegisters(rounds)) }
    } while repeats.map { steps.count < $0 } ?? (clock.now < end)
    return Result(steps: Times(steps), control: rounds.map { _ in Times(control) })
  }

  /// The milliseconds of a step.
  private func time(_ batch: Batch) throws -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    _ = try trainer.train(batch)
    return (clock.now - start) / .milliseconds(1)
  }

  /// The milliseconds of rounds on registers, by as many workers as a step has work for.
  private func timeRegisters(_ rounds: Int) -> Double {
    1000 * workers.multiplyAdds(rounds: rounds, items: min(workers.count, shards))
  }

  /// How many rounds on registers take as long as a step.
  private func roundsOfStep(_ batch: Batch) throws -> Int {
    let tries = 21
    let step = Times(try (0..<tries).map { _ in try time(batch) }).median
    var rounds = 2000
    // Beside few rounds to wake the workers counts for much.
    for _ in 0..<3 {
      let registers = Times((0..<tries).map { _ in timeRegisters(rounds) }).median
      rounds = max(1, Int(Double(rounds) * step / registers))
    }
    return rounds
  }
}

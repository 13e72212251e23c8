import KerasFormat
import Networks
import Training

/// Times the training steps of one shape.
struct StepBenchmark {
  /// Milliseconds of the steps that were timed.
  struct Result {
    let milliseconds: [Double]

    private func quantile(_ part: Double) -> Double {
      milliseconds[min(Int(part * Double(milliseconds.count)), milliseconds.count - 1)]
    }

    /// The name, the times, the operations a second, and their share of a peak.
    func row(_ shape: BenchShape, peak: Double) -> [String] {
      let flops = self.flops(shape)
      return [shape.name] + [quantile(0.5), quantile(0), quantile(0.99)].map(Format.metric)
        + [String(format: "%.0f", flops / 1e9), String(format: "%.0f %%", 100 * flops / peak)]
    }

    func json(_ shape: BenchShape, _ workers: Workers, peak: Double) -> JSON {
      [
        "peer": "lockstep", "shape": .string(shape.name), "median_ms": .double(quantile(0.5)),
        "min_ms": .double(quantile(0)), "p99_ms": .double(quantile(0.99)),
        "steps": .int(milliseconds.count), "workers": .int(workers.count),
        "network": .string(shape.summary), "gflops": .double(flops(shape) / 1e9),
        "peak_gflops": .double(peak / 1e9),
      ]
    }

    private func flops(_ shape: BenchShape) -> Double {
      Double(shape.flops) / (quantile(0.5) / 1000)
    }
  }

  private let trainer: Trainer
  private let dataset: MemoryDataset
  private let settings: DataSettings

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
  /// - Returns: the time of each step.
  /// - Throws: a sentence when numbers stop being finite.
  func measure(seconds: Double, repeats: Int? = nil) throws -> Result {
    let batches = try BatchSource(dataset, settings: settings).prefetch(epochs: 1)
    guard let loan = try batches.next() else { preconditionFailure("a batch of random data") }
    for _ in 0..<3 { _ = try trainer.train(loan.batch) }
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    var times: [Double] = []
    repeat {
      let start = clock.now
      _ = try trainer.train(loan.batch)
      times.append((clock.now - start) / .milliseconds(1))
    } while repeats.map { times.count < $0 } ?? (clock.now < end)
    return Result(milliseconds: times.sorted())
  }
}

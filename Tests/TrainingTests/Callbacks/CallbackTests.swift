import Testing

@testable import Training

extension TrainingTests {
  /// Sequences worked out by hand from Keras 3.15's `EarlyStopping` and `ReduceLROnPlateau`.
  @Suite struct CallbackTests {
    private func epoch(_ number: Int, _ value: Double, rate: Double = 0.1) -> EpochFacts {
      EpochFacts(
        epoch: number, epochs: 100, step: number,
        metrics: [("val_loss", value), ("learning_rate", rate)], rows: 1, seconds: 1, waited: 0)
    }

    /// The epoch in which training stops, and those whose weights were kept.
    private func run(
      _ callback: EarlyStopping, _ values: [Double]
    ) throws -> (stop: Int?, kept: [Int]) {
      var callback = callback
      var kept: [Int] = []
      for (index, value) in values.enumerated() {
        let directives = try callback.epochEnded(epoch(index + 1, value))
        if directives.contains(.keepBest) { kept.append(index + 1) }
        for case .stop in directives { return (index + 1, kept) }
      }
      return (nil, kept)
    }

    @Test func patience() throws {
      let values = [1.0, 0.9, 0.95, 0.8, 0.81, 0.82, 0.83]
      #expect(try run(EarlyStopping(patience: 0), values) == (3, []))
      #expect(try run(EarlyStopping(patience: 1), values) == (3, []))
      let three = try run(EarlyStopping(patience: 3, restoresBest: true), values)
      #expect(three == (7, [1, 2, 4]))
      #expect(try run(EarlyStopping(patience: 4), values).stop == nil)
    }

    @Test func firstEpochNeverStops() throws {
      // A delta of ten: nothing after the first is better, and Keras never stops in epoch 0.
      let monitor = Monitor("val_loss", minimumDelta: 10)
      #expect(try run(EarlyStopping(monitor, patience: 0), [1, 0.5]).stop == 2)
      #expect(try run(EarlyStopping(monitor, patience: 2), [1, 0.5, 0.4, 0.3]).stop == 3)
    }

    @Test func baseline() throws {
      // Better than before but not than the baseline: time runs on, and only being better returns.
      let callback = EarlyStopping(patience: 3, baseline: 0.5)
      #expect(try run(callback, [1, 0.9, 0.8, 0.7, 0.71]).stop == 5)
      #expect(try run(callback, [1, 0.9, 0.4, 0.45, 0.45, 0.45]).stop == 6)
    }

    @Test func startFromEpoch() throws {
      let callback = EarlyStopping(patience: 1, restoresBest: true, startFromEpoch: 3)
      let result = try run(callback, [1, 2, 3, 4, 3.5, 3.6])
      #expect(result == (6, [4, 5]))
    }

    /// Weights are kept from the first look on, so that there are some to put back.
    @Test func aFirstValueThatIsNoNumber() throws {
      let result = try run(EarlyStopping(patience: 3, restoresBest: true), [.nan, .nan, 0.5, 0.6])
      #expect(result == (nil, [1, 3]))
    }

    @Test func directionByName() {
      #expect(Monitor("val_accuracy").isBetter(0.9, than: 0.8))
      #expect(Monitor("acc").isBetter(0.9, than: 0.8))
      #expect(Monitor("val_mae").isBetter(0.8, than: 0.9))
      #expect(!Monitor("val_loss", minimumDelta: 0.1).isBetter(0.85, than: 0.9))
      #expect(Monitor("loss", mode: .max, minimumDelta: -0.1).isBetter(1.11, than: 1))
      #expect(!Monitor("loss").isBetter(.nan, than: nil))
    }

    private func rates(_ callback: ReduceOnPlateau, _ values: [Double]) throws -> [Double] {
      var callback = callback
      var rate = 0.1
      return try values.enumerated().map { index, value in
        for directive in try callback.epochEnded(epoch(index + 1, value, rate: rate)) {
          if case .scaleLearningRate(let factor) = directive { rate *= factor }
        }
        return (rate * 1e6).rounded() / 1e6
      }
    }

    @Test func plateau() throws {
      let callback = ReduceOnPlateau(factor: 0.5, patience: 2)
      #expect(
        try rates(callback, [1, 1, 1, 1, 1, 0.9, 0.9, 0.9])
          == [0.1, 0.1, 0.05, 0.05, 0.025, 0.025, 0.025, 0.0125])
    }

    @Test func cooldown() throws {
      // Lowered in epoch 3; epochs 4 and 5 cool down, and the count begins in the second of them.
      let callback = ReduceOnPlateau(factor: 0.1, patience: 2, cooldown: 2)
      #expect(
        try rates(callback, [1, 1, 1, 1, 1, 1, 1])
          == [0.1, 0.1, 0.01, 0.01, 0.01, 0.001, 0.001])
    }

    @Test func smallestRate() throws {
      let callback = ReduceOnPlateau(factor: 0.1, patience: 1, minimumRate: 0.02)
      #expect(try rates(callback, [1, 1, 1, 1]) == [0.1, 0.02, 0.02, 0.02])
    }
  }
}

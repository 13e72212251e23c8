import Networks
import TestSupport
import Testing

@Suite struct MetricTests {
  static let cases = ReferenceFile.cases(of: "metrics")

  @Test(arguments: cases) func resultsAreThoseOfKeras(name: String) throws {
    let reference = try ReferenceFile("metrics").reference(name)
    // [batches, rows, …]: the shapes of one sample have neither.
    let output = Shape(try Array(reference.shape("predictions").dropFirst(2)))
    let target = Shape(try Array(reference.shape("targets").dropFirst(2)))
    let found = try metric(named: reference.text("metric"), output: output, target: target)
    let metric = try #require(found)
    let predictions = try reference.floats("predictions")
    let targets = try reference.floats("targets")
    let weights =
      try reference.contains("sample_weight") ? reference.floats("sample_weight") : nil
    var sums = [Double](repeating: 0, count: metric.accumulators)
    for (batch, expected) in try reference.doubles("f64_results").enumerated() {
      let scoring = ScoringCase(
        half(predictions, batch), features: output.dimensions.last ?? 1,
        targets: half(targets, batch), weights: weights.map { half($0, batch) })
      metric.accumulate(scoring.scoring, into: &sums)
      #expect(abs(metric.result(sums) - expected) < 1e-6, "batch \(batch)")
    }
  }

  @Test func casesAreThere() { #expect(Self.cases.count >= 40) }

  private func half(_ numbers: [Float], _ batch: Int) -> [Float] {
    let count = numbers.count / 2
    return Array(numbers[batch * count..<(batch + 1) * count])
  }

  @Test func namesStayAsGiven() throws {
    let classes = Shape([4])
    for name in ["accuracy", "acc", "Accuracy", "mae", "rmse", "MeanSquaredError", "log_cosh"] {
      #expect(try metric(named: name, output: classes, target: classes)?.name == name)
    }
    #expect(try metric(named: "accurracy", output: classes, target: classes) == nil)
  }

  @Test func accuracyIsResolvedByShapes() throws {
    func rule(_ output: [Int], _ target: [Int]) throws -> Accuracy.Rule? {
      let found = try metric(named: "accuracy", output: Shape(output), target: Shape(target))
      return (found as? Accuracy)?.rule
    }
    #expect(try rule([1], [1]) == .binary(threshold: 0.5))
    #expect(try rule([1], []) == .binary(threshold: 0.5))
    #expect(try rule([5], []) == .sparse)
    #expect(try rule([5], [1]) == .sparse)
    #expect(try rule([9, 5], [9]) == .sparse)
    #expect(try rule([5], [5]) == .categorical)
    #expect(try rule([9, 5], [9, 5]) == .categorical)
  }

  @Test func targetsOfAnotherShapeAreRefused() {
    #expect(throws: NetworkError.self) {
      try metric(named: "mae", output: Shape([5]), target: Shape([1]))
    }
    #expect(throws: NetworkError.self) {
      try metric(named: "accuracy", output: Shape([5]), target: Shape([4]))
    }
  }

  @Test func nothingAddedIsZero() {
    #expect(Accuracy(.categorical).result([0, 0]) == 0)
    #expect(RootMeanSquaredError().result([0, 0]) == 0)
  }
}

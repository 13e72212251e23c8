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
    let metric = try reference.metric(output: output, target: target)
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

  @Test func casesAreThere() { #expect(Self.cases.count == 122) }

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

  @Test func keepingASumForEachShardChangesNothing() throws {
    var random = SeededRandom(seed: 8)
    let predictions = random.floats(24, in: 0...1)
    let targets = random.floats(24, in: 0...1).map { $0.rounded() }
    let ofClassNumbers = LanguageMetric.Kind.allCases.map { LanguageMetric($0).name }
    for name in metricNames where !name.contains("sparse") && !ofClassNumbers.contains(name) {
      let found = try metric(named: name, output: Shape([4]), target: Shape([4]))
      let metric = try #require(found, "\(name)")
      func sums(_ rows: Range<Int>) -> [Double] {
        var sums = [Double](repeating: 0, count: metric.accumulators)
        let range = 4 * rows.lowerBound..<4 * rows.upperBound
        let shard = ScoringCase(
          Array(predictions[range]), features: 4, targets: Array(targets[range]), weights: nil)
        metric.accumulate(shard.scoring, into: &sums)
        return sums
      }
      let parts = zip(sums(0..<2), sums(2..<6)).map { $0 + $1 }
      let (whole, added) = (metric.result(sums(0..<6)), metric.result(parts))
      #expect(abs(whole - added) <= 1e-6 * max(1, abs(whole)), "\(name): \(whole), \(added)")
    }
  }

  @Test func aFeatureOnItsOwnAndManyThresholdsMayBeAskedFor() {
    var precision = ConfusionMetric(.precision)
    precision.classID = 9
    let scoring = ScoringCase([0.9, 0.1], features: 2, targets: [1, 0], weights: nil)
    var sums = [Double](repeating: 0, count: precision.accumulators)
    // A feature that is not there counts nothing.
    precision.accumulate(scoring.scoring, into: &sums)
    #expect(precision.result(sums) == 0)
    var area = AUC()
    area.thresholdCount = 1
    #expect(area.accumulators == 2 && area.result([3, 1]) == 0)
  }

  @Test func nothingAddedIsZero() {
    #expect(Accuracy(.categorical).result([0, 0]) == 0)
    #expect(RootMeanSquaredError().result([0, 0]) == 0)
  }
}

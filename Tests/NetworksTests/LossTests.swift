import Networks
import Tensors
import TestSupport
import Testing

@Suite struct LossTests {
  /// Both are NaN, or they differ by a small part of their size or of one.
  private func agree(_ a: Double, _ b: Double, relative: Double) -> Bool {
    b.isNaN ? a.isNaN : abs(a - b) <= relative * max(1, abs(b))
  }

  static let cases = ReferenceFile.cases(of: "losses")

  @Test(arguments: cases) func valueAndGradientAreThoseOfKeras(name: String) throws {
    let reference = try ReferenceFile("losses").reference(name)
    let shape = try reference.shape("predictions")
    let weights =
      try reference.contains("sample_weight") ? reference.floats("sample_weight") : nil
    let scoring = try ScoringCase(
      reference.floats("predictions"), features: shape.last ?? 1,
      targets: reference.floats("targets"), weights: weights)
    let loss = try reference.loss()
    let (sum, gradient) = scoring.gradient(loss)
    #expect(agree(scoring.value(loss), sum, relative: 1e-6))

    let exact = try reference.contains("f64_value") ? "f64_" : ""
    let value = try reference.doubles(exact + "value")[0]
    let rows = loss.reduction.divisor(loss.total(scoring.scoring, loss.reduction))
    #expect(agree(sum / rows, value, relative: 1e-6))
    // A slope under the clip limit can be as large as 1e7: errors are measured against its size.
    for (index, slope) in try reference.doubles(exact + "gradient").enumerated() {
      let ours = Double(gradient[index]) / rows
      #expect(agree(ours, slope, relative: 1e-6), "gradient \(index): \(ours), Keras \(slope)")
    }
  }

  @Test func casesAreThere() { #expect(Self.cases.count == 112) }

  static let all: [any Loss] = [
    MeanSquaredError(), MeanAbsoluteError(), Huber(), Huber(delta: 0.3), LogCosh(),
    BinaryCrossentropy(), BinaryCrossentropy(labelSmoothing: 0.3),
    BinaryCrossentropy(fromLogits: true),
    BinaryCrossentropy(fromLogits: true, labelSmoothing: 0.3), CategoricalCrossentropy(),
    CategoricalCrossentropy(labelSmoothing: 0.2), CategoricalCrossentropy(fromLogits: true),
    CategoricalCrossentropy(fromLogits: true, labelSmoothing: 0.2),
    SparseCategoricalCrossentropy(), SparseCategoricalCrossentropy(fromLogits: true),
    MeanAbsolutePercentageError(), MeanSquaredLogarithmicError(), KLDivergence(), Poisson(),
    CosineSimilarity(), Hinge(), SquaredHinge(), CategoricalHinge(), BinaryFocalCrossentropy(),
    balanced, CategoricalFocalCrossentropy(), focalLogits,
  ]

  static let balanced: BinaryFocalCrossentropy = {
    var loss = BinaryFocalCrossentropy()
    loss.applyClassBalancing = true
    loss.gamma = 1.5
    loss.fromLogits = true
    return loss
  }()

  static let focalLogits: CategoricalFocalCrossentropy = {
    var loss = CategoricalFocalCrossentropy()
    loss.labelSmoothing = 0.1
    loss.fromLogits = true
    return loss
  }()

  /// Along a random direction the loss changes by gradient · direction.
  @Test(arguments: all.indices, [4, 17]) func gradientsFitFiniteDifferences(
    index: Int, features: Int
  ) {
    let loss = Self.all[index]
    var random = SeededRandom(seed: UInt64(index))
    let rows = 9
    let isSparse = loss is SparseCategoricalCrossentropy
    let predictions = random.floats(rows * features, in: 0.1...0.9)
    let targets =
      isSparse
      ? (0..<rows).map { Float(($0 * 3) % features) } : random.floats(rows * features, in: 0...1)
    let direction = random.floats(rows * features)
    let weights = random.floats(rows, in: 0.2...2)
    let scoring = ScoringCase(predictions, features: features, targets: targets, weights: weights)
    let (_, gradient) = scoring.gradient(loss)
    let expected = zip(gradient, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    func value(_ step: Float) -> Double {
      for place in predictions.indices {
        scoring.predictions.base[place] = predictions[place] + step * direction[place]
      }
      return scoring.value(loss)
    }
    let step: Float = 1.0 / 512
    let found = (value(step) - value(-step)) / (2 * Double(step))
    #expect(abs(found - expected) < 4e-3 * max(1, abs(expected)), "\(loss): \(found), \(expected)")
  }

  @Test(arguments: [true, false]) func aClassThatDoesNotExistMakesItsRowNaN(fromLogits: Bool) {
    let loss = SparseCategoricalCrossentropy(fromLogits: fromLogits)
    for wrong: Float in [-1, 3, 1e9, 1.5, .nan, .infinity, -.infinity] {
      let targets: [Float] = [0, wrong, 2]
      let predictions: [Float] = [0.1, 0.2, 0.7, 0.3, 0.3, 0.4, 0.5, 0.2, 0.3]
      let strict = ScoringCase(predictions, features: 3, targets: targets, weights: nil)
      let (value, gradient) = strict.gradient(loss)
      #expect(value.isNaN && strict.value(loss).isNaN)
      #expect(gradient[3..<6].allSatisfy { $0.isNaN })
      #expect((gradient[0..<3] + gradient[6..<9]).allSatisfy { $0.isFinite })
      let weightless = ScoringCase(
        predictions, features: 3, targets: targets, weights: [1, 0, 1])
      let (rest, slopes) = weightless.gradient(loss)
      #expect(rest.isFinite && rest > 0)
      #expect(slopes[3..<6].allSatisfy { $0 == 0 })
    }
  }

  @Test func crossentropiesKnowTheirActivation() throws {
    let binary = BinaryCrossentropy(labelSmoothing: 0.1)
    #expect(
      binary.fromLogits(of: .sigmoid) as? BinaryCrossentropy
        == BinaryCrossentropy(fromLogits: true, labelSmoothing: 0.1))
    #expect(binary.fromLogits(of: .softmax) == nil)
    let sparse = SparseCategoricalCrossentropy()
    #expect(
      sparse.fromLogits(of: .softmax) as? SparseCategoricalCrossentropy
        == SparseCategoricalCrossentropy(fromLogits: true))
    #expect(SparseCategoricalCrossentropy(fromLogits: true).fromLogits(of: .softmax) == nil)
    #expect(MeanSquaredError().fromLogits(of: .sigmoid) == nil)
  }

  @Test func namesAreThoseOfKeras() throws {
    for name in ["mse", "MSE", "mean_squared_error", "MeanSquaredError"] {
      #expect(loss(named: name) is MeanSquaredError)
    }
    for name in lossNames { #expect(loss(named: name)?.name == name) }
    #expect(lossNames.count == 17)
    let old = ["kld", "KLD", "kullback_leibler_divergence", "KLDivergence"]
    #expect(old.allSatisfy { loss(named: $0) is KLDivergence })
    #expect(loss(named: "cosine_proximity") is CosineSimilarity)
    #expect(loss(named: "logcosh") is LogCosh && loss(named: "mape") != nil)
    #expect(loss(named: "bce") is BinaryCrossentropy)
    #expect(loss(named: "msee") == nil)
  }

  /// Rows that a mask takes out, or that are ignored, are not divided by.
  @Test func whatASumIsDividedBy() {
    let mask = ScoringCase([1, 0, 1, 1], features: 1, targets: [0, 0, 0, 0], weights: nil)
    let targets: [Float] = [0, 1, 2, 2]
    let scored = ScoringCase(
      [Float](repeating: 0.2, count: 12), features: 3, targets: targets, weights: [2, 0, 3, 0.5])
    let all = scored.scoring
    let masked = Scoring(
      predictions: all.predictions, targets: all.targets, weights: all.weights,
      mask: UnsafePointer(mask.predictions.base), scratch: all.scratch)
    let plain = SparseCategoricalCrossentropy()
    #expect(plain.total(all, .mean) == 4 && plain.total(masked, .mean) == 3)
    #expect(plain.total(all, .weightedMean) == 5.5)
    let ignoring = SparseCategoricalCrossentropy(ignoreClass: 2)
    #expect(ignoring.total(all, .mean) == 2 && ignoring.total(masked, .mean) == 1)
    #expect(ignoring.total(masked, .weightedMean) == 2)
    #expect(ReducedLoss(ignoring, .sum).total(masked, .mean) == 1)
    #expect(MeanSquaredError().total(masked, .mean) == 3)
    #expect(Reduction.sum.divisor(7) == 1 && Reduction.mean.divisor(7) == 7)
  }

  @Test func classesHaveWeights() {
    let weights = ClassWeights([0: 0.5, 2: 3])
    let numbers = ScoringCase([0, 0, 0, 0], features: 1, targets: [0, 1, 2, 2.2], weights: nil)
    var rows: [Float] = [1, 1, 1, 2]
    weights.multiply(&rows, targets: numbers.scoring.targets)
    #expect(rows == [0.5, 1, 3, 6])
    let oneHot: [Float] = [1, 0, 0, 0, 1, 0, 0, 0.2, 0.7, 0, 0, 0]
    let classes = ScoringCase(oneHot, features: 3, targets: oneHot, weights: nil)
    rows = [1, 1, 1, 1]
    weights.multiply(&rows, targets: classes.scoring.targets)
    #expect(rows == [0.5, 1, 3, 0.5])
  }

  /// Zeros and ones are signs, but only where there is nothing else.
  @Test func hingesTakeZerosForSigns() {
    let predictions: [Float] = [0.5, -0.25, 2, 0.5]
    func value(_ targets: [Float]) -> Double {
      ScoringCase(predictions, features: 2, targets: targets, weights: nil).value(Hinge())
    }
    #expect(value([0, 1, 1, 0]) == value([-1, 1, 1, -1]))
    #expect(value([1, 1, 1, 1]) == (0.5 + 1.25 + 0 + 0.5) / 2)
    #expect(value([0, -1, 0, -1]) == (1 + 0.75 + 1 + 1.5) / 2)
  }

  @Test func targetsLookLikeOutputsOrAreClassNumbers() {
    let shape = Shape([5, 3])
    #expect(MeanSquaredError().targetShapes(for: shape) == [shape])
    #expect(MeanSquaredError().targetShapes(for: Shape([1])) == [Shape([1]), Shape([])])
    #expect(
      SparseCategoricalCrossentropy().targetShapes(for: shape) == [Shape([5]), Shape([5, 1])])
  }
}

import Networks
import Tensors
import TestSupport
import Testing

@Suite struct LossTests {
  /// Both are NaN, or they differ by a small part of their size or of one.
  private func agree(_ a: Double, _ b: Double, relative: Double) -> Bool {
    b.isNaN ? a.isNaN : abs(a - b) <= relative * max(1, abs(b))
  }

  /// The loss that a reference describes.
  private func describedLoss(_ reference: borrowing Reference) throws -> any Loss {
    let (className, config) = try reference.object("loss")
    let logits = config["from_logits"] as? Bool ?? false
    let smoothing = config["label_smoothing"] as? Double ?? 0
    switch className {
    case "Huber": return Huber(delta: config["delta"] as? Double ?? 1)
    case "BinaryCrossentropy":
      return BinaryCrossentropy(fromLogits: logits, labelSmoothing: smoothing)
    case "CategoricalCrossentropy":
      return CategoricalCrossentropy(fromLogits: logits, labelSmoothing: smoothing)
    case "SparseCategoricalCrossentropy": return SparseCategoricalCrossentropy(fromLogits: logits)
    default:
      let plain = loss(named: className)
      return try #require(plain)
    }
  }

  // Keras's own order of clipping differs between its backends in this one; see the test after it.
  static let cases = ReferenceFile.cases(of: "losses").filter { $0 != "sparse_clipped" }

  @Test(arguments: cases) func valueAndGradientAreThoseOfKeras(name: String) throws {
    let reference = try ReferenceFile("losses").reference(name)
    let shape = try reference.shape("predictions")
    let weights =
      try reference.contains("sample_weight") ? reference.floats("sample_weight") : nil
    let scoring = try ScoringCase(
      reference.floats("predictions"), features: shape.last ?? 1,
      targets: reference.floats("targets"), weights: weights)
    let loss = try describedLoss(reference)
    let (sum, gradient) = scoring.gradient(loss)
    #expect(agree(scoring.value(loss), sum, relative: 1e-6))

    let exact = try reference.contains("f64_value") ? "f64_" : ""
    let value = try reference.doubles(exact + "value")[0]
    let rows = Double(scoring.rows)
    #expect(agree(sum / rows, value, relative: 1e-6))
    // A slope under the clip limit can be as large as 1e7: errors are measured against its size.
    for (index, slope) in try reference.doubles(exact + "gradient").enumerated() {
      let ours = Double(gradient[index]) / rows
      #expect(agree(ours, slope, relative: 1e-6), "gradient \(index): \(ours), Keras \(slope)")
    }
  }

  @Test func casesAreThere() { #expect(Self.cases.count > 60) }

  /// The order of dividing and clipping is the one of the categorical loss, as in Keras on JAX.
  @Test func sparseFromProbabilitiesIsCategoricalWithOneHotTargets() throws {
    let reference = try ReferenceFile("losses").reference("sparse_clipped")
    let predictions = try reference.floats("predictions")
    let classes = try reference.floats("targets")
    let oneHot = classes.flatMap { number in (0..<6).map { Float($0) == number ? 1 as Float : 0 } }
    let sparse = ScoringCase(predictions, features: 6, targets: classes, weights: nil)
    let dense = ScoringCase(predictions, features: 6, targets: oneHot, weights: nil)
    let (_, ours) = sparse.gradient(SparseCategoricalCrossentropy())
    let (_, expected) = dense.gradient(CategoricalCrossentropy())
    // The first row is all zeros: there is nothing to divide by.
    #expect(!ours[0].isFinite && !expected[0].isFinite)
    for index in 6..<ours.count {
      #expect(agree(Double(ours[index]), Double(expected[index]), relative: 1e-6))
    }
    let rest = Array(predictions[6...])
    let value = ScoringCase(rest, features: 6, targets: Array(classes[1...]), weights: nil)
      .value(SparseCategoricalCrossentropy())
    let same = ScoringCase(rest, features: 6, targets: Array(oneHot[6...]), weights: nil)
      .value(CategoricalCrossentropy())
    #expect(value.isFinite && agree(value, same, relative: 1e-12))
  }

  static let all: [any Loss] = [
    MeanSquaredError(), MeanAbsoluteError(), Huber(), Huber(delta: 0.3), LogCosh(),
    BinaryCrossentropy(), BinaryCrossentropy(labelSmoothing: 0.3),
    BinaryCrossentropy(fromLogits: true),
    BinaryCrossentropy(fromLogits: true, labelSmoothing: 0.3), CategoricalCrossentropy(),
    CategoricalCrossentropy(labelSmoothing: 0.2), CategoricalCrossentropy(fromLogits: true),
    CategoricalCrossentropy(fromLogits: true, labelSmoothing: 0.2),
    SparseCategoricalCrossentropy(), SparseCategoricalCrossentropy(fromLogits: true),
  ]

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
    #expect(loss(named: "bce") is BinaryCrossentropy)
    #expect(loss(named: "msee") == nil)
  }

  @Test func targetsLookLikeOutputsOrAreClassNumbers() {
    let shape = Shape([5, 3])
    #expect(MeanSquaredError().targetShapes(for: shape) == [shape])
    #expect(MeanSquaredError().targetShapes(for: Shape([1])) == [Shape([1]), Shape([])])
    #expect(
      SparseCategoricalCrossentropy().targetShapes(for: shape) == [Shape([5]), Shape([5, 1])])
  }
}

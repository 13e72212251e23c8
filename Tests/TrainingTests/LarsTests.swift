import Foundation
import KerasFormat
import Tensors
import TestSupport
import Testing

@testable import Training

/// LARS beside its formula in double precision, and what becomes of it in files.
@Suite struct LarsTests {
  static let variants: [Lars] = [
    Lars(), Lars(learningRate: ConstantRate(20), weightDecay: 0.01),
    Lars(momentum: 0, trustCoefficient: 0.1), Lars(epsilon: 5, clipping: .value(0.3)),
  ]

  /// Parameters of sizes that do and do not fill vectors, and one that begins as zeros.
  private static let slots = [
    Slot(offset: 0, shape: [7, 5]), Slot(offset: 35, shape: [33]), Slot(offset: 68, shape: [4]),
  ]

  @Test(arguments: variants) func stepsAreThoseOfTheFormula(_ lars: Lars) {
    var random = SeededRandom(seed: 2)
    let count = 72
    let (weights, velocity, gradient) = (
      Arena(count: count), Arena(count: count), Arena(count: count)
    )
    for index in 0..<68 { weights.base[index] = random.floats(1)[0] }
    var (w, v) = (weights.values.map(Double.init), [Double](repeating: 0, count: count))
    for step in 0..<5 {
      // A batch of eight rows: gradients come as sums.
      _ = gradient[0..<count].update(fromContentsOf: random.floats(count).map { $0 * 8 })
      let g = gradient.values.map { Double($0) / 8 }
      for slot in Self.slots {
        lars.update(
          slot.range, in: slot, of: weights, gradient: gradient, moments: [velocity],
          scale: 1 / 8, step: step, learningRate: Float(lars.rate(at: step)))
        Self.expect(lars, slot.range, &w, &v, g)
      }
      for index in 0..<count {
        let difference = abs(Double(weights.base[index]) - w[index])
        #expect(difference < 1e-6 * max(1, abs(w[index])), "step \(step), weight \(index)")
        #expect(abs(Double(velocity.base[index]) - v[index]) < 1e-6 * max(1, abs(v[index])))
      }
    }
  }

  /// The paper's algorithm 1 for one parameter.
  private static func expect(
    _ lars: Lars, _ range: Range<Int>, _ w: inout [Double], _ v: inout [Double], _ g: [Double]
  ) {
    let limit = lars.clipping.map { Double($0.limit) } ?? .infinity
    let (g, decay) = (g.map { min(max($0, -limit), limit) }, lars.weightDecay ?? 0)
    let wNorm = range.reduce(0) { $0 + w[$1] * w[$1] }.squareRoot()
    let gNorm = range.reduce(0) { $0 + g[$1] * g[$1] }.squareRoot()
    let ratio = wNorm == 0 || gNorm == 0 ? 1 : wNorm / (gNorm + decay * wNorm + lars.epsilon)
    let local = lars.trustCoefficient * ratio
    for index in range {
      let slope = g[index] + decay * w[index]
      v[index] = lars.momentum * v[index] - lars.rate(at: 0) * local * slope
      w[index] += v[index]
    }
  }

  @Test func aGradientThatIsNotFiniteIsSeen() {
    let (weights, velocity, gradient) = (Arena(count: 4), Arena(count: 4), Arena(count: 4))
    weights.base[0] = 1
    gradient.base[1] = .infinity
    Lars().update(
      0..<4, in: Slot(offset: 0, shape: [4]), of: weights, gradient: gradient,
      moments: [velocity], scale: 1, step: 0, learningRate: 1)
    #expect(weights.values.contains { !$0.isFinite })
  }

  // MARK: Files

  private static let recipe = """
    optimizer: {Lars: {learning_rate: 2, momentum: 0.8, weight_decay: 0.001}}
    """

  @Test func aRunGoesOnAsIfItHadNeverStopped() throws {
    let probe = try RunProbe(Self.recipe)
    let whole = try probe.run("whole")
    try probe.run("parts", steps: 10)
    #expect(try probe.run("parts", workers: 2, resumes: true).fingerprint == whole.fingerprint)
  }

  @Test func aModelGoesOnWithItsOptimizer() throws {
    let probe = try RunProbe(Self.recipe)
    let saved = try SavedModel(path: probe.run("first").path)
    let lars = try #require(try saved.optimizer?.optimizer() as? Lars)
    #expect(lars.momentum == 0.8 && lars.weightDecay == 0.001 && lars.rate(at: 0) == 2)
    #expect(saved.optimizer?.storedClassName == "Lockstep>Lars")
    #expect(saved.optimizer?.iteration == 21)
  }

  @Test(arguments: [ModelLayout.keras, .legacy, .keras2, .weights, .universal])
  func filesForKerasLeaveItOut(_ layout: ModelLayout) throws {
    let probe = try RunProbe(Self.recipe)
    let saved = try SavedModel(path: probe.run("first", steps: 2).path)
    let (model, notices) = try saved.forKeras()
    #expect(model.optimizer == nil && notices.count == 1)
    #expect(notices.first?.contains("Keras has no Lars") == true)
    let file = probe.scratch.file("out\(layout.suffix)")
    try Data(saved.bytes(layout)).write(to: URL(fileURLWithPath: file))
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
    #expect(!text.contains("Lars"))
  }
}

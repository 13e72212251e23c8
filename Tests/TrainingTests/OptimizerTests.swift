import KerasFormat
import Tensors
import TestSupport
import Testing
import Training

@Suite struct OptimizerTests {
  static let cases = ReferenceFile.cases(of: "optimizers")

  @Test func casesAreThere() { #expect(Self.cases.count > 60) }

  /// Weights after each of six steps, and the moments after them, in single precision as in Keras.
  @Test(arguments: cases) func stepsAndMomentsAreThoseOfKeras(name: String) throws {
    let file = try ReferenceFile("optimizers")
    let reference = try file.reference(name)
    let optimizer = try describedOptimizer(reference)
    let run = try OptimizerRun(optimizer, file)
    let exact = try reference.doubles("f64_steps")
    let single = try reference.floats("steps")
    for step in 0..<run.steps {
      run.update(step, pieces: [0..<run.count])
      for (index, weight) in run.weights.values.enumerated() {
        let place = step * run.count + index
        let tolerance = 1e-6 + 2 * abs(Double(single[place]) - exact[place])
        let difference = abs(Double(weight) - exact[place])
        #expect(difference < tolerance, "step \(step), weight \(index): off by \(difference)")
      }
    }
    try checkMoments(run, reference)
  }

  /// Every variable that Keras lists is the moment that its path names, or Nadam's product.
  private func checkMoments(_ run: OptimizerRun, _ reference: borrowing Reference) throws {
    let names = run.optimizer.stateNames
    let slots = try reference.floats("slots")
    let table = try JSON(parsing: reference.text("variables", of: "slots")).array ?? []
    var (next, places) = (0, Set<[Int]>())
    for entry in table {
      let pair = try #require(entry.array)
      let shape = pair[1].array?.compactMap(\.int) ?? []
      let count = shape.reduce(1, *)
      defer { next += count }
      let path = try #require(pair[0].string?.split(separator: "/").last)
      guard path != "variable" else {
        let product = try #require(run.optimizer as? Nadam).momentumProduct(after: run.steps)
        #expect(abs(product - Double(slots[next])) < 1e-7)
        continue
      }
      let number = try #require(path.dropFirst().first?.wholeNumberValue)
      // Adafactor's two factors have the weight's name; a vector has none, and a number for each.
      let factor = places.contains([number, 0]) ? "c" : "r"
      let name = path.count == 2 ? factor : String(path.dropFirst(3))
      let moment = try #require(names.firstIndex(of: name), "\(path)")
      places.insert([number, moment])
      guard !shape.isEmpty else { continue }
      for index in 0..<count {
        let value = run.moments[moment].base[run.parameters[number].offset + index]
        let expected = slots[next + index]
        let fits = abs(value - expected) <= 2e-5 * abs(expected) + 1e-7
        #expect(fits, "\(path) \(index): \(value), Keras \(expected)")
      }
    }
    #expect(next == slots.count && places.count == names.count * run.parameters.count)
  }

  @Test(arguments: cases) func rangesDoNotChangeBits(name: String) throws {
    let file = try ReferenceFile("optimizers")
    let optimizer = try describedOptimizer(file.reference(name))
    let (whole, cut) = (try OptimizerRun(optimizer, file), try OptimizerRun(optimizer, file))
    for step in 0..<3 {
      whole.update(step, pieces: [0..<whole.count])
      cut.update(step, pieces: [17..<whole.count, 0..<1, 1..<17])
    }
    #expect(whole.weights.values == cut.weights.values)
    #expect(whole.moments.map(\.values) == cut.moments.map(\.values))
  }

  @Test func optimizersHaveTheNamesAndDefaultsOfKeras() throws {
    for name in optimizerNames {
      #expect(optimizer(named: name)?.name == name)
      #expect(optimizer(named: name.lowercased())?.name == name)
    }
    #expect(optimizer(named: "adamw")?.weightDecay == 0.004)
    #expect(optimizer(named: "adam")?.weightDecay == nil)
    #expect(optimizer(named: "sgd")?.learningRate.value(at: 0) == 0.01)
    #expect(optimizer(named: "rmsprop")?.learningRate.value(at: 0) == 0.001)
    #expect(optimizer(named: "adamm") == nil)
  }

  @Test func momentsHaveTheNamesOfKeras() {
    #expect(SGD().momentNames == [])
    #expect(SGD(momentum: 0.9).momentNames == ["momentum"])
    #expect(
      RMSprop(momentum: 0.9, centered: true).momentNames
        == ["velocity", "momentum", "average_gradient"])
    #expect(Adam(amsgrad: true).momentNames == ["momentum", "velocity", "velocity_hat"])
    var lion = Lion()
    lion.average = WeightAverage()
    #expect(lion.stateNames == ["momentum", "average"])
  }

  @Test func settingsWithoutSenseAreNamed() {
    let nonsense: [any Optimizer] = [
      SGD(learningRate: ConstantRate(-1)), SGD(momentum: 1.5), RMSprop(rho: -0.1),
      RMSprop(epsilon: -1), Adam(beta1: 2), Adam(beta2: .nan), Adam(weightDecay: -1),
      Adamax(beta1: -1), Nadam(epsilon: -1), Adagrad(initialAccumulator: -1), Adadelta(rho: 2),
      Adafactor(beta2Decay: 1), Adafactor(clipThreshold: 0), Lion(beta2: 3), Lamb(beta1: 2),
      Lars(momentum: 2), Lars(trustCoefficient: -1), Lars(epsilon: .nan),
      Ftrl(power: 1), Ftrl(l1: -1), averaged(2, every: nil), averaged(0.5, every: 0),
      Adam(clipping: .norm(0)), SGD(clipping: .value(-1)), SGD(clipping: .globalNorm(.nan)),
    ]
    for optimizer in nonsense { #expect(optimizer.problem != nil, "\(optimizer)") }
  }
}

/// The optimizer that a reference describes.
private func describedOptimizer(_ reference: borrowing Reference) throws -> any Optimizer {
  let description = try JSON(parsing: reference.text("optimizer"))
  let name = try #require(description["class_name"]?.string)
  let config = try #require(description["config"]?.object)
  return try OptimizerTable.optimizer(name, config, by: .keras3)
}

private func averaged(_ momentum: Double, every frequency: Int?) -> any Optimizer {
  var optimizer = SGD()
  optimizer.average = WeightAverage(momentum: momentum, overwriteFrequency: frequency)
  return optimizer
}

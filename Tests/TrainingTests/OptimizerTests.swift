import Foundation
import Kernels
import Tensors
import TestSupport
import Testing
import Training

@Suite struct OptimizerTests {
  static let cases = ReferenceFile.cases(of: "optimizers")

  @Test func casesAreThere() { #expect(Self.cases.count > 30) }

  /// Weights after each of six steps, and the moments after them, in single precision as in Keras.
  @Test(arguments: cases) func stepsAndMomentsAreThoseOfKeras(name: String) throws {
    let file = try ReferenceFile("optimizers")
    let reference = try file.reference(name)
    let optimizer = try describedOptimizer(reference)
    #expect(optimizer.problem == nil)
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

  /// Keras's variables are ordered by weight in Adam (m1 v1 m2 v2 …, v̂ at the end) and by moment in others.
  private func checkMoments(_ run: OptimizerRun, _ reference: borrowing Reference) throws {
    let names = run.optimizer.momentNames
    let slots = try reference.floats("slots")
    #expect(slots.count == names.count * run.count)
    let isAdam = run.optimizer is Adam
    let together = isAdam ? 2 : 1
    var next = 0
    for group in stride(from: 0, to: names.count, by: together) {
      for slot in run.parameters {
        for moment in group..<min(group + together, names.count) {
          for (index, value) in run.moments[moment][slot].enumerated() {
            let expected = slots[next + index]
            let fits = abs(value - expected) <= 2e-5 * abs(expected) + 1e-7
            #expect(fits, "\(names[moment]) \(slot.offset + index): \(value), Keras \(expected)")
          }
          next += slot.count
        }
      }
    }
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
  }

  @Test func settingsWithoutSenseAreNamed() {
    let nonsense: [any Optimizer] = [
      SGD(learningRate: ConstantRate(-1)), SGD(momentum: 1.5), RMSprop(rho: -0.1),
      RMSprop(epsilon: -1), Adam(beta1: 2), Adam(beta2: .nan), Adam(weightDecay: -1),
      Adam(clipping: .norm(0)), SGD(clipping: .value(-1)), SGD(clipping: .globalNorm(.nan)),
    ]
    for optimizer in nonsense { #expect(optimizer.problem != nil, "\(optimizer)") }
  }
}

/// The optimizer that a reference describes.
private func describedOptimizer(_ reference: borrowing Reference) throws -> any Optimizer {
  let (className, config) = try reference.object("optimizer")
  func number(_ key: String) -> Double { config[key] as? Double ?? .nan }
  func flag(_ key: String) -> Bool { config[key] as? Bool ?? false }
  var optimizer: any Optimizer =
    switch className {
    case "SGD": SGD(momentum: number("momentum"), nesterov: flag("nesterov"))
    case "RMSprop":
      RMSprop(
        rho: number("rho"), momentum: number("momentum"), epsilon: number("epsilon"),
        centered: flag("centered"))
    default:
      Adam(
        beta1: number("beta_1"), beta2: number("beta_2"), epsilon: number("epsilon"),
        amsgrad: flag("amsgrad"))
    }
  optimizer.learningRate =
    if let schedule = config["learning_rate"] as? [String: Any],
      let settings = schedule["config"] as? [String: Any]
    {
      ExponentialDecay(
        initial: settings["initial_learning_rate"] as? Double ?? .nan,
        steps: settings["decay_steps"] as? Int ?? 0, rate: settings["decay_rate"] as? Double ?? .nan
      )
    } else {
      ConstantRate(number("learning_rate"))
    }
  optimizer.weightDecay = config["weight_decay"] as? Double
  optimizer.clipping =
    (config["clipnorm"] as? Double).map(Clipping.norm)
    ?? (config["global_clipnorm"] as? Double).map(Clipping.globalNorm)
    ?? (config["clipvalue"] as? Double).map(Clipping.value)
  return optimizer
}

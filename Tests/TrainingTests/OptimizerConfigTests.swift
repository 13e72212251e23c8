import KerasFormat
import Testing
import Training

/// Optimizers as Keras's files describe them.
@Suite struct OptimizerConfigTests {
  @Test(arguments: [
    ("SGD", ["momentum", "nesterov"]), ("RMSprop", ["rho", "momentum", "epsilon", "centered"]),
    ("Adam", ["beta_1", "beta_2", "epsilon", "amsgrad"]),
    ("AdamW", ["beta_1", "beta_2", "epsilon", "amsgrad"]),
  ])
  func everyOptimizerHasItsOwnKeysLast(_ name: String, _ keys: [String]) throws {
    let found = optimizer(named: name)
    let config = OptimizerTable.config(of: try #require(found))
    #expect(config["name"] == .string(name.lowercased()))
    #expect(config.keys.suffix(keys.count) == keys[...])
    #expect(config["weight_decay"] == (name == "AdamW" ? .double(0.004) : .null))
  }

  @Test func clippingHasItsKey() {
    let config = OptimizerTable.config(of: SGD(clipping: .globalNorm(2)))
    #expect(config["global_clipnorm"] == 2.0 && config["clipnorm"] == .null)
  }

  @Test func warmupOfACosineIsKerass() {
    let cosine = CosineDecay(initial: 0.1, steps: 17, alpha: 0.25)
    let rate = LinearWarmup(steps: 6, from: 0.01, to: cosine)
    let schedule = OptimizerTable.config(of: Adam(learningRate: rate))["learning_rate"]
    #expect(schedule?["class_name"] == "CosineDecay")
    #expect(
      schedule?["config"] == [
        "initial_learning_rate": 0.01, "decay_steps": 17, "alpha": 0.25, "warmup_target": 0.1,
        "warmup_steps": 6,
      ])
  }

  @Test func warmupOfAnythingElseIsLeftOut() {
    let decay = ExponentialDecay(initial: 0.1, steps: 10, rate: 0.5)
    func config(_ rate: any LearningRate) -> JSON? {
      OptimizerTable.config(of: SGD(learningRate: rate))["learning_rate"]
    }
    #expect(config(LinearWarmup(steps: 6, to: decay)) == config(decay))
    #expect(config(LinearWarmup(steps: 6, to: ConstantRate(0.5))) == 0.5)
  }
}

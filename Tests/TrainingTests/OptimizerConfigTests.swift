import Foundation
import KerasFormat
import Testing
import Training

/// Optimizers as Keras's files describe them.
@Suite struct OptimizerConfigTests {
  @Test(arguments: [
    ("SGD", ["momentum", "nesterov"]), ("RMSprop", ["rho", "momentum", "epsilon", "centered"]),
    ("Adam", ["beta_1", "beta_2", "epsilon", "amsgrad"]),
    ("AdamW", ["beta_1", "beta_2", "epsilon", "amsgrad"]),
    ("Adamax", ["beta_1", "beta_2", "epsilon"]), ("Nadam", ["beta_1", "beta_2", "epsilon"]),
    ("Adagrad", ["initial_accumulator_value", "epsilon"]), ("Adadelta", ["rho", "epsilon"]),
    (
      "Adafactor", ["beta_2_decay", "epsilon_1", "epsilon_2", "clip_threshold", "relative_step"]
    ), ("Lion", ["beta_1", "beta_2"]), ("Lamb", ["beta_1", "beta_2", "epsilon"]),
    ("Lars", ["momentum", "trust_coefficient", "epsilon"]),
    (
      "Ftrl",
      [
        "learning_rate_power", "initial_accumulator_value", "l1_regularization_strength",
        "l2_regularization_strength", "l2_shrinkage_regularization_strength", "beta",
      ]
    ),
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

  @Test func averageAndAccumulationHaveTheirKeys() throws {
    var optimizer = Nadam()
    optimizer.average = WeightAverage(momentum: 0.5, overwriteFrequency: 3)
    optimizer.settings.gradientAccumulationSteps = 4
    optimizer.settings.lossScaleFactor = 8
    let config = OptimizerTable.config(of: optimizer)
    #expect(config["use_ema"] == true && config["ema_momentum"] == 0.5)
    #expect(config["ema_overwrite_frequency"] == 3 && config["gradient_accumulation_steps"] == 4)
    #expect(config["loss_scale_factor"] == 8.0 && config["schedule_decay"] == nil)
    let back = try OptimizerTable.optimizer("Nadam", config, by: .keras3)
    #expect(OptimizerTable.config(of: back) == config)
    #expect(back.rate(at: 0) == 0.001)
  }

  /// A schedule of an optimizer that counts batches sees the number of batches before the last one.
  @Test func schedulesCountBatches() {
    var optimizer = SGD(learningRate: ExponentialDecay(initial: 1, steps: 1, rate: 0.5))
    optimizer.settings.gradientAccumulationSteps = 3
    #expect([0, 1].map { optimizer.rate(at: $0) } == [0.25, 0.03125])
  }

  /// The recipe and its optimizer may both say how many batches make an update, if they agree.
  @Test func theOptimizerMayCountTheBatchesOfAnUpdate() throws {
    func recipe(_ more: String) throws -> Recipe {
      try Recipe(
        yaml: """
          {model: a.h5, data: {train: a.h5},
           training: {loss: mse, optimizer: {Lion: {gradient_accumulation_steps: 3}}\(more)}}
          """)
    }
    let alone = try recipe("")
    #expect(alone.training.accumulateSteps == 3)
    #expect(try Recipe(yaml: alone.yaml).yaml == alone.yaml)
    let error = #expect(throws: TrainingError.self) { _ = try recipe(", accumulate_steps: 2") }
    #expect(error?.description.contains("gradient_accumulation_steps is 3") == true)
  }

  // MARK: Older Keras

  private func read(
    _ name: String, _ text: String, _ keras: KerasGeneration = .keras2
  ) throws -> any Optimizer {
    let config = try #require(try JSON(parsing: text).object)
    return try OptimizerTable.optimizer(name, config, by: OptimizerGeneration(config, keras))
  }

  /// The words of Keras 2.2, where `lr` shrinks with `decay` and clipnorm is that of all gradients.
  @Test func oldWordsAreUnderstood() throws {
    let adam = try read(
      "Adam",
      """
      {"lr": 0.01, "beta_1": 0.9, "beta_2": 0.99, "decay": 0.5, "epsilon": 1e-8, "amsgrad": false,
       "clipnorm": 2.0}
      """)
    #expect(adam.learningRate.value(at: 0) == 0.01 && adam.learningRate.value(at: 2) == 0.005)
    #expect(adam.clipping == .globalNorm(2))
    #expect((adam as? Adam)?.epsilon == 1e-8 && (adam as? Adam)?.beta2 == 0.99)
  }

  /// From tf.keras on each gradient has its own norm; there a config has a name.
  @Test func clipnormOfTensorFlowIsOfEachGradient() throws {
    let text = #"{"name": "SGD", "learning_rate": 0.01, "decay": 0.0, "clipnorm": 2.0}"#
    #expect(try read("SGD", text).clipping == .norm(2))
  }

  @Test func epsilonStandsWhereItsKerasHadIt() throws {
    func outside(_ text: String, _ keras: KerasGeneration = .keras2) throws -> Bool? {
      try (read("RMSprop", text, keras) as? RMSprop)?.epsilonOutsideRoot
    }
    #expect(try outside(#"{"lr": 0.001, "rho": 0.9, "decay": 0.0}"#, .keras1) == true)
    #expect(try outside(#"{"name": "RMSprop", "learning_rate": 0.1, "momentum": 0.0}"#) == true)
    #expect(try outside(#"{"name": "RMSprop", "learning_rate": 0.1, "momentum": 0.5}"#) == false)
    #expect(try outside(#"{"name": "RMSprop", "learning_rate": 0.1, "use_ema": false}"#) == false)
    #expect(try outside(#"{"name": "rms", "learning_rate": 0.1}"#, .keras3) == false)
    let adagrad = try read("Adagrad", #"{"lr": 0.01, "epsilon": 1e-7, "decay": 0.0}"#) as? Adagrad
    #expect(adagrad?.epsilonOutsideRoot == true && adagrad?.initialAccumulator == 0)
  }

  @Test func nadamsDecayIsNotThatOfTheRate() throws {
    let text = #"{"name": "Nadam", "learning_rate": 0.01, "decay": 0.004, "beta_1": 0.9}"#
    let nadam = try #require(try read("Nadam", text) as? Nadam)
    #expect(nadam.scheduleDecay == 0.004 && nadam.learningRate.value(at: 100) == 0.01)
  }

  @Test func theProductOfMomentaIsThat() {
    var nadam = Nadam(beta1: 0.95)
    for decay in [1, 0.004, 0] {
      nadam.scheduleDecay = decay
      var product = 1.0
      for t in 1...200 {
        product *= 0.95 * (1 - 0.5 * pow(0.96, Double(t) * decay))
        let difference = abs(nadam.momentumProduct(after: t) - product)
        #expect(difference <= 1e-10 * product, "\(decay), \(t) updates")
      }
    }
    #expect(nadam.momentumProduct(after: 0) == 1)
  }

  /// AdamW has a decay of its own, which a file may have switched off.
  @Test func decayMayBeSwitchedOff() throws {
    let adam = try read("AdamW", #"{"learning_rate": 0.1, "weight_decay": null}"#, .keras3)
    #expect(adam.weightDecay == 0)
  }

  @Test func whatWeDoNotHaveIsNamed() throws {
    let unknown = #expect(throws: TrainingError.self) {
      _ = try read("Muon", #"{"learning_rate": 0.1}"#, .keras3)
    }
    #expect(unknown?.description.contains("'Muon'") == true)
    let option = #expect(throws: TrainingError.self) {
      _ = try read("SGD", #"{"learning_rate": 0.1, "friction": 1}"#, .keras3)
    }
    #expect(option?.description.contains("'optimizer.SGD.friction'") == true)
  }
}

import Testing

@testable import Training

/// Learning rates for other batch sizes than they were chosen for.
@Suite struct ScalingTests {
  static let schedules: [any LearningRate] = [
    ConstantRate(0.3), ExponentialDecay(initial: 0.3, steps: 4, rate: 0.5),
    InverseTimeDecay(initial: 0.3, steps: 3, rate: 0.5),
    PolynomialDecay(initial: 0.3, steps: 9, end: 0.1, power: 2),
    CosineDecay(initial: 0.3, steps: 7), CosineDecayRestarts(initial: 0.3, steps: 3, peak: 0.8),
    PiecewiseConstantDecay(boundaries: [2, 5], values: [0.3, 0.2, 0.1]),
  ]

  @Test(arguments: schedules) func everyRateIsMultiplied(_ schedule: any LearningRate) {
    let scaled = schedule.scaled(by: 2.5)
    for step in 0..<20 {
      let expected = 2.5 * schedule.value(at: step)
      #expect(abs(scaled.value(at: step) - expected) < 1e-14, "step \(step)")
    }
  }

  /// Ours and Keras's warm-up alike begin where they began, and lead to the scaled schedule.
  @Test func warmupsBeginWhereTheyBegan() {
    let ours = LinearWarmup(steps: 6, from: 0.01, to: CosineDecay(initial: 0.1, steps: 17))
    let kerass = CosineDecay(initial: 0.01, steps: 17, warmupTarget: 0.1, warmupSteps: 6)
    for schedule in [ours, kerass] as [any LearningRate] {
      let scaled = schedule.scaled(by: 4)
      #expect(scaled.value(at: 0) == 0.01)
      for step in 6..<30 {
        #expect(abs(scaled.value(at: step) - 4 * schedule.value(at: step)) < 1e-15)
      }
    }
  }

  @Test func factorsAreThoseOfTheRules() {
    func factor(_ rule: LearningRateScaling.Rule, _ rows: Int) -> Double {
      LearningRateScaling(rule, baseBatchSize: 256).factor(rows: rows)
    }
    #expect(factor(.linear, 8192) == 32 && factor(.linear, 64) == 0.25)
    #expect(factor(.squareRoot, 4096) == 4 && factor(.legw, 4096) == 4)
  }

  /// Goyal's: from the unscaled rate to the scaled one in five epochs.
  @Test func linearWarmupRisesFromTheUnscaledRate() {
    let scaling = LearningRateScaling(.linear, baseBatchSize: 256, warmupEpochs: 5)
    let rate = scaling.applied(to: ConstantRate(0.1), rows: 8192, stepsPerEpoch: 20)
    #expect(rate.value(at: 0) == 0.1 && rate.value(at: 100) == 3.2 && rate.value(at: 999) == 3.2)
    #expect(abs(rate.value(at: 50) - 1.65) < 1e-12)
  }

  /// LEGW's epochs of warm-up grow with the batch, so that its updates stay as many.
  @Test func legwWarmsUpInEpochsThatGrow() {
    let scaling = LearningRateScaling(.legw, baseBatchSize: 20, warmupEpochs: 0.1)
    for rows in [20, 40, 160, 640] {
      let stepsPerEpoch = 64_000 / rows
      #expect(scaling.warmupSteps(rows: rows, stepsPerEpoch: stepsPerEpoch) == 320)
      let rate = scaling.applied(to: ConstantRate(2), rows: rows, stepsPerEpoch: stepsPerEpoch)
      let peak = 2 * (Double(rows) / 20).squareRoot()
      #expect(rate.value(at: 0) == 0 && abs(rate.value(at: 160) - peak / 2) < 1e-12)
      #expect(rate.value(at: 320) == peak)
    }
  }

  // MARK: Recipes

  private func scaling(
    _ text: String, optimizer: String = "optimizer: {SGD: {learning_rate: 0.1}}"
  ) throws -> LearningRateScaling? {
    let recipe = try Recipe(
      yaml: """
        {model: {layers: [Dense: {units: 1}]}, data: {train: a.h5},
         training: {loss: mse, \(optimizer), learning_rate_scaling: \(text)}}
        """)
    #expect(try Recipe(yaml: recipe.yaml) == recipe)
    return recipe.training.learningRateScaling
  }

  @Test func recipesSayTheRule() throws {
    #expect(try scaling("false") == nil)
    #expect(
      try scaling("{square_root: {base_batch_size: 8}}")
        == LearningRateScaling(.squareRoot, baseBatchSize: 8))
    #expect(
      try scaling("{legw: {base_batch_size: 8, warmup_epochs: 0.5}}")
        == LearningRateScaling(.legw, baseBatchSize: 8, warmupEpochs: 0.5))
  }

  @Test(arguments: [
    ("{liner: {base_batch_size: 8}}", "", "did you mean 'linear'?"),
    ("linear", "", "linear.base_batch_size: it is missing"),
    ("{linear: {base_batch_size: 0}}", "", "expected a whole number from 1 on"),
    ("{linear: {base_batch_size: 8, warmup_epochs: -1}}", "", "expected a number from 0 on"),
    ("{linear: {base: 8}}", "", "base_batch_size: it is missing"),
    ("{legw: {base_batch_size: 8}}", "", "legw.warmup_epochs: it is missing"),
    (
      "{linear: {base_batch_size: 8, warmup_epochs: 1}}", "SGD: {warmup_steps: 5}",
      "has a warm-up of its own"
    ),
    (
      "{legw: {base_batch_size: 8, warmup_epochs: 1}}",
      """
      SGD: {learning_rate: {CosineDecay: {initial_learning_rate: 0.1, decay_steps: 9,
      warmup_target: 1, warmup_steps: 2}}}
      """, "has a warm-up of its own"
    ),
  ])
  func mistakesAreNamed(_ text: String, _ optimizer: String, _ sentence: String) {
    let optimizer = optimizer.isEmpty ? "epochs: 1" : "optimizer: {\(optimizer)}"
    let error = #expect(throws: TrainingError.self) {
      _ = try scaling(text, optimizer: optimizer)
    }
    #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
  }

  @Test func theOptimizerOfAFileIsNotScaled() {
    let error = #expect(throws: TrainingError.self) {
      _ = try Recipe(
        yaml: """
          {model: a.h5, data: {train: a.h5},
           training: {learning_rate_scaling: {linear: {base_batch_size: 8}}}}
          """)
    }
    #expect(error?.description.contains("name one in training.optimizer") == true)
  }

  // MARK: Runs

  /// A run with a scaled rate is the run with that rate, to the bit, and so is one that is resumed.
  @Test(arguments: [("", 4), ("accumulate_steps: 2", 8)])
  func runsHaveTheScaledRate(_ more: String, _ base: Int) throws {
    let scaling = "learning_rate_scaling: {linear: {base_batch_size: \(base)}}"
    let scaled = try RunProbe("optimizer: {SGD: {learning_rate: 0.1}}\n\(scaling)\n\(more)")
    let plain = try RunProbe("optimizer: {SGD: {learning_rate: 0.2}}\n\(more)")
    var notes: [String] = []
    let whole = try scaled.run("whole") { if case .note(let text) = $0 { notes.append(text) } }
    #expect(whole.fingerprint == (try plain.run("whole").fingerprint))
    try scaled.run("parts", steps: 5)
    #expect(try scaled.run("parts", resumes: true).fingerprint == whole.fingerprint)
    let rows = 2 * base
    #expect(
      notes == [
        "The learning rate for updates of \(rows) rows is 0.2: 0.1 for \(base) rows, times 2 (linear)."
      ])
  }

  @Test func theRuleIsPartOfARun() throws {
    var probe = try RunProbe("learning_rate_scaling: {linear: {base_batch_size: 4}}")
    try probe.run("run", steps: 5)
    try probe.recipe.set("training.learning_rate_scaling", "{square_root: {base_batch_size: 4}}")
    let error = failure { try probe.run("run", resumes: true) }
    #expect(error?.description.contains("learning_rate_scaling") == true)
  }

  /// A warm-up in epochs is one in the steps that the schedule sees.
  @Test func epochsAreThoseOfTheData() throws {
    let scaling = "learning_rate_scaling: {legw: {base_batch_size: 4, warmup_epochs: 1}}"
    var rates: [Double] = []
    try RunProbe("optimizer: {SGD: {learning_rate: 0.1}}\n\(scaling)").run("run") {
      if case .step(let facts) = $0 { rates.append(facts.learningRate) }
    }
    let peak = 0.1 * 2.0.squareRoot()
    // Seven steps an epoch, and one epoch of warm-up at half the batch size.
    #expect(rates.count == 21 && rates[0] == 0 && abs(rates[7] - peak / 2) < 1e-15)
    #expect(rates[14] == peak && rates[20] == peak)
  }
}

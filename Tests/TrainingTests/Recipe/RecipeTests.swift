import Foundation
import KerasFormat
import Networks
import Testing

@testable import Training

private let small = """
  model:
    layers:
      - LSTM: {units: 20}
      - Dense: {units: 2}
  data:
    train: maxmin.h5
  training:
    loss: mse
  """

private let full = """
  model:
    name: peaks
    layers:
      - LSTM: {units: 20, return_sequences: true, kernel_initializer: he_normal, dropout: 0.1}
      - GRU: {units: 7, reset_after: false, bias_initializer: {class_name: Constant, config: {value: 0.5}}}
      - Dense: {units: 2, activation: tanh, name: out}
  data:
    train: /data/a.h5
    inputs: /in
    targets: /out
    sample_weight: /w
    validation_split: 0.25
    validation_from: random
    shuffle: false
    nan: skip
    memory: 1.5 GiB
    prefetch: 2
  training:
    loss: {Huber: {delta: 2}}
    optimizer:
      Adam:
        learning_rate: {ExponentialDecay: {initial_learning_rate: 1e-2, decay_steps: 100, decay_rate: 0.9}}
        warmup_steps: 10
        clipnorm: 1
    metrics: [mae, mse]
    batch_size: 100
    epochs: 30
    seed: 7
    shards: 8
    accumulate_steps: 2
    averaging: {weights: {replicas: 4, every_steps: 10}}
    early_stopping: {patience: 3, restore_best_weights: true, baseline: 0.1}
    reduce_lr_on_plateau: {factor: 0.5, min_lr: 1e-5, mode: min}
    checkpoint: {every_steps: 50, keep_last: 2, keep_best: true, monitor: val_mae}
  """

/// The sentence of the error that reading a text ends in.
private func failure(_ yaml: String, _ overrides: [String] = []) -> String? {
  do {
    _ = try Recipe(yaml: yaml, overrides: overrides.map { try RecipeOverride($0) })
    return nil
  } catch {
    return "\(error)"
  }
}

@Suite("Recipes")
struct RecipeTests {
  @Test func defaultsAreKeras() throws {
    let recipe = try Recipe(yaml: small, folder: "/home/me")
    #expect(recipe.data.train == "/home/me/maxmin.h5")
    #expect(recipe.data.names == DatasetNames())
    #expect(recipe.training.batchSize == 32)
    #expect(recipe.training.epochs == 1)
    #expect(recipe.training.averaging == .gradients)
    #expect(recipe.training.earlyStopping == nil)
    #expect(recipe.training.checkpoint.everyEpochs == 1)
    let adam = try #require(try recipe.optimizer() as? Adam)
    #expect(adam.learningRate.value(at: 5) == 0.001)
    #expect(adam.epsilon == 1e-7)
    #expect(try recipe.engineSettings().plan.batchSize == 32)
  }

  @Test func everyKeyArrives() throws {
    let recipe = try Recipe(yaml: full)
    #expect(recipe.data.names.weights == .named("/w"))
    #expect(recipe.data.split(seed: 7) == .random(0.25, seed: 7))
    #expect(recipe.data.memory == 3 << 29)
    #expect(recipe.dataSettings.nonFinite == .skip)
    #expect(recipe.training.averaging == .weights(replicas: 4, steps: 10))
    #expect(recipe.training.earlyStopping?.patience == 3)
    #expect(recipe.training.earlyStopping?.baseline == 0.1)
    #expect(recipe.training.reduceOnPlateau?.minimumRate == 1e-5)
    #expect(recipe.training.reduceOnPlateau?.monitor.minimumDelta == 1e-4)
    #expect(recipe.training.checkpoint.everyEpochs == nil)
    #expect(recipe.training.checkpoint.monitor == "val_mae")
    let adam = try #require(try recipe.optimizer() as? Adam)
    #expect(adam.clipping == .norm(1))
    #expect(adam.learningRate.value(at: 5) == 0.005)
    #expect(abs(adam.learningRate.value(at: 110) - 0.009) < 1e-12)
  }

  @Test func layersAreBuilt() throws {
    let model = try Recipe(yaml: full).sequential(input: Shape([5, 3]))
    #expect(model.name == "peaks")
    let lstm = try #require(model.layers[0] as? LSTM)
    #expect(lstm.options.returnSequences && lstm.options.dropout == 0.1)
    #expect(lstm.options.kernelInitializer is HeNormal)
    let gru = try #require(model.layers[1] as? GRU)
    #expect(!gru.resetAfter)
    #expect((gru.options.biasInitializer as? Constant)?.value == 0.5)
    let network = try model.network(rows: 4)
    #expect(network.outputs.first?.shape == Shape([2]))
    #expect(network.parameters.last?.path == "out/bias")
  }

  @Test func objectiveFitsShapes() throws {
    let recipe = try Recipe(yaml: full)
    let objective = try recipe.objective(output: Shape([2]), target: Shape([2]))
    #expect(objective.names == ["loss", "mae", "mse"])
    #expect((objective.loss as? Huber)?.delta == 2)
    #expect {
      try recipe.objective(output: Shape([2]), target: Shape([3]))
    } throws: { error in
      "\(error)".contains("(None, 2)") && "\(error)".contains("(None, 3)")
    }
  }

  @Test(arguments: [small, full])
  func writingAndReadingGivesTheSame(_ yaml: String) throws {
    let recipe = try Recipe(yaml: yaml, folder: "/somewhere")
    let again = try Recipe(yaml: recipe.yaml, folder: "/elsewhere")
    #expect(again == recipe)
    #expect(again.yaml == recipe.yaml)
    #expect(recipe.differences(from: again).isEmpty)
  }

  @Test(arguments: ["sgd", "RMSprop", "{SGD: {momentum: 0.9, nesterov: true}}", "AdamW"])
  func optimizersSurvive(_ text: String) throws {
    let recipe = try Recipe(
      yaml: small, overrides: [.init(path: "training.optimizer", value: text)])
    let again = try Recipe(yaml: recipe.yaml)
    #expect(again == recipe)
    let optimizers = (try #require(try recipe.optimizer()), try #require(try again.optimizer()))
    #expect(optimizers.0.name == optimizers.1.name)
    #expect(optimizers.0.weightDecay == optimizers.1.weightDecay)
  }

  @Test(arguments: [
    "{ExponentialDecay: {initial_learning_rate: 0.1, decay_steps: 10, decay_rate: 0.5, staircase: true}}",
    "{InverseTimeDecay: {initial_learning_rate: 0.1, decay_steps: 10, decay_rate: 0.5}}",
    "{PolynomialDecay: {initial_learning_rate: 0.1, decay_steps: 10, power: 2, cycle: true}}",
    "{CosineDecay: {initial_learning_rate: 0, decay_steps: 10, warmup_target: 0.1, warmup_steps: 4}}",
    "{PiecewiseConstantDecay: {boundaries: [3, 9], values: [1, 0.5, 0.1]}}", "0.25",
  ])
  func schedulesSurvive(_ text: String) throws {
    let override = RecipeOverride(path: "training.optimizer.Adam.learning_rate", value: text)
    let recipe = try Recipe(yaml: small, overrides: [override])
    let again = try Recipe(yaml: recipe.yaml)
    let one = try #require(try recipe.optimizer()).learningRate
    let two = try #require(try again.optimizer()).learningRate
    #expect(again == recipe)
    for step in 0..<30 { #expect(one.value(at: step) == two.value(at: step)) }
  }
}

@Suite("Overrides of recipes")
struct RecipeOverrideTests {
  @Test func overridesReplace() throws {
    let overrides = [
      "training.batch_size=64", "training.optimizer.Adam.learning_rate=1e-3",
      "training.metrics=[mae, mse]", "model.layers.0.LSTM.units=8", "data.shuffle=false",
      "training.early_stopping.patience=2",
    ]
    let recipe = try Recipe(yaml: small, overrides: overrides.map { try RecipeOverride($0) })
    #expect(recipe.training.batchSize == 64)
    #expect(try recipe.optimizer()?.learningRate.value(at: 0) == 1e-3)
    #expect(recipe.training.metrics == .all(["mae", "mse"]))
    #expect(recipe.data.shuffle == false)
    #expect(recipe.training.earlyStopping?.patience == 2)
    let model = try recipe.sequential(input: Shape([3, 1]))
    #expect((model.layers[0] as? LSTM)?.options.units == 8)
  }

  @Test func uniformShufflingSurvives() throws {
    let overrides = [
      RecipeOverride(path: "data.shuffle", value: "uniform"),
      RecipeOverride(path: "data.scratch", value: "/scratch"),
    ]
    let recipe = try Recipe(yaml: small, overrides: overrides)
    #expect(recipe.dataSettings.shuffles && recipe.dataSettings.isUniform)
    #expect(recipe.dataSettings.scratch == "/scratch")
    #expect(try Recipe(yaml: recipe.yaml) == recipe)
    let plain = try Recipe(yaml: small)
    #expect(recipe.differences(from: plain) == ["data.shuffle ('uniform', was 'auto')"])
    #expect(!recipe.validationSettings.shuffles)
  }

  @Test func pathsAreRelativeToWhereTheyAreWritten() throws {
    let override = RecipeOverride(path: "data.validation", value: "../v.h5")
    let recipe = try Recipe(yaml: small, folder: "/recipes", overrides: [override])
    let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    #expect(recipe.data.train == "/recipes/maxmin.h5")
    #expect(recipe.data.validation == here.deletingLastPathComponent().path + "/v.h5")
  }

  @Test func aRecipeCanBeChanged() throws {
    var recipe = try Recipe(yaml: full)
    try recipe.set("training.seed", "9")
    try recipe.set("training.optimizer.Adam.beta_1", "0.8")
    #expect(recipe.training.seed == 9)
    let adam = try recipe.optimizer() as? Adam
    #expect(adam?.beta1 == 0.8)
    #expect(throws: TrainingError.self) { try recipe.set("training.sead", "9") }
    #expect(recipe.training.seed == 9)
  }

  @Test func differencesAreThoseThatChangeNumbers() throws {
    let old = try Recipe(yaml: full)
    var new = old
    for (key, value) in [
      ("training.epochs", "50"), ("data.prefetch", "9"), ("data.train", "/moved/a.h5"),
      ("training.checkpoint.keep_last", "9"),
    ] { try new.set(key, value) }
    #expect(new.differences(from: old).isEmpty)
    try new.set("training.batch_size", "64")
    try new.set("model.layers.0.LSTM.units", "21")
    #expect(
      new.differences(from: old) == [
        "model.layers.0.LSTM.units (21, was 20)", "training.batch_size (64, was 100)",
      ])
  }
}

@Suite("Mistakes in recipes")
struct RecipeMistakeTests {
  @Test(arguments: [
    (
      "training.optimizer.Adam.lerning_rate=1",
      "unknown key 'training.optimizer.Adam.lerning_rate'; did you mean 'learning_rate'?"
    ),
    ("training.batchsize=3", "unknown key 'training.batchsize'; did you mean 'batch_size'?"),
    ("trainig={}", "unknown key 'trainig'"),
    (
      "training.batch_size=big",
      "training.batch_size: expected a whole number from 1 on, found 'big'."
    ),
    ("training.batch_size=2.5", "found 2.5"),
    ("training.optimizer=adamm", "unknown optimizer 'adamm'; did you mean 'Adam'?"),
    ("training.loss=msee", "unknown loss 'msee'"),
    ("training.metrics=[maee]", "unknown metric 'maee'; did you mean 'mae'?"),
    ("training.optimizer={Adam: {clipnorm: 1, clipvalue: 2}}", "only one of"),
    ("training.optimizer={Adam: {beta_1: 3}}", "beta_1 must lie between 0 and 1"),
    ("training.optimizer.Adam.learning_rate={Exponential: {}}", "unknown schedule 'Exponential'"),
    ("training.averaging=weights", "replicas: 4"),
    ("training.shards=none", "or auto"),
    ("data.nan=skipp", "did you mean 'skip'?"),
    ("data.memory=lots", "a size such as 128 MiB"),
    ("data.validation_split=1", "up to but not including 1"),
    ("model.layers.0.LSTM.retrun_sequences=true", "did you mean 'return_sequences'?"),
    ("model.layers=[]", "expected a list of layers"),
    ("model.layers=[LSTN: {units: 3}]", "unknown layer 'LSTN'; did you mean 'LSTM'?"),
    ("model.layers=[Dense: {}]", "needs the option 'units'"),
    ("training.early_stopping.mode=least", "expected auto, min, max"),
    ("data.train=", "the key 'data.train' is missing"),
    ("model.layers.7.LSTM.units=3", "no entry of a list of 2"),
    ("training.batch_size.x=1", "not a section"),
    ("training.batch_size=[1", "not valid YAML"),
  ])
  func areNamed(_ override: String, _ expected: String) throws {
    var yaml = small
    // So that there is something above which nothing can be set.
    if override.hasPrefix("training.batch_size.x") { yaml += "\n  batch_size: 5" }
    let sentence = try #require(failure(yaml, [override]))
    #expect(sentence.contains(expected), "\(sentence)")
    #expect(!sentence.contains("\n"))
    #expect(sentence.hasSuffix(".") || sentence.hasSuffix("?"), "\(sentence)")
  }

  @Test(arguments: [
    ("a: [1", "not valid YAML: line"), ("- a", "expected a section of keys and values"),
    ("a: 1\na: 2", "twice"), ("", "the section 'model' is missing"),
    ("model: 5\ndata: {}\ntraining: {}", "expected a section"),
  ])
  func ofFormAreNamed(_ yaml: String, _ expected: String) throws {
    let sentence = try #require(failure(yaml))
    #expect(sentence.contains(expected), "\(sentence)")
  }

  @Test func filesAreNamed() throws {
    #expect {
      try Recipe.read(path: "/nowhere/lstm.yaml")
    } throws: { error in
      (error as? TrainingError)?.kind == .missing && "\(error)".contains("/nowhere/lstm.yaml")
    }
    #expect { try RecipeOverride("batch_size") } throws: { "\($0)".contains("KEY=VALUE") }
  }
}

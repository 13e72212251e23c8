import Foundation
import Testing

@testable import Training

extension TrainingTests {
  /// A run that was stopped, anywhere and as often as one likes, ends as the one that never was.
  @Suite struct ResumeTests {
    struct Variant: CustomTestStringConvertible {
      let name: String
      var training = ""
      var data = ""
      var layers = RunProbe.layers
      var rows = 50
      var testDescription: String { name }

      func probe() throws -> RunProbe {
        try RunProbe(training, data: data, layers: layers, rows: rows)
      }
    }

    static let variants = [
      Variant(name: "dropout and a short last batch"),
      Variant(
        name: "stateful layers", data: "shuffle: false",
        layers: """
          - LSTM: {units: 3, stateful: true, return_sequences: true}
          - GRU: {units: 3, stateful: true}
          - Dense: {units: 2}
          """, rows: 48),
      Variant(
        name: "averaging of weights",
        training: """
          shards: 4
          averaging: {weights: {replicas: 2, every_steps: 3}}
          """),
      Variant(name: "accumulated steps", training: "accumulate_steps: 3"),
      Variant(
        name: "early stopping with the best weights",
        training: """
          early_stopping: {monitor: val_loss, patience: 1, min_delta: 0.02, restore_best_weights: true}
          checkpoint: {keep_best: true, monitor: val_mae}
          """, data: "validation_split: 0.2"),
      Variant(
        name: "plateau, schedule, random validation, clipping",
        training: """
          optimizer:
            RMSprop:
              learning_rate: {ExponentialDecay: {initial_learning_rate: 0.01, decay_steps: 3, decay_rate: 0.9}}
              warmup_steps: 4
              momentum: 0.5
              centered: true
              clipnorm: 0.5
          reduce_lr_on_plateau: {monitor: val_loss, factor: 0.5, patience: 1, min_delta: 0.5, cooldown: 1}
          """,
        data: """
          validation_split: 0.2
          validation_from: random
          """),
      Variant(
        name: "windows smaller than the data", training: "optimizer: {SGD: {momentum: 0.9}}",
        data: "memory: 1 kB"),
    ]

    @Test(arguments: variants) func atEveryStep(_ variant: Variant) throws {
      let probe = try variant.probe()
      let whole = try probe.run("whole")
      var result = try probe.run("parts", steps: 1)
      for steps in 2...whole.step {
        #expect(result.reason == .reachedSteps && result.step == steps - 1)
        result = try probe.run("parts", steps: steps, workers: 1 + steps % 3, resumes: true)
      }
      if result.reason == .reachedSteps {
        result = try probe.run("parts", workers: 2, resumes: true)
      }
      #expect(result.reason == whole.reason)
      #expect(result.fingerprint == whole.fingerprint)
      #expect(try probe.history("parts") == probe.history("whole"))
      #expect(
        try probe.weights(probe.path("parts/model.h5")) == probe.weights(whole.path))
    }

    /// As after a kill: whatever was done after a checkpoint is gone, and its history row is not.
    @Test(arguments: variants) func fromEveryCheckpoint(_ variant: Variant) throws {
      var probe = try variant.probe()
      try probe.recipe.set("training.checkpoint.every_steps", "1")
      try probe.recipe.set("training.checkpoint.keep_last", "100")
      let whole = try probe.run("whole", workers: 2)
      let names = try probe.checkpoints("whole").filter { $0.hasPrefix("step-") }
      #expect(names.count == whole.step)
      for name in names {
        let copy = "from-\(name)"
        try FileManager.default.copyItem(atPath: probe.path("whole"), toPath: probe.path(copy))
        for other in names where other > name {
          try FileManager.default.removeItem(atPath: probe.path("\(copy)/checkpoints/\(other)"))
        }
        let result = try probe.run(copy, workers: 1, resumes: true)
        #expect(result.fingerprint == whole.fingerprint && result.reason == whole.reason)
        #expect(try probe.history(copy) == probe.history("whole"))
      }
    }

    @Test func completedRunIsComplete() throws {
      var probe = try RunProbe()
      let whole = try probe.run("a")
      let before = try probe.checkpoints("a")
      try FileManager.default.removeItem(atPath: whole.path)
      var notes: [String] = []
      let again = try probe.run("a", resumes: true) {
        if case .note(let text) = $0 { notes.append(text) }
      }
      #expect(again.reason == .completed && again.step == whole.step)
      #expect(again.fingerprint == whole.fingerprint)
      #expect(notes.contains { $0.contains("All 3 epochs are done") })
      #expect(FileManager.default.fileExists(atPath: whole.path), "the model is there again")
      #expect(try probe.checkpoints("a") == before)
      try probe.recipe.set("training.epochs", "5")
      let longer = try probe.run("a", workers: 2, resumes: true)
      let unbroken = try probe.run("b")
      #expect(longer.fingerprint == unbroken.fingerprint)
      #expect(try probe.history("a") == probe.history("b"))
    }

    @Test func stoppedEarlyStaysStopped() throws {
      var probe = try RunProbe(
        """
        early_stopping: {monitor: loss, patience: 1, min_delta: 10, restore_best_weights: true}
        """)
      try probe.recipe.set("training.epochs", "9")
      let whole = try probe.run("a")
      guard case .stoppedEarly = whole.reason else {
        Issue.record("it did not stop: \(whole.reason)")
        return
      }
      let again = try probe.run("a", resumes: true)
      #expect(again.reason == whole.reason && again.step == whole.step)
      #expect(again.fingerprint == whole.fingerprint)
      try probe.recipe.set("training.early_stopping.patience", "3")
      let on = try probe.run("a", resumes: true, allowsChanges: true)
      #expect(on.step > whole.step)
      let unbroken = try probe.run("b")
      #expect(on.fingerprint == unbroken.fingerprint)
    }

    /// An interruption anywhere leaves a checkpoint of the very step; validation is done again.
    @Test(arguments: [1, 5, 6, 7, 13]) func interruptedAt(_ step: Int) throws {
      let probe = try RunProbe(data: "validation_split: 0.2")
      let whole = try probe.run("whole")
      let options = Run.Options()
      let result = try Run(probe.recipe, directory: probe.path("a"), options: options).train {
        if case .step(let facts) = $0, facts.step == step { options.stop.raise() }
      }
      #expect(result.reason == .interrupted && result.step == step)
      let resumed = try probe.run("a", resumes: true)
      #expect(resumed.fingerprint == whole.fingerprint)
      #expect(try probe.history("a") == probe.history("whole"))
    }

    @Test func killedBeforeTheFirstCheckpoint() throws {
      let probe = try RunProbe()
      let whole = try probe.run("whole")
      let files = FileManager.default
      try files.createDirectory(
        atPath: probe.path("a/checkpoints"), withIntermediateDirectories: true)
      try probe.recipe.yaml.write(
        toFile: probe.path("a/recipe.yaml"), atomically: true, encoding: .utf8)
      try Data().write(
        to: URL(fileURLWithPath: probe.path("a/checkpoints/step-00000007.h5.tmp-123")))
      try Data().write(to: URL(fileURLWithPath: probe.path("a/notes.tmp-1")))
      var warnings: [String] = []
      let result = try probe.run("a", resumes: true) {
        if case .warning(let text) = $0 { warnings.append(text) }
      }
      #expect(result.fingerprint == whole.fingerprint)
      #expect(warnings.contains { $0.contains("holds no checkpoint yet") })
      #expect(try !probe.checkpoints("a").contains { $0.contains(".tmp-") })
      #expect(files.fileExists(atPath: probe.path("a/notes.tmp-1")), "it is not ours")
    }
  }
}

import Foundation
import TestSupport
import Testing

@testable import Training

extension TrainingTests {
  /// What does not fit is said before the first step, and leaves everything as it was.
  @Suite struct RefusalTests {
    @Test func changedRecipe() throws {
      var probe = try RunProbe()
      try probe.run("a", steps: 3)
      let recipe = try String(contentsOfFile: probe.path("a/recipe.yaml"), encoding: .utf8)
      let usual = probe.recipe
      try probe.recipe.set("training.batch_size", "10")
      let error = try #require(failure { try probe.run("a", resumes: true) })
      #expect(error.kind == .data)
      #expect(error.description.contains("training.batch_size (10, was 8)"))
      #expect(error.description.contains("--allow-changed"))
      #expect(
        try String(contentsOfFile: probe.path("a/recipe.yaml"), encoding: .utf8) == recipe,
        "a refused run changes nothing")
      #expect(try probe.run("a", resumes: true, allowsChanges: true).reason == .completed)
      probe.recipe = usual
      try probe.recipe.set("model.layers.2.Dense.units", "1")
      #expect(failure { try probe.run("a", resumes: true) } != nil)
    }

    @Test func changedData() throws {
      let probe = try RunProbe()
      try probe.run("a", steps: 3)
      let other = try RunProbe { x, _ in x[7] += 1 }
      let files = FileManager.default
      try files.removeItem(atPath: probe.path("data.h5"))
      try files.copyItem(atPath: other.path("data.h5"), toPath: probe.path("data.h5"))
      let error = try #require(failure { try probe.run("a", resumes: true) })
      #expect(error.kind == .data)
      #expect(error.description.contains("is not what the checkpoint"))
      #expect(try probe.run("a", resumes: true, allowsChanges: true).reason == .completed)
    }

    @Test func directoryOfAnotherRun() throws {
      let probe = try RunProbe()
      try probe.run("a", steps: 1)
      let error = try #require(failure { try probe.run("a") })
      #expect(error.kind == .output && error.description.contains("holds a run already"))
      let held = try RunDirectory(probe.path("a"))
      let second = try #require(failure { try probe.run("a", resumes: true) })
      #expect(second.kind == .output)
      #expect(second.description.contains("in use by process \(getpid())"))
      withExtendedLifetime(held) {}
    }

    @Test(arguments: [
      ("early_stopping: {monitor: val_loss}", "val_loss"),
      ("reduce_lr_on_plateau: {monitor: val_mae}", "val_mae"),
      ("checkpoint: {keep_best: true, monitor: accuracy}", "accuracy"),
      ("averaging: {weights: {replicas: 3, every_steps: 1}}", "power of two"),
    ])
    func nothingIsMade(_ training: String, _ expected: String) throws {
      let probe = try RunProbe(training)
      let error = try #require(failure { try probe.run("runs/a") })
      #expect(error.description.contains(expected))
      #expect(try probe.scratch.names == ["data.h5"])
    }

    @Test func aFileInItsPlace() throws {
      let probe = try RunProbe()
      for name in ["data.h5", "data.h5/run"] {
        let error = try #require(failure { try probe.run(name) })
        #expect(error.kind == .output && error.description.contains(name))
      }
      #expect(try probe.scratch.names == ["data.h5"])
    }

    @Test func badRowBeforeTheFirstStepLeavesNothing() throws {
      let probe = try RunProbe { x, _ in x[17 * 10 + 3] = .nan }
      let error = try #require(failure { try probe.run("runs/a") })
      #expect(error.kind == .data)
      #expect(error.description.contains("17"), "\(error)")
      #expect(try probe.scratch.names == ["data.h5"])
    }

    @Test func tooLittleRoom() throws {
      let scratch = try ScratchDirectory()
      let error = try #require(
        failure { _ = try RunDirectory(scratch.file("a/b"), needing: 1 << 60) })
      #expect(error.kind == .output && error.description.contains("KiB left"))
      #expect(try scratch.names.isEmpty)
    }
  }
}

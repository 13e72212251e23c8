import Foundation
import Lockstep
import Testing

/// A recipe that starts from a model file goes on with the optimizer in it, unless it names another.
@Suite struct ContinuationTests {
  /// Training from the file of two epochs is the third epoch, to the bit.
  @Test(arguments: ["", ", freeze: [dense]"])
  func aModelGoesOnWhereItStopped(_ freeze: String) throws {
    try inFolder { folder in
      let whole = try run("start", Self.layers, epochs: 3, more: Self.adam, in: folder)
      let half = try run("half", Self.layers, epochs: 2, more: Self.adam, in: folder)
      var notes: [String] = []
      let more = try run("more", half.path, epochs: 1, more: freeze, in: folder) {
        if case .note(let text) = $0 { notes.append(text) }
      }
      #expect((more.fingerprint == whole.fingerprint) == freeze.isEmpty)
      #expect(more.step == 5)
      #expect(try iteration(of: more.path) == 15)
      let goesOn =
        "Adam goes on after the 10 updates that the model has behind it, with a learning rate of 0.01."
      #expect(notes == [goesOn])
    }
  }

  /// A run from a file that is stopped and resumed ends as one that was left alone.
  @Test func aContinuedRunIsResumed() throws {
    try inFolder { folder in
      let start = try run("start", Self.layers, epochs: 1, more: Self.adam, in: folder)
      let whole = try run("whole", start.path, epochs: 2, more: "", in: folder)
      let cut = try run("cut", start.path, epochs: 2, more: "", steps: 3, in: folder)
      #expect(cut.step == 3)
      var notes: [String] = []
      let resumed = try run("cut", start.path, epochs: 2, more: "", resumes: true, in: folder) {
        if case .note(let text) = $0 { notes.append(text) }
      }
      #expect(resumed.fingerprint == whole.fingerprint)
      #expect(try iteration(of: resumed.path) == 15)
      #expect(notes.isEmpty)
    }
  }

  /// The optimizer of the recipe begins anew, and so does Adam where the file has none.
  @Test func anOptimizerOfTheRecipeBegins() throws {
    try inFolder { folder in
      let start = try run("start", Self.layers, epochs: 1, more: Self.adam, in: folder)
      var notes: [String] = []
      let more = try run("more", start.path, epochs: 1, more: Self.adam, in: folder) {
        if case .note(let text) = $0 { notes.append(text) }
      }
      #expect(try iteration(of: more.path) == 5)
      #expect(notes == ["Adam begins anew, since the recipe names it."])
    }
  }

  /// Where the file has no loss, the recipe must have one; where neither has an optimizer, Adam begins.
  @Test func aModelThatWasNeverCompiled() throws {
    try inFolder { folder in
      let start = try run("start", Self.layers, epochs: 1, more: Self.adam, in: folder)
      var saved = try TrainedModel(path: start.path).saved
      (saved.training, saved.optimizer) = (nil, nil)
      let bare = "\(folder)/bare.h5"
      let file = try NewFile(at: bare)
      try saved.write(to: file)
      try file.close()
      let error = #expect(throws: TrainingError.self) {
        try run("none", bare, epochs: 1, more: "", in: folder)
      }
      #expect(error?.description.contains("training.loss: it is missing, and the model's") == true)
      var notes: [String] = []
      let more = try run("more", bare, epochs: 1, more: ", loss: mae", in: folder) {
        if case .note(let text) = $0 { notes.append(text) }
      }
      #expect(notes == ["The model's file has no optimizer, so Adam begins."])
      #expect(try iteration(of: more.path) == 5)
    }
  }

  /// What the recipe leaves out stays left out in the one that the run keeps.
  @Test func theRecipeOfTheRunSaysTheSame() throws {
    let recipe = try Recipe(yaml: "{model: a.h5, data: {train: b.h5}, training: {epochs: 2}}")
    #expect(recipe.training.optimizer == nil && recipe.training.loss == nil)
    #expect(try Recipe(yaml: recipe.yaml) == recipe)
    #expect(throws: TrainingError.self) {
      try Recipe(yaml: "{model: {layers: [Dense: {units: 1}]}, data: {train: b.h5}, training: {}}")
    }
  }

  private static let layers = "{layers: [LSTM: {units: 3, dropout: 0.2}, Dense: {units: 2}]}"
  private static let adam = ", loss: mse, optimizer: {Adam: {learning_rate: 0.01}}"

  private func run(
    _ name: String, _ model: String, epochs: Int, more: String, steps: Int? = nil,
    resumes: Bool = false, in folder: String, _ report: (RunEvent) -> Void = { _ in }
  ) throws -> RunResult {
    let recipe = try Recipe(
      yaml: """
        {model: \(model), data: {train: maxmin.h5, shuffle: false},
         training: {batch_size: 4, epochs: \(epochs)\(more)}}
        """, folder: folder)
    var options = Run.Options()
    (options.steps, options.resumes) = (steps, resumes)
    return try Run(recipe, directory: "\(folder)/\(name)", options: options).train(report)
  }

  private func iteration(of path: String) throws -> Int? {
    try TrainedModel(path: path).saved.optimizer?.iteration
  }

  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("lockstep-continued-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try MaxMin(seed: 1).write(rows: 20, to: "\(folder.path)/maxmin.h5")
    try body(folder.path)
  }
}

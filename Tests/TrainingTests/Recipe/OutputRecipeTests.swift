import Networks
import Testing

@testable import Training

/// What recipes ask of models with several outputs.
@Suite struct OutputRecipeTests {
  private func recipe(_ training: String, _ data: String = "") throws -> Recipe {
    try Recipe(
      yaml: """
        {model: a.h5, data: {train: a.h5\(data)}, training: {\(training)}}
        """, folder: "/a")
  }

  private func objective(_ training: String) throws -> Objective {
    try recipe(training).objective(
      names: ["a", "b"], outputs: [Shape([2]), Shape([1])], targets: [Shape([2]), Shape([1])])
  }

  @Test func oneLossIsForAll() throws {
    let objective = try objective("loss: {Huber: {delta: 2}}, metrics: [mae]")
    #expect(objective.names == ["loss", "a_loss", "a_mae", "b_loss", "b_mae"])
    #expect(objective.outputs.allSatisfy { ($0.loss as? Huber)?.delta == 2 && $0.weight == 1 })
  }

  @Test(arguments: [
    "loss: [mse, binary_crossentropy], loss_weights: [1, 0.5], metrics: [[], [mae]]",
    "loss: {a: mse, b: binary_crossentropy}, loss_weights: {b: 0.5}, metrics: {b: mae}",
  ])
  func eachHasItsOwn(_ text: String) throws {
    let objective = try objective(text)
    #expect(objective.outputs[0].loss is MeanSquaredError)
    #expect(objective.outputs[1].loss is BinaryCrossentropy)
    #expect(objective.outputs.map(\.weight) == [1, 0.5])
    #expect(objective.names == ["loss", "a_loss", "b_loss", "b_mae"])
  }

  @Test func anOutputMayGoUntrained() throws {
    let objective = try objective("loss: {b: mse}, weighted_metrics: {a: [mae]}")
    #expect(objective.outputs[0].loss == nil)
    #expect(objective.names == ["loss", "a_mae", "b_loss"])
  }

  @Test func classesHaveWeights() throws {
    let one = try objective("loss: mse, class_weight: {0: 1, 1: 5}")
    #expect(
      one.outputs.map(\.classWeights) == Array(repeating: ClassWeights([0: 1, 1: 5]), count: 2))
    let two = try objective("loss: mse, class_weight: {b: {1: 5}}")
    #expect(two.outputs.map(\.classWeights) == [nil, ClassWeights([1: 5])])
  }

  @Test(arguments: [
    "loss: [mse, mae], loss_weights: [1, 0.5], metrics: {a: [mae]}, weighted_metrics: [mse]",
    "loss: {a: mse, b: {Huber: {delta: 3}}}, class_weight: {b: {0: 2}}, freeze: [lstm, 'e*']",
  ])
  func writingAndReadingGivesTheSame(_ text: String) throws {
    let recipe = try recipe(text, ", inputs: [x, z], targets: [y, v], sample_weight: [w, none]")
    #expect(recipe.data.names.weights == .each(["w", nil]))
    let again = try Recipe(yaml: recipe.yaml)
    #expect(again == recipe)
    #expect(recipe.differences(from: again).isEmpty)
  }

  @Test(arguments: [
    ("loss: [mse]", "there are 1 entries, and the model has 2 outputs: a, b."),
    ("loss: {a: mse, c: mae}", "the model has no output 'c'"),
    ("loss: {a: mse, b: hubber}", "training.loss.b: unknown loss 'hubber'"),
    ("loss: mse, loss_weights: {a: x}", "training.loss_weights.a: expected a number"),
    ("loss: mse, metrics: {a: [mea]}", "training.metrics.a: unknown metric 'mea'"),
    ("loss: mse, class_weight: {0: -1}", "expected a weight for each class"),
    ("loss: mse, class_weight: 5", "expected a weight for each class"),
    ("loss: mse, freeze: [3]", "training.freeze: expected a list"),
  ])
  func mistakesAreNamed(_ text: String, _ expected: String) {
    let found = sentence { _ = try objective(text) }
    #expect(found.contains(expected), "\(found)")
  }
}

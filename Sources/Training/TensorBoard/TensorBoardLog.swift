import KerasFormat
import Networks

/// Follows a run's log in TensorBoard, under the names that Keras's callback gives.
///
///     RUN/tensorboard/train/events.out.tfevents.…        validation/events.out.tfevents.…
final class TensorBoardLog {
  private let folder: String
  private let recipe: TensorBoardRecipe
  private let start: Int?
  private lazy var training = EventFile(in: "\(folder)/train", from: start)
  private lazy var validation = EventFile(in: "\(folder)/validation", from: start)
  private var failed: [String] = []

  /// A log in a run's directory; nothing is made before there is something to write.
  ///
  /// - Parameters:
  ///   - directory: the run's directory.
  ///   - recipe: what is wanted.
  ///   - step: the step that a resumed run goes on from.
  init(_ directory: RunDirectory, _ recipe: TensorBoardRecipe, resumedAt step: Int?) {
    folder = directory.file("tensorboard")
    self.recipe = recipe
    start = step.map { $0 + 1 }
  }

  /// Shows an event of the log, if it is one that has a place in TensorBoard.
  func write(_ event: String, _ fields: [(String, JSON)]) {
    let value = { (name: String) in fields.first { $0.0 == name }?.1 }
    guard let step = value("step")?.int else { return }
    switch event {
    case "step":
      let noise = value("noise_scale")?.double.map { EventSummary("noise_scale", scalar: $0) }
      training.write(
        [
          EventSummary("batch_loss", scalar: value("loss")?.double ?? .nan),
          EventSummary("gradient_norm", scalar: value("gradient_norm")?.double ?? .nan),
          EventSummary("learning_rate", scalar: value("learning_rate")?.double ?? .nan),
        ] + [noise].compactMap(\.self), step: step)
    case "sample":
      let tag = value("prime")?.string.map { "samples/\($0)" } ?? "samples"
      training.write([EventSummary(tag, text: value("text")?.string ?? "")], step: step)
    default: return
    }
    failed += [training.failure].compactMap(\.self)
  }

  /// Shows the numbers of an epoch; Keras counts epochs from zero here.
  func write(_ epoch: EpochFacts) {
    let isValidation = { (name: String) in name.hasPrefix("val_") }
    let numbers = epoch.metrics.filter { !isValidation($0.name) }
    training.write(
      numbers.map { EventSummary("epoch_\($0.name)", scalar: $0.value) }, step: epoch.epoch - 1)
    let validated = epoch.metrics.filter { isValidation($0.name) }
      .map { (name: String($0.name.dropFirst(4)), value: $0.value) }
    guard !validated.isEmpty else { return }
    validation.write(
      validated.map { EventSummary("epoch_\($0.name)", scalar: $0.value) }, step: epoch.epoch - 1)
    validation.write(
      validated.map { EventSummary("evaluation_\($0.name)_vs_iterations", scalar: $0.value) },
      step: epoch.step)
    failed += [training.failure, validation.failure].compactMap(\.self)
  }

  /// Shows how the weights are spread at the end of an epoch, where that is wanted.
  func write(_ trainer: Trainer, epoch: Int) {
    guard recipe.histograms else { return }
    let values = trainer.weights.values
    training.write(
      trainer.network.parameters.map { parameter in
        EventSummary(
          "\(parameter.layer)/\(parameter.name)/histogram",
          histogram: Histogram(values[parameter.slot.range]))
      }, step: epoch - 1)
  }

  /// Takes the failures to write, to be reported once.
  func takeFailures() -> [String] {
    defer { failed = [] }
    return failed
  }
}

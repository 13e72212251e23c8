import Training

/// Shows a run to a person, as Keras's `fit`: a line for each epoch, drawn again while it fills.
///
/// Where nobody is looking there is one line an epoch and nothing is drawn twice.
final class ConsoleReporter: Reporter {
  private let terminal: Terminal
  private let clock = ContinuousClock()
  private var nextDraw: ContinuousClock.Instant
  private var epochs = 0
  private var stepsPerEpoch = 1
  private var firstStep = 0
  private var shownEpoch = 0
  private var hasOpenLine = false
  /// The numbers of the last epoch.
  private var last: [(name: String, value: Double)] = []

  init(_ terminal: Terminal = Terminal()) {
    self.terminal = terminal
    nextDraw = clock.now
  }

  func report(_ event: RunEvent) {
    switch event {
    case .started(let plan): start(plan)
    case .step(let step): if terminal.isInteractive { draw(step) }
    case .sample(let sample): show(sample)
    case .epoch(let epoch): end(epoch)
    case .saved: break
    case .warning(let text): interrupt("warning: \(text)")
    case .note(let text): interrupt(text)
    case .finished(let result): finish(result)
    }
  }

  private func start(_ plan: RunPlan) {
    epochs = plan.epochs
    stepsPerEpoch = max(plan.stepsPerEpoch, 1)
    let validation =
      plan.validationRows > 0 ? ", \(Format.count(plan.validationRows)) to validate" : ""
    Output.line("Run        \(plan.directory)")
    Output.line(
      "Data       \(Format.count(plan.rows)) rows\(validation), batches of \(plan.batchSize) in "
        + "\(plan.shards) shards")
    Output.line(
      "Model      \(Format.count(plan.parameters)) parameters, \(Format.bytes(plan.bytes)) of memory, "
        + "\(plan.workers.count) " + (plan.workers.count == 1 ? "worker" : "workers"))
    if !plan.workers.times.isEmpty { Output.line("Workers    \(plan.workers.reason)") }
    let baselines = plan.baselines.filter { $0.metric == "loss" }
    if !baselines.isEmpty {
      let texts = baselines.map { "\($0.predictor) \($0.metric) \(Format.metric($0.value))" }
      Output.line("Baseline   \(texts.joined(separator: ", "))")
    }
    if let (path, step) = plan.resumed { Output.line("Resumed    step \(step), \(path)") }
    Output.line()
  }

  private func draw(_ step: StepFacts) {
    open(step.epoch, at: step.stepInEpoch)
    let now = clock.now
    guard now >= nextDraw else { return }
    nextDraw = now + .milliseconds(100)
    let each = step.seconds / Double(max(step.stepInEpoch - firstStep + 1, 1))
    let left = each * Double(step.stepsPerEpoch - step.stepInEpoch)
    redraw(
      ProgressBar(
        done: step.stepInEpoch, total: step.stepsPerEpoch,
        pace: "\(Format.time(left)) \(Format.step(each))/step",
        facts: Self.facts(step.scores.named)
          + Self.speed(step.rows, step.seconds, waited: step.waited)))
  }

  /// Writes the headline of an epoch once.
  private func open(_ epoch: Int, at step: Int) {
    guard epoch != shownEpoch else { return }
    shownEpoch = epoch
    // A resumed run begins in the middle, and its seconds count from there.
    firstStep = step
    Output.line("Epoch \(epoch)/\(epochs)")
  }

  private func end(_ epoch: EpochFacts) {
    let speed = Self.speed(epoch.rows, epoch.seconds, waited: epoch.waited)
    let numbers = epoch.metrics.filter { $0.name != "learning_rate" }
    last = numbers
    guard terminal.isInteractive else {
      let parts = ["\(Format.time(epoch.seconds))"] + Self.facts(numbers) + speed
      Output.line("Epoch \(epoch.epoch)/\(epoch.epochs) - " + parts.joined(separator: " - "))
      return
    }
    open(epoch.epoch, at: 1)
    let each = epoch.seconds / Double(stepsPerEpoch)
    let pace = "\(Format.time(epoch.seconds)) \(Format.step(each))/step"
    let training = Self.facts(numbers.filter { !$0.name.hasPrefix("val_") })
    let rest = Self.facts(numbers.filter { $0.name.hasPrefix("val_") }) + speed
    var bar = ProgressBar(
      done: stepsPerEpoch, total: stepsPerEpoch, pace: pace, facts: training + rest)
    let isOneLine = bar.fits(columns: terminal.columns)
    if !isOneLine { bar.facts = training }
    redraw(bar)
    if !isOneLine {
      Output.write(String("\n  \(rest.joined(separator: " - "))".prefix(terminal.columns)))
    }
    Output.line()
    hasOpenLine = false
  }

  private func show(_ sample: SampleFacts) {
    let loss = sample.smoothedLoss.map { ", smoothed loss \(Format.metric($0))" } ?? ""
    interrupt("--- step \(sample.step)\(loss)")
    Output.line(sample.text)
    Output.line("---")
  }

  private func redraw(_ bar: ProgressBar) {
    // Back to the first column, the line, and nothing of the old one behind it.
    Output.write("\r" + bar.line(columns: terminal.columns) + "\u{1B}[K")
    hasOpenLine = true
  }

  private func interrupt(_ text: String) {
    closeLine()
    Output.line(text)
  }

  private func closeLine() {
    if hasOpenLine { Output.line() }
    hasOpenLine = false
  }

  private func finish(_ result: RunResult) {
    closeLine()
    Output.line()
    Output.line(result.sentence)
    let hasValidation = last.contains { $0.name.hasPrefix("val_") }
    for (name, value) in last where name.hasPrefix("val_") == hasValidation {
      let beside = result.baselines.beside(name)
      if !beside.isEmpty { Output.line(name.padded(to: 10) + " \(Format.metric(value))\(beside)") }
    }
    Output.line("weights    \(result.fingerprint)")
  }

  private static func facts(_ numbers: [(name: String, value: Double)]) -> [String] {
    numbers.map { "\($0.name): \(Format.metric($0.value))" }
  }

  /// Rows a second, and the share of the time that went by waiting for data.
  private static func speed(_ rows: Int, _ seconds: Double, waited: Double) -> [String] {
    guard seconds > 0 else { return [] }
    let share = Int((100 * waited / seconds).rounded())
    return ["\(Format.rate(Double(rows) / seconds)) rows/s", "data \(share)%"]
  }
}

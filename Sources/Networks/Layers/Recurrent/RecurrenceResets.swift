import Tensors

/// Where streams begin anew inside a pass, and where gradients end: the state before such a step is
/// zero, and no gradient passes it.
extension Recurrence {
  /// What a state was before a step: zero in the rows that begin anew there.
  ///
  /// - Parameters:
  ///   - state: which state of the cell.
  ///   - previous: the state that the step before left, [rows, units].
  ///   - step: the step.
  ///   - pass: the pass.
  /// - Returns: `previous`, or a copy that lasts until the next call for that state.
  func kept(
    _ state: Int, _ previous: Matrix, before step: Int, _ pass: borrowing Pass
  ) -> Matrix {
    guard let resets = resets(step, pass) else { return previous }
    let copy = pass.scratch(renewed[state], columns: options.units)
    copy.assign(previous)
    resets.clearCounting(copy)
    return copy
  }

  /// Ends a gradient of a state before a step where it must not go on.
  func cut(_ gradient: Matrix, before step: Int, _ pass: borrowing Pass) {
    if step > 0, let length = streaming(pass)?.gradientSteps, step % length == 0 {
      gradient.fill(0)
    } else {
      resets(step, pass)?.clearCounting(gradient)
    }
  }

  /// After which step states are kept for the next batch.
  func carriedStep(_ pass: borrowing Pass) -> Int {
    (streaming(pass)?.carriedSteps ?? steps) - 1
  }

  /// The runs of steps from the second on that begin nowhere anew, and the steps between them.
  func runs(_ pass: borrowing Pass) -> [Range<Int>] {
    guard streaming(pass)?.resets != nil else { return steps > 1 ? [1..<steps] : [] }
    var runs: [Range<Int>] = []
    var first = 1
    for step in 1..<max(steps, 1) where resets(step, pass) != nil {
      if first < step { runs.append(first..<step) }
      runs.append(step..<step + 1)
      first = step + 1
    }
    if first < steps { runs.append(first..<steps) }
    return runs
  }

  /// The rows that begin anew at a step; nil where none does.
  ///
  /// Walked backwards, a stream begins where another one does that is walked after it.
  private func resets(_ step: Int, _ pass: borrowing Pass) -> StepMask? {
    guard let flags = streaming(pass)?.resets else { return nil }
    let place = options.goBackwards ? steps - step : step
    guard place < steps else { return nil }
    let first = flags + place * pass.rows
    guard (0..<pass.rows).contains(where: { first[$0] != 0 }) else { return nil }
    return StepMask(first)
  }

  private func streaming(_ pass: borrowing Pass) -> Streaming? {
    pass.streaming.steps == steps ? pass.streaming : nil
  }
}

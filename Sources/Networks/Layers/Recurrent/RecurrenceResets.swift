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

  /// The steps from one on that are taken together, before a last one; nil where there are none.
  ///
  /// They end before the next step at which a row begins anew; such a step stands alone.
  func run(from first: Int, before last: Int, _ pass: borrowing Pass) -> Range<Int>? {
    guard first < last else { return nil }
    guard streaming(pass)?.resets != nil else { return first..<last }
    if resets(first, pass) != nil { return first..<first + 1 }
    var end = first + 1
    while end < last, resets(end, pass) == nil { end += 1 }
    return first..<end
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

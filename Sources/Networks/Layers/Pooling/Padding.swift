import Kernels

/// How windows over time treat the ends of a sequence, under Keras's names.
public enum Padding: String, Sendable, CaseIterable {
  /// Windows stay inside.
  case valid
  /// ⌈T / stride⌉ windows; the missing steps are shared between both ends.
  case same
  /// As many as in `same`; all missing steps are before the first.
  case causal

  /// The windows over a sequence, and how many there are.
  ///
  /// - Parameters:
  ///   - steps: the sequence's.
  ///   - size: a window's steps.
  ///   - stride: from window to window.
  ///   - dilation: from step to step of a window.
  /// - Returns: the windows and their number.
  /// - Throws: a sentence when there are none.
  func windows(
    _ steps: Int, size: Int, stride: Int, dilation: Int = 1
  ) throws(NetworkError) -> (window: Window, count: Int) {
    let most = 1 << 24
    for (name, number) in [("size", size), ("strides", stride), ("dilation_rate", dilation)] {
      guard (1...most).contains(number) else {
        throw NetworkError("the \(name) of windows must be a positive number, not \(number).")
      }
    }
    let reach = (size - 1) * dilation + 1
    let count = self == .valid ? (steps - reach) / stride + 1 : (steps - 1) / stride + 1
    guard self != .valid || steps >= reach else {
      throw NetworkError("windows of \(reach) steps do not fit into \(steps) steps.")
    }
    let missing = max((count - 1) * stride + reach - steps, 0)
    let before =
      switch self {
      case .valid: 0
      case .same: missing / 2
      case .causal: reach - 1
      }
    return (Window(size: size, stride: stride, dilation: dilation, before: before), count)
  }
}

/// The windows of a pooling or convolution over time: how output step t' reads the input.
public struct Window: Sendable, Hashable {
  /// How many steps a window has.
  public let size: Int
  /// How many steps lie between the starts of two windows.
  public let stride: Int
  /// How many steps lie between two steps of a window.
  public let dilation: Int
  /// How many steps before the first one the first window starts.
  public let before: Int

  /// Windows over time.
  public init(size: Int, stride: Int = 1, dilation: Int = 1, before: Int = 0) {
    self.size = size
    self.stride = stride
    self.dilation = dilation
    self.before = before
  }

  /// The step of the input that stands at a place of a window; may lie outside of the input.
  public func step(_ output: Int, _ place: Int) -> Int {
    output * stride + place * dilation - before
  }
}

/// y[t'] = the largest x[t] of the window of t'; steps are blocks of `width` numbers.
public func maxPool(
  _ window: Window, steps: Int, outputs: Int, width: Int, _ x: UnsafePointer<Float>,
  into y: UnsafeMutablePointer<Float>
) {
  for output in 0..<outputs {
    let out = y + output * width
    out.update(repeating: -.infinity, count: width)
    for place in 0..<window.size {
      let step = window.step(output, place)
      guard step >= 0, step < steps else { continue }
      mapPairs(width, out, x + step * width, out) { best, next in
        best.replacing(with: next, where: (next .> best) .| (next .!= next))
      }
    }
  }
}

/// dx of `maxPool`: the first of the largest numbers of a window gets its gradient.
///
/// `taken` has room for `width` numbers.
public func maxPoolGradient(
  _ window: Window, steps: Int, outputs: Int, width: Int, x: UnsafePointer<Float>,
  y: UnsafePointer<Float>, dy: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>,
  taken: UnsafeMutablePointer<Float>
) {
  dx.update(repeating: 0, count: steps * width)
  for output in 0..<outputs {
    taken.update(repeating: 0, count: width)
    for place in 0..<window.size {
      let step = window.step(output, place)
      guard step >= 0, step < steps else { continue }
      let (input, slope) = (x + step * width, dx + step * width)
      forEachVector(width) { at, lanes in
        let before = load(taken + at, lanes)
        let wins =
          (load(input + at, lanes) .== load(y + output * width + at, lanes)) .& (before .== 0)
        let share = Vector(repeating: 0)
          .replacing(with: load(dy + output * width + at, lanes), where: wins)
        store(load(slope + at, lanes) + share, slope + at, lanes)
        store(before.replacing(with: 1, where: wins), taken + at, lanes)
      }
    }
  }
}

/// y[t'] = the mean of the steps that the window of t' has inside of the input.
public func averagePool(
  _ window: Window, steps: Int, outputs: Int, width: Int, _ x: UnsafePointer<Float>,
  into y: UnsafeMutablePointer<Float>
) {
  for output in 0..<outputs {
    let out = y + output * width
    out.update(repeating: 0, count: width)
    for place in 0..<window.size {
      let step = window.step(output, place)
      guard step >= 0, step < steps else { continue }
      mapPairs(width, out, x + step * width, out) { $0 + $1 }
    }
    let count = Float(window.inside(output, steps))
    map(width, out, out) { $0 / count }
  }
}

/// dx of `averagePool`.
public func averagePoolGradient(
  _ window: Window, steps: Int, outputs: Int, width: Int, dy: UnsafePointer<Float>,
  into dx: UnsafeMutablePointer<Float>
) {
  dx.update(repeating: 0, count: steps * width)
  for output in 0..<outputs {
    let count = Float(window.inside(output, steps))
    for place in 0..<window.size {
      let step = window.step(output, place)
      guard step >= 0, step < steps else { continue }
      let slope = dx + step * width
      mapPairs(width, dy + output * width, slope, slope) { $1 + $0 / count }
    }
  }
}

extension Window {
  /// How many steps of a window lie inside of the input.
  func inside(_ output: Int, _ steps: Int) -> Int {
    (0..<size).reduce(0) { count, place in
      (0..<steps).contains(step(output, place)) ? count + 1 : count
    }
  }
}

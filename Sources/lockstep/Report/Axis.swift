import Foundation

/// The range of an axis and its marks, chosen so that the numbers fill the picture.
struct Axis {
  let low: Double
  let high: Double
  let isLogarithmic: Bool

  /// An axis for some numbers, with a little room beyond them where that is wanted.
  init?(_ values: [Double], isLogarithmic: Bool = false, room: Double = 0) {
    let usable = values.filter { $0.isFinite && (!isLogarithmic || $0 > 0) }
    guard let least = usable.min(), let most = usable.max() else { return nil }
    self.isLogarithmic = isLogarithmic
    if isLogarithmic {
      let factor = pow(most / least, room)
      (low, high) = most > least ? (least / factor, most * factor) : (least / 2, most * 2)
    } else {
      let space = (most - least) * room
      let width = most > least ? space : max(abs(most), 1) / 2
      (low, high) = (least - width, most + width)
    }
  }

  /// What gnuplot is told about the range of `x` or `y`.
  func range(_ name: String) -> String {
    let marks = marks.map { String(format: "%g", $0) }
    // Numbers stand beside each other below the picture, and above each other beside it.
    let tics =
      !marks.isEmpty
      ? "\nset \(name)tics (\(marks.joined(separator: ", ")))"
      : name == "x" && !isLogarithmic ? "\nset xtics \(step)" : ""
    let scale = isLogarithmic ? "set logscale \(name)\n" : ""
    return "\(scale)set \(name)range [\(low):\(high)]\(tics)"
  }

  /// 1, 2 or 5 times a power of ten, so that there are about five marks.
  private var step: Double {
    let least = max(high - low, .leastNormalMagnitude) / 6
    let power = pow(10, log10(least).rounded(.down))
    return ([1, 2, 5].first { $0 * power >= least } ?? 10) * power
  }

  /// The marks of a logarithmic axis: 1, 2 and 5 of each power of ten, or powers alone where those
  /// are many; none where gnuplot's own are as good.
  private var marks: [Double] {
    guard isLogarithmic else { return [] }
    let powers = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
    let digits: [Double] = powers.count > 4 ? [1] : [1, 2, 5]
    return powers.flatMap { power in digits.map { $0 * pow(10, Double(power)) } }
      .filter { $0 >= low && $0 <= high }
  }
}

import Kernels
import Tensors

/// How the next token is chosen by what a model says of all of them.
public struct SamplingOptions: Sendable, Hashable {
  /// What differences are divided by: below 1 the likely gets likelier; 0 takes the likeliest.
  public var temperature = 1.0
  /// Only so many of the likeliest can be chosen; nil for all.
  public var topK: Int?
  /// Only the likeliest can be chosen that together have this probability; nil for all.
  public var topP: Double?

  /// All tokens by their probabilities.
  public init() {}
}

/// Chooses tokens; its memory is taken once, and nothing is sorted.
struct TokenSampler {
  private let options: SamplingOptions
  private let count: Int
  /// An id that is never chosen.
  private let excluded: Int?
  private let probabilities: Arena
  private let candidates: Arena
  private var random: RandomStream

  /// A sampler for `count` tokens.
  init(_ options: SamplingOptions, count: Int, excluding excluded: Int?, _ random: RandomStream) {
    self.options = options
    self.count = count
    self.excluded = excluded
    self.random = random
    probabilities = Arena(count: count)
    candidates = Arena(count: count)
  }

  /// The next token by the logits of all; nil where they are not finite.
  mutating func next(_ logits: UnsafePointer<Float>) -> Int? {
    guard let top = largest(logits) else { return nil }
    guard options.temperature > 0 else { return top }
    let p = probabilities.base
    let factor = Float(1 / options.temperature)
    for id in 0..<count {
      let difference = logits[id] - logits[top]
      // A factor of infinity leaves no difference what it is.
      p[id] = difference == 0 ? 0 : difference * factor
    }
    if let excluded { p[excluded] = -.infinity }
    softmaxRows(rows: 1, columns: count, p, xStride: count, into: p, yStride: count)
    return draw(by: cut())
  }

  /// The likeliest token, the first of several; nil where the logits are not finite.
  private func largest(_ logits: UnsafePointer<Float>) -> Int? {
    var best: Int?
    for id in 0..<count {
      guard logits[id] < .infinity else { return nil }
      if id != excluded, best.map({ logits[id] > logits[$0] }) ?? true { best = id }
    }
    return best.flatMap { logits[$0].isFinite ? $0 : nil }
  }

  /// Down to which probability tokens can be chosen.
  private func cut() -> ProbabilityCut {
    var result = ProbabilityCut.everything
    let values = candidates.base
    if let k = options.topK, k < count {
      values.update(from: probabilities.base, count: count)
      result = ProbabilityCut(values, count, reaching: Double(k)) { _ in 1 }
    }
    guard let share = options.topP, share < 1 else { return result }
    var (kept, total) = (0, 0.0)
    result.forEachKept(probabilities.base, count) { id in
      values[kept] = probabilities.base[id]
      total += Double(values[kept])
      kept += 1
      return true
    }
    return ProbabilityCut(values, kept, reaching: share * total) { Double($0) }
  }

  private mutating func draw(by cut: ProbabilityCut) -> Int? {
    let p = probabilities.base
    var total = 0.0
    cut.forEachKept(p, count) { id in
      total += Double(p[id])
      return true
    }
    guard total > 0, total.isFinite else { return nil }
    var rest = random.uniform() * total
    var choice: Int?
    cut.forEachKept(p, count) { id in
      if p[id] > 0 { choice = id }
      rest -= Double(p[id])
      return rest >= 0
    }
    return choice
  }
}

/// The likeliest tokens that together reach an amount: all above a threshold, and some at it.
struct ProbabilityCut {
  /// The smallest probability that is kept.
  let threshold: Float
  /// How many of those that are equal to it are kept, the first ones.
  let ties: Int

  /// Keeps all.
  static let everything = ProbabilityCut(threshold: -1, ties: 0)

  private init(threshold: Float, ties: Int) {
    self.threshold = threshold
    self.ties = ties
  }

  /// Finds the threshold by partial selection (Hoare 1961): only the part is looked at again in
  /// which the amount is reached.
  ///
  /// - Parameters:
  ///   - values: the probabilities; they get into another order.
  ///   - count: how many there are.
  ///   - amount: what the kept ones must reach together.
  ///   - weight: how much one counts.
  init(
    _ values: UnsafeMutablePointer<Float>, _ count: Int, reaching amount: Double,
    weight: (Float) -> Double
  ) {
    var (range, rest) = (0..<count, amount)
    while !range.isEmpty {
      let pivot = Self.pivot(values, range)
      let (above, equal) = Self.partition(values, range, pivot)
      var sum = 0.0
      for place in range.lowerBound..<above { sum += weight(values[place]) }
      if above > range.lowerBound, rest <= sum {
        range = range.lowerBound..<above
        continue
      }
      let each = weight(pivot)
      let ties = equal - above
      if rest <= sum + each * Double(ties) {
        let needed = each > 0 ? Int(((rest - sum) / each).rounded(.up)) : 1
        self.init(threshold: pivot, ties: min(max(needed, 1), ties))
        return
      }
      rest -= sum + each * Double(ties)
      range = equal..<range.upperBound
    }
    self = .everything
  }

  /// Visits what is kept by ids, until told to stop.
  func forEachKept(
    _ probabilities: UnsafePointer<Float>, _ count: Int, _ body: (Int) -> Bool
  ) {
    var rest = ties
    for id in 0..<count where probabilities[id] >= threshold {
      if probabilities[id] == threshold {
        guard rest > 0 else { continue }
        rest -= 1
      }
      guard body(id) else { return }
    }
  }

  /// The middle one of three, so that sorted numbers are no worse than others.
  private static func pivot(_ values: UnsafeMutablePointer<Float>, _ range: Range<Int>) -> Float {
    let (a, c) = (values[range.lowerBound], values[range.upperBound - 1])
    let b = values[range.lowerBound + range.count / 2]
    return max(min(a, b), min(max(a, b), c))
  }

  /// Puts larger ones first, then equal ones; the ends of both.
  private static func partition(
    _ values: UnsafeMutablePointer<Float>, _ range: Range<Int>, _ pivot: Float
  ) -> (above: Int, equal: Int) {
    var (above, place, below) = (range.lowerBound, range.lowerBound, range.upperBound)
    while place < below {
      let value = values[place]
      if value > pivot {
        values[place] = values[above]
        values[above] = value
        above += 1
        place += 1
      } else if value < pivot {
        below -= 1
        values[place] = values[below]
        values[below] = value
      } else {
        place += 1
      }
    }
    return (above, below)
  }
}

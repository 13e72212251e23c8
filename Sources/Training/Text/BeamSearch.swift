import Kernels
import Networks
import Tensors

/// A few beginnings of a text, the likeliest that were found, each with its states.
struct BeamSearch {
  private let stepper: TokenStepper
  private let width: Int
  private let count: Int
  private let excluded: Int?
  /// The logarithms of the next tokens' probabilities, for each beam.
  private let next: [Arena]
  private var states: [States] = []
  private var spare: [States] = []
  private var beams: [Beam] = []

  /// A beginning: the tokens that are not settled yet, and how likely it is.
  private struct Beam {
    var tokens: [Int] = []
    var score = 0.0
  }

  /// A beam with one more token.
  private struct Candidate {
    let beam: Int
    let token: Int
    let score: Double

    /// Whether it comes before another; of equals the first one.
    func precedes(_ other: Candidate) -> Bool {
      score != other.score ? score > other.score : (beam, token) < (other.beam, other.token)
    }
  }

  init(_ stepper: TokenStepper, beams: Int, vocabulary: Int, excluding excluded: Int?) {
    self.stepper = stepper
    self.excluded = excluded
    count = vocabulary
    width = beams
    next = (0..<beams).map { _ in Arena(count: vocabulary) }
    states = (0..<beams).map { _ in stepper.states() }
    spare = (0..<beams).map { _ in stepper.states() }
  }

  /// Makes beams of the likeliest first tokens; false where the logits are not finite.
  mutating func begin(_ logits: UnsafePointer<Float>, _ first: States) -> Bool {
    states[0].arena.copy(from: first.arena)
    beams = [Beam()]
    guard normalize(logits, into: next[0]) else { return false }
    return choose()
  }

  /// Adds a token to each beam, and keeps the likeliest; false where numbers are not finite.
  mutating func extend() -> Bool {
    for (index, beam) in beams.enumerated() {
      guard let last = beam.tokens.last,
        normalize(stepper.step(last, states[index]), into: next[index])
      else { return false }
    }
    return choose()
  }

  /// Takes the tokens that all beams begin with; the whole of the best one in the end.
  ///
  /// One token of each stays behind, to be read next.
  mutating func takeSettled(isLast: Bool) -> [Int] {
    guard let best = beams.first else { return [] }
    if isLast { return best.tokens }
    var settled = 0
    while settled < best.tokens.count - 1,
      beams.allSatisfy({ $0.tokens[settled] == best.tokens[settled] })
    {
      settled += 1
    }
    for index in beams.indices { beams[index].tokens.removeFirst(settled) }
    return Array(best.tokens.prefix(settled))
  }

  private func normalize(_ logits: UnsafePointer<Float>, into result: Arena) -> Bool {
    logSoftmaxRows(
      rows: 1, columns: count, logits, xStride: count, into: result.base, yStride: count)
    return (0..<count).allSatisfy { result.base[$0] < .infinity }
  }

  private mutating func choose() -> Bool {
    var best: [Candidate] = []
    for (index, beam) in beams.enumerated() { add(index, beam.score, to: &best) }
    guard !best.isEmpty else { return false }
    beams = best.map { choice in
      Beam(tokens: beams[choice.beam].tokens + [choice.token], score: choice.score)
    }
    for (target, choice) in zip(spare, best) { target.arena.copy(from: states[choice.beam].arena) }
    swap(&states, &spare)
    return true
  }

  /// Puts the best of a beam's candidates among the best of all.
  private func add(_ beam: Int, _ score: Double, to best: inout [Candidate]) {
    let values = next[beam].base
    for token in 0..<count where token != excluded && values[token].isFinite {
      let candidate = Candidate(beam: beam, token: token, score: score + Double(values[token]))
      guard best.count < width || candidate.precedes(best[best.count - 1]) else { continue }
      let place = best.firstIndex { candidate.precedes($0) } ?? best.count
      best.insert(candidate, at: place)
      if best.count > width { best.removeLast() }
    }
  }
}

import Networks

/// The order of an optimizer's variables, as a generation of Keras keeps them.
struct OptimizerLayout {
  /// What one variable is.
  enum Entry: Equatable {
    /// How many updates were made.
    case iteration
    /// The rate of the next update.
    case learningRate
    /// Nadam's product of all momenta, a function of the number of updates.
    case momentumProduct
    /// The sum of the gradients of an update under way.
    case accumulator(Int)
    /// A moment of a parameter, or of some columns of it, by their numbers.
    case moment(Int, part: Int)
    /// An array that a generation keeps without need, for a parameter by its number.
    case unused(String, part: Int, [Int])
  }

  /// A parameter, or those of its columns that a file keeps as an array of their own.
  struct Part: Equatable {
    let parameter: Int
    /// The columns; nil for all of it.
    var columns: Range<Int>?
    /// The shape of the array.
    let shape: [Int]
  }

  let className: String
  let generation: OptimizerGeneration
  /// Keras's names of the moments; `average` stands last and comes first in files.
  let names: [String]
  let parts: [Part]
  /// Whether gradients of several batches are added up by the optimizer.
  var accumulates = false
  /// Whether a schedule gives the rate.
  var hasSchedule = false

  /// How many moments of a parameter stand together, where the generation does that.
  private static let together = [
    "Adam": 2, "AdamW": 2, "Adamax": 2, "Nadam": 2, "Lamb": 2, "Adadelta": 2, "Ftrl": 2,
    "Adafactor": 3,
  ]

  /// The shape of a moment of an array; nil where it has none.
  ///
  /// Adafactor keeps means over rows and columns of arrays with at least two axes.
  static func shape(of moment: String, _ shape: [Int]) -> [Int]? {
    switch moment {
    case "r": shape.count < 2 ? nil : Array(shape.dropLast())
    case "c": shape.count < 2 ? nil : shape.dropLast(2) + shape.suffix(1)
    default: shape
    }
  }

  /// The shape of the variable of an entry.
  func shape(of entry: Entry) -> [Int] {
    switch entry {
    case .iteration, .learningRate, .momentumProduct: []
    case .accumulator(let part): parts[part].shape
    case .moment(let moment, let part): Self.shape(of: names[moment], parts[part].shape) ?? []
    case .unused(_, _, let shape): shape
    }
  }

  // MARK: What is written

  /// The variables as the generation writes them.
  var entries: [Entry] {
    let rate: [Entry] = generation == .keras3 && !hasSchedule ? [.learningRate] : []
    let product: [Entry] = generation == .keras3 && className == "Nadam" ? [.momentumProduct] : []
    let idle = generation == .tfKeras && hasNoMomentum ? idleMomenta : []
    return [.iteration] + rate + body + idle + product
  }

  private var hasNoMomentum: Bool { className == "SGD" && !names.contains("momentum") }

  private var idleMomenta: [Entry] {
    parts.indices.map { .unused("momentum", part: $0, parts[$0].shape) }
  }

  /// Averages, accumulators and moments.
  private var body: [Entry] {
    var moments = Array(names.indices)
    var entries: [Entry] = []
    if names.last == "average" { entries += run(moments.removeLast()) }
    if accumulates { entries += parts.indices.map { .accumulator($0) } }
    let together = min(self.together, moments.count)
    for part in parts.indices {
      for moment in moments.prefix(together) { entries += slot(moment, part) }
    }
    for moment in moments.dropFirst(together) { entries += run(moment) }
    return entries
  }

  private var together: Int {
    let together = Self.together[className] ?? 0
    let isFtrl = className == "Ftrl" && generation == .tfKerasLegacy
    return generation.interleaves || isFtrl ? together : 0
  }

  private func run(_ moment: Int) -> [Entry] { parts.indices.flatMap { slot(moment, $0) } }

  private func slot(_ moment: Int, _ part: Int) -> [Entry] {
    if Self.shape(of: names[moment], parts[part].shape) != nil {
      return [.moment(moment, part: part)]
    }
    // Keras 3 has a number where there is nothing to keep.
    return generation == .keras3 ? [.unused(names[moment], part: part, [])] : []
  }

  // MARK: What is read

  /// Every order that files of the generation are known to have, the likeliest first.
  var candidates: [[Entry]] {
    let second: Entry = generation == .keras3 ? .learningRate : .momentumProduct
    let heads: [[Entry]] =
      generation == .tfKeras ? [[.iteration]] : [[.iteration], [.iteration, second], []]
    let dummies: [Entry] = parts.indices.map { .unused("velocity_hat", part: $0, [1]) }
    let product = className == "Nadam" && generation == .keras3
    let tails: [[Entry]] =
      product ? [[.momentumProduct]] : generation == .keras2 ? [[], dummies] : [[]]
    let bodies = hasNoMomentum ? [body, body + idleMomenta] : [body]
    return heads.flatMap { head in
      bodies.flatMap { body in tails.map { tail in head + body + tail } }
    }
  }

  /// The order that variables of some shapes are in; nil when there is none.
  func fitting(_ shapes: [[Int]]) -> [Entry]? {
    candidates.first { entries in
      entries.count == shapes.count
        && zip(entries, shapes).allSatisfy { Self.agree(shape(of: $0), $1) }
    }
  }

  /// Some versions keep a number as an array of one.
  static func agree(_ wanted: [Int], _ found: [Int]) -> Bool {
    wanted == found || (wanted.isEmpty && found == [1])
  }
}

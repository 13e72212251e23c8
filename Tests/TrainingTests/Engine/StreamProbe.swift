import Networks
import Tensors
import TestSupport

@testable import Training

/// Windows of streams for a small model of a text, and the gradients they give.
struct StreamProbe {
  static let vocabulary = 5
  var recurrent: any Layer
  var window = StreamWindow(steps: 0)

  /// Rows of steps: tokens, those that follow, and where states are zero or weights are.
  struct Rows {
    var ids: [[Int]]
    var targets: [[Int]]
    var flags: [[Float]] = []
    var weights: [[Float]] = []

    init(_ rows: Int, _ steps: Int, seed: UInt64 = 4) {
      var random = SeededRandom(seed: seed)
      func some() -> [[Int]] {
        (0..<rows).map { _ in
          random.floats(steps, in: 0...1).map { Int($0 * 4.99) }
        }
      }
      ids = some()
      targets = some()
    }

    /// Some steps of some rows, without flags.
    func part(_ rows: Range<Int>, _ steps: Range<Int>) -> Rows {
      var part = self
      part.ids = ids[rows].map { Array($0[steps]) }
      part.targets = targets[rows].map { Array($0[steps]) }
      (part.flags, part.weights) = ([], [])
      return part
    }
  }

  /// A trainer whose updates change nothing, so that training only carries states on.
  func trainer(_ rows: Rows) throws -> (Trainer, Batch) {
    let (count, steps) = (rows.ids.count, rows.ids[0].count)
    var window = window
    window.steps = steps
    window.resets = rows.flags.isEmpty ? 0 : steps
    let shape = SampleShape(
      input: Shape([steps]), target: Shape([steps]), weights: rows.weights.isEmpty ? 0 : steps,
      stream: window)
    let model = Sequential(
      input: Shape([steps]),
      [Embedding(Self.vocabulary, 3), recurrent, Dense(Self.vocabulary, activation: .softmax)])
    let plan = try ShardPlan(batchSize: count, shards: 1)
    let trainer = try Trainer(
      model.network(rows: count), shape: shape,
      objective: Objective(SparseCategoricalCrossentropy()),
      optimizer: SGD(learningRate: ConstantRate(0)), settings: EngineSettings(plan: plan, seed: 2),
      workers: Workers(1))
    for index in 0..<trainer.weights.count where index % 2 == 1 { trainer.weights.base[index] *= 3 }
    trainer.spreadWeights()
    let batch = Batch(shape, capacity: count)
    batch.rows = count
    batch.rowNumbers = Array(0..<count)
    for row in 0..<count {
      let memory = batch.memory(from: row)
      for step in 0..<steps {
        memory.inputs[step] = Float(rows.ids[row][step])
        memory.targets[step] = Float(rows.targets[row][step])
      }
      let extra =
        (rows.weights.isEmpty ? [] : rows.weights[row])
        + (rows.flags.isEmpty ? [] : rows.flags[row])
      for (index, number) in extra.enumerated() { memory.weights[index] = number }
    }
    return (trainer, batch)
  }

  /// The gradient of the sum of losses of steps that count, and that sum.
  static func sums(_ trainer: Trainer, _ batch: Batch, counting: Int) throws -> [Double] {
    let gradient = try trainer.gradient(of: batch)
    let loss = trainer.scores.values[0]
    return gradient.values.map { Double($0) * Double(counting) } + [loss * Double(counting)]
  }

  /// The same of rows that begin with zero states.
  func sums(_ rows: Rows) throws -> [Double] {
    let (trainer, batch) = try trainer(rows)
    return try Self.sums(trainer, batch, counting: rows.ids.count * rows.ids[0].count)
  }
}

/// The largest difference of two lists, by the size of the numbers.
func largestDifference(_ one: [Double], _ other: [Double]) -> Double {
  let size = one.reduce(1) { max($0, abs($1)) }
  return zip(one, other).reduce(one.count == other.count ? 0 : .infinity) {
    max($0, abs($1.0 - $1.1) / size)
  }
}

func + (one: [Double], other: [Double]) -> [Double] { zip(one, other).map { $0 + $1 } }

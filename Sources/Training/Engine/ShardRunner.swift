import Kernels
import Networks
import Tensors

/// Runs one shard of a batch through a network: what a worker does with its share.
struct ShardRunner: Sendable {
  let network: Network
  let objective: Objective
  /// The outputs with what is asked of them; none where only outputs are wanted.
  let heads: [Head]
  private let endings: [Network.Ending]
  /// Those whose outputs neither losses nor metrics see.
  private let unseen: [Network.Ending]
  /// The network's inputs, and where each one's numbers are in a row.
  private let inputs: [(value: Value, place: Int)]
  private let isInference: Bool
  /// How many steps the longest sequence has; nil where all have the same.
  private let longest: Int?
  /// The same for sequences that are shorter, the shortest first.
  private let shorter: [ShardRunner]
  /// Which of a desk's workspaces is this network's.
  private let place: Int

  /// Puts a network and what is asked of it together.
  ///
  /// - Parameters:
  ///   - network: the network, for sequences as long as the longest.
  ///   - objective: what is asked of its outputs.
  ///   - shape: the extents of a sample.
  ///   - isInference: whether layers behave as in inference though weights are trained.
  ///   - shorter: the same network for shorter sequences, the shortest first.
  /// - Throws: a sentence when they do not go together.
  init(
    _ network: Network, _ objective: Objective, _ shape: SampleShape, isInference: Bool = false,
    shorter: [Network] = []
  ) throws(TrainingError) {
    try Self.check(network, objective, shape)
    try self.init(network, objective, shape, isInference, of: network, shorter, at: 0)
  }

  private init(
    _ network: Network, _ objective: Objective, _ shape: SampleShape, _ isInference: Bool,
    of whole: Network, _ shorter: [Network], at place: Int
  ) throws(TrainingError) {
    self.place = place
    self.network = network
    self.objective = objective
    self.isInference = isInference
    var heads: [Head] = []
    for index in objective.outputs.indices {
      heads.append(try Head(network, objective, shape, at: index, of: whole))
    }
    self.heads = heads
    endings = heads.compactMap(\.ending)
    unseen = heads.compactMap { $0.scoresLogits ? $0.ending : nil }
    var first = 0
    var inputs: [(value: Value, place: Int)] = []
    for value in network.inputs {
      inputs.append((value, first))
      first += value.shape.count
    }
    self.inputs = inputs
    longest = shape.longest == nil ? nil : network.inputs.first?.shape.dimensions.first
    var runners: [ShardRunner] = []
    for (index, network) in shorter.enumerated() {
      runners.append(
        try ShardRunner(network, objective, shape, isInference, of: whole, [], at: index + 1))
    }
    self.shorter = runners
  }

  /// What runs a shard with the least padding.
  private func fitting(_ shard: Shard) -> ShardRunner {
    guard !shorter.isEmpty else { return self }
    let shape = shard.batch.shape
    let lengths = shard.batch.weights.base + shape.lengthPlace
    let most = shard.rows.reduce(0) { max($0, lengths[$1 * shape.weights]) }
    return shorter.first { Float($0.longest ?? 0) >= most } ?? self
  }

  private static func check(
    _ network: Network, _ objective: Objective, _ shape: SampleShape
  ) throws(TrainingError) {
    let inputs = network.inputs.map(\.shape)
    guard inputs.map(\.count) == shape.inputs.map(\.count) else {
      throw TrainingError(
        "The model takes \(inputs.list), and the data has inputs of \(shape.inputs.list).",
        kind: .data)
    }
    guard !objective.outputs.isEmpty else { return }
    let count = network.outputs.count
    guard objective.outputs.count == count else {
      throw TrainingError(
        "The model has \(count) outputs, and there are losses for \(objective.outputs.count).")
    }
    guard shape.targets.count == count else {
      throw TrainingError(
        "The model has \(count) outputs, and the data has \(shape.targets.count) targets: "
          + "\(shape.targets.list). Name a dataset for each output by data.targets.", kind: .data)
    }
  }

  /// Which rows run, with whose weights.
  struct Shard {
    let batch: Batch
    let rows: Range<Int>
    let weights: Arena
    let panels: Arena
    let states: States
    /// The seed, the update, and where the batch starts among the update's rows.
    let noise: (seed: UInt64, step: Int, row: Int)
    /// What the gradient of each output is multiplied with.
    var scales: ArraySlice<Float> = []
  }

  /// Computes losses and gradients of a shard.
  ///
  /// - Parameters:
  ///   - shard: which rows.
  ///   - desk: the worker's memory.
  ///   - gradients: overwritten with the shard's gradients.
  ///   - sums: overwritten with the shard's losses, counts and metrics.
  func train(
    _ shard: Shard, on desk: Desk, into gradients: Gradient,
    _ sums: UnsafeMutableBufferPointer<Double>
  ) {
    gradients.clear()
    fitting(shard).add(shard, desk, gradients, sums)
  }

  private func add(
    _ shard: Shard, _ desk: Desk, _ gradients: Gradient, _ sums: UnsafeMutableBufferPointer<Double>
  ) {
    let pass = load(shard, desk, gradients, training: !isInference)
    network.forward(pass, skipping: unseen)
    sums.update(repeating: 0)
    for (head, scale) in zip(heads, shard.scales) {
      head.score(shard, pass, desk, sums, scale: scale)
    }
    network.backward(pass, skipping: endings)
  }

  /// Computes losses of a shard.
  func evaluate(_ shard: Shard, on desk: Desk, _ sums: UnsafeMutableBufferPointer<Double>) {
    let runner = fitting(shard)
    let pass = runner.load(shard, desk, Gradient.empty, training: false)
    runner.network.forward(pass, skipping: runner.unseen)
    sums.update(repeating: 0)
    for head in runner.heads { head.score(shard, pass, desk, sums, scale: nil) }
  }

  /// Computes what the sums of losses of a shard are divided by, nothing else.
  func count(_ shard: Shard, on desk: Desk, _ sums: UnsafeMutableBufferPointer<Double>) {
    let runner = fitting(shard)
    let pass = runner.load(shard, desk, Gradient.empty, training: false)
    runner.network.forward(pass, skipping: runner.unseen)
    sums.update(repeating: 0)
    for head in runner.heads { head.count(shard, pass, desk, sums) }
  }

  /// Computes the outputs of a shard into rows of a batch-major result, in which the outputs of a row
  /// stand one after the other.
  func predict(_ shard: Shard, on desk: Desk, into result: UnsafeMutablePointer<Float>) {
    let runner = fitting(shard)
    let pass = runner.load(shard, desk, Gradient.empty, training: false)
    runner.network.forward(pass)
    let width = network.outputCount
    var target = result + shard.rows.lowerBound * width
    for (output, whole) in zip(runner.network.outputs, network.outputs) {
      batchMajor(
        pass.matrix(output), rows: shard.rows.count, steps: output.shape.steps, into: target,
        stride: width)
      // Behind the end of a shorter sequence there is nothing.
      for row in 0..<shard.rows.count {
        (target + row * width + output.shape.count).update(
          repeating: 0, count: whole.shape.count - output.shape.count)
      }
      target += whole.shape.count
    }
  }

  /// Runs a shard forward, and shows it while what its layers left is there.
  func observe(
    _ shard: Shard, on desk: Desk, _ body: (borrowing Pass) throws -> Void
  ) rethrows {
    let pass = load(shard, desk, Gradient.empty, training: false)
    network.forward(pass)
    try body(pass)
  }

  private func load(
    _ shard: Shard, _ desk: Desk, _ gradients: Gradient, training: Bool
  ) -> Pass {
    let pass = Pass(
      weights: shard.weights, panels: shard.panels, gradients: gradients,
      workspace: desk.workspaces[place], states: shard.states,
      noise: Noise(
        seed: shard.noise.seed, step: shard.noise.step,
        row: shard.noise.row + shard.rows.lowerBound),
      rows: shard.rows.count, firstRow: shard.rows.lowerBound, training: training,
      streaming: streaming(shard, desk))
    let width = shard.batch.shape.inputCount
    let source = shard.batch.inputs.base + shard.rows.lowerBound * width
    for (value, place) in inputs {
      timeMajor(
        source + place, rows: shard.rows.count, steps: value.shape.steps, stride: width,
        into: pass.matrix(value))
    }
    if longest != nil { mask(shard, pass) }
    return pass
  }
}

extension ShardRunner {
  /// Takes the steps behind the ends of sequences out.
  private func mask(_ shard: Shard, _ pass: borrowing Pass) {
    let shape = shard.batch.shape
    let lengths =
      shard.batch.weights.base + shard.rows.lowerBound * shape.weights + shape.lengthPlace
    for value in network.inputs {
      guard let mask = pass.inputMask(value) else { continue }
      for step in 0..<(value.shape.dimensions.first ?? 1) {
        for row in 0..<shard.rows.count {
          mask[step * shard.rows.count + row] = Float(step) < lengths[row * shape.weights] ? 1 : 0
        }
      }
    }
  }

  /// How the steps of a shard hang together in time.
  private func streaming(_ shard: Shard, _ desk: Desk) -> Streaming {
    var streaming = Streaming()
    let shape = shard.batch.shape
    guard let window = shape.stream else { return streaming }
    streaming.steps = window.steps
    streaming.gradientSteps = window.gradientSteps
    streaming.carriedSteps = window.carriedSteps
    guard window.resets > 0 else { return streaming }
    let source = shard.batch.weights.base + shard.rows.lowerBound * shape.weights
    timeMajor(
      source + shape.firstReset, rows: shard.rows.count, steps: window.resets,
      stride: shape.weights,
      into: Matrix(desk.resets.base, rows: window.resets * shard.rows.count, columns: 1))
    streaming.resets = UnsafePointer(desk.resets.base)
    return streaming
  }
}

extension Network {
  /// How many numbers all outputs of a sample have.
  var outputCount: Int { outputs.reduce(0) { $0 + $1.shape.count } }
}

extension [Shape] {
  /// The shapes for a sentence.
  var list: String { isEmpty ? "nothing" : map(\.description).joined(separator: " and ") }
}

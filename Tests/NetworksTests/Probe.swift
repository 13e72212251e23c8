import Networks
import Tensors

/// A network with the memory that one worker has, for tests to run rows of a batch with.
///
/// Numbers outside of it are batch-major, [B, T, features], as in files.
struct Probe {
  let network: Network
  let weights: Arena
  private let gradient: Gradient
  /// The numbers of the gradients.
  var gradients: Arena { gradient.arena }
  let states: States
  /// Where dropout is drawn: the seed, the update, and the row of the batch's first row.
  var noise: (seed: UInt64, step: Int, row: Int) = (1, 0, 0)
  private let panels: Arena
  private let workspace: Arena

  /// Memory for batches of up to `batch` rows, all zeros.
  init(_ network: Network, batch: Int? = nil) {
    self.network = network
    weights = Arena(count: network.parameterCount)
    gradient = network.makeGradient()
    panels = Arena(count: network.panelCount)
    workspace = Arena(count: network.workspaceCount)
    states = States(perRow: network.statesPerRow, capacity: batch ?? network.rows)
  }

  /// Sets all weights, in the order of the table, and packs them.
  func setWeights(_ numbers: [Float]) {
    precondition(numbers.count == weights.count, "\(numbers.count) numbers, not \(weights.count)")
    for (index, number) in numbers.enumerated() { weights.base[index] = number }
    network.pack(weights, into: panels)
  }

  /// Runs some rows of a batch forward.
  ///
  /// - Parameters:
  ///   - inputs: the whole batch.
  ///   - rows: which of its rows; all when nil.
  ///   - more: whole batches of the inputs behind the first.
  ///   - training: whether dropout is active.
  /// - Returns: what `outputs` and `backward` go on from.
  @discardableResult
  func forward(
    _ inputs: [Float], rows: Range<Int>? = nil, more: [[Float]] = [], training: Bool = false
  ) -> Pass {
    let input = network.inputs[0]
    let rows = rows ?? 0..<inputs.count / input.shape.count
    let pass = Pass(
      weights: weights, panels: panels, gradients: gradient, workspace: workspace, states: states,
      noise: Noise(seed: noise.seed, step: noise.step, row: noise.row + rows.lowerBound),
      rows: rows.count, firstRow: rows.lowerBound, training: training)
    for (value, numbers) in zip(network.inputs, [inputs] + more) {
      let count = value.shape.count
      put(
        Array(numbers[rows.lowerBound * count..<rows.upperBound * count]),
        into: pass.matrix(value), pass)
    }
    network.forward(pass)
    return pass
  }

  /// Runs all rows forward, from several inputs.
  @discardableResult
  func forward(_ inputs: [[Float]], training: Bool = false) -> Pass {
    let pass = Pass(
      weights: weights, panels: panels, gradients: gradient, workspace: workspace, states: states,
      noise: Noise(seed: noise.seed, step: noise.step, row: noise.row), rows: network.rows,
      firstRow: 0, training: training)
    for (value, numbers) in zip(network.inputs, inputs) {
      put(numbers, into: pass.matrix(value), pass)
    }
    network.forward(pass)
    return pass
  }

  /// The mask of the first output, [B, T]; nil if it has none.
  func mask(_ pass: Pass) -> [Float]? {
    network.outputs[0].mask.map { mask in
      let steps = mask.perRow
      return take(
        Matrix(workspace.base + mask.offset, rows: steps * pass.rows, columns: 1), pass)
    }
  }

  /// The weights after what the batch measured went into its moving averages, and nothing else.
  func measured(_ pass: Pass) -> [Float] {
    var numbers = weights.values
    for parameter in network.parameters {
      guard case .statistic(let momentum) = parameter.role else { continue }
      // A frozen layer measures nothing.
      guard gradients[parameter.slot].contains(where: { $0 != 0 }) else { continue }
      for index in parameter.slot.range {
        let measured = Double(gradients.base[index]) / Double(pass.rows)
        numbers[index] = Float(momentum * Double(numbers[index]) + (1 - momentum) * measured)
      }
    }
    return numbers
  }

  /// The numbers of one of the network's outputs.
  func output(_ pass: Pass, _ index: Int = 0) -> [Float] {
    take(pass.matrix(network.outputs[index]), pass)
  }

  /// All outputs, one after the other.
  func outputs(_ pass: Pass) -> [[Float]] {
    network.outputs.indices.map { output(pass, $0) }
  }

  /// Runs backward from the gradients of all outputs.
  ///
  /// - Returns: the gradient of the input; the others are in `gradients`.
  func backward(_ pass: Pass, from outputGradients: [[Float]]) -> [Float] {
    for (value, numbers) in zip(network.outputs, outputGradients) {
      if let gradient = pass.gradient(value) { put(numbers, into: gradient, pass) }
    }
    gradient.clear()
    network.backward(pass)
    return inputGradient(pass)
  }

  /// The gradient of an input after a backward pass.
  func inputGradient(_ pass: Pass, _ index: Int = 0) -> [Float] {
    pass.gradient(network.inputs[index]).map { take($0, pass) } ?? []
  }

  /// The loss of Keras: Σ weight · loss / (rows · steps), from logits where the network's end allows,
  /// and all gradients of it.
  ///
  /// - Parameters:
  ///   - loss: the loss.
  ///   - pass: the rows, after `forward`.
  ///   - targets: their targets.
  ///   - sampleWeights: a weight for each row and step, or nil.
  /// - Returns: the loss and the gradient of the input; the others are in `gradients`.
  func differentiate(
    _ loss: any Loss, _ pass: Pass, targets: [Float], sampleWeights: [Float]?
  ) -> (loss: Double, inputGradient: [Float]) {
    let end = network.ending(of: network.outputs[0]).flatMap { ending in
      loss.fromLogits(of: ending.activation).map { (ending: ending, loss: $0) }
    }
    let scored = end?.ending.logits ?? network.outputs[0]
    let rows = pass.rows * scored.shape.steps
    let (goal, weight) = (Arena(count: targets.count), Arena(count: rows))
    put(targets, into: Matrix(goal.base, rows: rows, columns: targets.count / rows), pass)
    let share = 1 / Float(rows)
    put(
      sampleWeights?.map { $0 * share } ?? Array(repeating: share, count: rows),
      into: Matrix(weight.base, rows: rows, columns: 1), pass)
    let scratch = Arena(count: Scoring.scratch(rows: rows))
    let scoring = Scoring(
      predictions: pass.matrix(scored),
      targets: Matrix(goal.base, rows: rows, columns: targets.count / rows),
      weights: UnsafePointer(weight.base), scratch: scratch.base)
    let value = (end?.loss ?? loss).evaluate(scoring, gradient: pass.gradient(scored))
    gradient.clear()
    network.backward(pass, skipping: end.map { [$0.ending] } ?? [])
    return (value, inputGradient(pass))
  }

  private func put(_ numbers: [Float], into matrix: Matrix, _ pass: Pass) {
    precondition(numbers.count == matrix.count)
    timeMajor(numbers, rows: pass.rows, steps: matrix.rows / pass.rows, into: matrix)
  }

  private func take(_ matrix: Matrix, _ pass: Pass) -> [Float] {
    Array(unsafeUninitializedCapacity: matrix.count) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      batchMajor(matrix, rows: pass.rows, steps: matrix.rows / pass.rows, into: base)
      count = matrix.count
    }
  }
}

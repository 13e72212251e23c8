import Kernels
import Tensors

/// A network with weights and memory of its own, to be asked for the outputs of arrays in memory.
///
/// One thread at a time; states of stateful layers go on from call to call.
public struct Inference {
  /// The network that is run.
  public let network: Network
  private let weights: Arena
  private let panels: Arena
  private let workspace: Arena
  private let states: States

  /// Packs the weights.
  ///
  /// - Parameters:
  ///   - network: the network; its `rows` bound how many rows run at a time.
  ///   - weights: the weights, by the network's slots.
  ///   - batch: how many rows a call has at most, for the states of stateful layers.
  public init(_ network: Network, weights: Arena, batch: Int? = nil) {
    precondition(weights.count == network.parameterCount, "weights of another network")
    self.network = network
    self.weights = weights
    panels = Arena(count: network.panelCount)
    workspace = Arena(count: network.workspaceCount)
    states = States(perRow: network.statesPerRow, capacity: batch ?? network.rows)
    network.pack(weights, into: panels)
  }

  /// Computes all outputs.
  ///
  /// - Parameters:
  ///   - inputs: each input's numbers, [rows, …], in the order of the network's inputs.
  ///   - rows: how many rows each has.
  /// - Returns: each output's numbers, [rows, …].
  public func outputs(_ inputs: [[Float]], rows: Int) -> [[Float]] {
    outputs(inputs, rows: rows) { _ in }
  }

  /// Computes all outputs, and shows each shard after its forward pass, when gates can be traced.
  ///
  /// - Parameters:
  ///   - inputs: each input's numbers, [rows, …], in the order of the network's inputs.
  ///   - rows: how many rows each has.
  ///   - body: gets the shards in order; what it is given must not be kept.
  /// - Returns: each output's numbers, [rows, …].
  /// - Throws: what `body` throws.
  public func outputs(
    _ inputs: [[Float]], rows: Int, _ body: (borrowing Pass) throws -> Void
  ) rethrows -> [[Float]] {
    precondition(
      zip(inputs, network.inputs).allSatisfy { $0.count == rows * $1.shape.count }
        && inputs.count == network.inputs.count, "inputs of other shapes")
    precondition(network.statesPerRow == 0 || rows <= states.capacity, "more rows than states")
    var results = network.outputs.map { [Float](repeating: 0, count: rows * $0.shape.count) }
    for first in stride(from: 0, to: rows, by: network.rows) {
      let pass = run(first..<min(first + network.rows, rows), of: inputs, into: &results)
      try body(pass)
    }
    return results
  }

  /// Forgets all states.
  public func reset() { states.reset() }

  private func run(
    _ rows: Range<Int>, of inputs: [[Float]], into results: inout [[Float]]
  ) -> Pass {
    let pass = Pass(
      weights: weights, panels: panels, gradients: .empty, workspace: workspace, states: states,
      noise: Noise(seed: 0, step: 0, row: 0), rows: rows.count, firstRow: rows.lowerBound,
      training: false)
    for (value, numbers) in zip(network.inputs, inputs) {
      numbers.withUnsafeBufferPointer { numbers in
        guard let base = numbers.baseAddress else { return }
        timeMajor(
          base + rows.lowerBound * value.shape.count, rows: rows.count, steps: value.shape.steps,
          into: pass.matrix(value))
      }
    }
    network.forward(pass)
    for (index, value) in network.outputs.enumerated() {
      results[index].withUnsafeMutableBufferPointer { result in
        guard let base = result.baseAddress else { return }
        batchMajor(
          pass.matrix(value), rows: rows.count, steps: value.shape.steps,
          into: base + rows.lowerBound * value.shape.count)
      }
    }
    return pass
  }
}

import Networks
import Tensors

/// The memory that one worker has to itself: one shard's activations, targets and weights.
final class Desk: Sendable {
  /// The activations of the network, and then those of each of the same for shorter sequences: layers
  /// rely on finding what they left, so no two networks share one.
  let workspaces: [Arena]
  /// The targets of a shard for one output at a time, time-major.
  let targets: Arena
  /// A weight for each scored row of a shard, time-major.
  let weights: Arena
  /// For each step of a stream and row of a shard whether the state before it is zero, time-major.
  let resets: Arena
  /// Room for losses.
  let scratch: Arena
  /// Gradients of right-hand subtrees, one for each level inside a unit of work.
  let subtrees: [Gradient]

  /// Memory for shards of a network's largest number of rows.
  init(
    _ network: Network, _ shape: SampleShape, subtrees: Int, shorter: [Network] = []
  ) {
    let steps = network.outputs.reduce(1) { max($0, $1.shape.steps) }
    workspaces = ([network] + shorter).map { Arena(count: $0.workspaceCount) }
    targets = Arena(count: network.rows * shape.targets.reduce(0) { max($0, $1.count) })
    weights = Arena(count: network.rows * steps)
    let streamSteps = shape.stream == nil ? 0 : network.inputs.reduce(0) { max($0, $1.shape.count) }
    resets = Arena(count: network.rows * streamSteps)
    scratch = Arena(count: Scoring.scratch(rows: network.rows * steps))
    self.subtrees = (0..<subtrees).map { _ in network.makeGradient() }
  }

  /// How many bytes all of it takes.
  var bytes: Int {
    let arenas = workspaces + [targets, weights, resets, scratch]
    return arenas.reduce(subtrees.reduce(0) { $0 + $1.bytes }) { $0 + $1.bytes }
  }
}

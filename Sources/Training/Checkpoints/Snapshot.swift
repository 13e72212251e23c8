import Kernels
import Networks
import Tensors

/// A copy of everything that changes while training, taken between two steps.
///
/// The memory is taken once; copying into it is all that the training thread does for a checkpoint.
final class Snapshot: Sendable {
  /// The mean of all replicas' weights: what Keras opens.
  let weights: Arena
  /// The first replica's moments.
  let moments: [Arena]
  /// Each replica's weights and moments, where replicas are apart.
  let replicas: [[Arena]]
  /// What stateful layers carry.
  let states: Arena
  /// The best weights so far; empty when nobody keeps them.
  let best: Arena

  init(_ trainer: Trainer, keepsBest: Bool) {
    let count = trainer.network.parameterCount
    let perReplica = 1 + trainer.moments.count
    weights = Arena(count: count)
    moments = trainer.moments.map { _ in Arena(count: count) }
    replicas =
      trainer.replicas.count == 1
      ? []
      : trainer.replicas.map { _ in (0..<perReplica).map { _ in Arena(count: count) } }
    states = Arena(count: trainer.states.arena.count)
    best = Arena(count: keepsBest ? count : 0)
  }

  /// How many bytes the copies take.
  var bytes: Int {
    let arenas = [weights, states, best] + moments + replicas.flatMap { $0 }
    return arenas.reduce(0) { $0 + $1.bytes }
  }

  /// Copies a trainer's numbers, and the best weights if they are kept.
  func take(_ trainer: Trainer, best source: Arena?) {
    for (copy, replica) in zip(replicas, trainer.replicas) {
      for (target, source) in zip(copy, [replica.weights] + replica.moments) {
        target.copy(from: source)
      }
    }
    trainer.meanWeights(into: weights)
    for (target, source) in zip(moments, trainer.moments) { target.copy(from: source) }
    states.copy(from: trainer.states.arena)
    if let source, best.count > 0 { best.copy(from: source) }
  }

  /// Puts the numbers back.
  func restore(_ trainer: Trainer) {
    trainer.weights.copy(from: weights)
    for (target, source) in zip(trainer.moments, moments) { target.copy(from: source) }
    trainer.states.arena.copy(from: states)
    trainer.spreadWeights()
    guard !replicas.isEmpty else { return }
    for (copy, replica) in zip(replicas, trainer.replicas) {
      for (source, target) in zip(copy, [replica.weights] + replica.moments) {
        target.copy(from: source)
      }
    }
    trainer.packWeights()
  }

  /// Whether every weight and moment is a finite number; a checkpoint never holds another.
  var isFinite: Bool {
    ([weights] + moments + replicas.flatMap { $0 }).allSatisfy {
      firstNonFinite(count: $0.count, $0.base) < 0
    }
  }
}

extension Trainer {
  /// Computes the mean of the replicas' weights, in the order in which they are averaged.
  func meanWeights(into target: Arena) {
    target.copy(from: weights)
    guard replicas.count > 1 else { return }
    let copies = replicas.map { replica in
      let copy = Arena(count: replica.weights.count)
      copy.copy(from: replica.weights)
      return copy
    }
    // An array may let go of its elements after its last use, and a pointer is none.
    withExtendedLifetime(copies) {
      GradientTree.fold(copies, 0..<target.count)
      scale(count: target.count, 1 / Float(copies.count), copies[0].base, into: target.base)
    }
  }
}

import Networks
import Tensors

/// One copy of the weights with its optimizer's moments and the gradients on their way to it.
///
/// Averaging gradients needs one replica; averaging weights has several, each of which goes its
/// own way for some steps.
final class Replica: Sendable {
  let weights: Arena
  /// The weights, packed for the products; renewed after every update.
  let panels: Arena
  /// What the optimizer keeps, in the order of its `stateNames`.
  let moments: [Arena]
  /// The gradients of the units of a batch; the first becomes the sum of all.
  let units: [Gradient]
  /// Sums of earlier batches of an update, by the binary digits of their number.
  let accumulated: [Arena]

  init(_ network: Network, moments: Int, units: Int, accumulateSteps: Int) {
    let count = network.parameterCount
    weights = Arena(count: count)
    panels = Arena(count: network.panelCount)
    self.moments = (0..<moments).map { _ in Arena(count: count) }
    self.units = (0..<units).map { _ in network.makeGradient() }
    let digits = accumulateSteps > 1 ? Int.bitWidth - accumulateSteps.leadingZeroBitCount : 0
    accumulated = (0..<digits).map { _ in Arena(count: count) }
  }

  /// The gradient of an update, once everything is added up.
  var gradient: Gradient { units[0] }

  /// How many bytes all of it takes.
  var bytes: Int {
    let arenas = [weights, panels] + moments + accumulated
    return arenas.reduce(units.reduce(0) { $0 + $1.bytes }) { $0 + $1.bytes }
  }
}

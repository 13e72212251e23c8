import Networks
import Tensors

/// Looks for the mistake that explains why a model does not compute what it should.
///
/// Every known confusion is undone in turn, one at a time, and the model asked again.
public struct Diagnosis: Sendable {
  /// The config that the model was read from.
  let config: JSON
  /// How the config is read.
  let read: @Sendable (JSON) throws -> Network
  /// The network as it was read.
  let network: Network
  /// The weights as they were read.
  let weights: Arena
  /// Whether a network with weights computes what it should.
  let fits: @Sendable (Network, Arena) -> Bool
  /// How long to look.
  var limit: Duration = .seconds(20)

  /// What explains the numbers, as a part of a sentence; nil when no known mistake does.
  public func explanation() -> String? {
    let end = ContinuousClock.now.advanced(by: limit)
    for variant in ConfigVariant.all(of: config) where ContinuousClock.now < end {
      if explains(variant) { return variant.sentence }
    }
    for confusion in Confusion.all(of: network) where ContinuousClock.now < end {
      let copy = Arena(count: weights.count)
      copy.copy(from: weights)
      confusion.undo(copy)
      if fits(network, copy) { return confusion.sentence }
    }
    return nil
  }

  /// Whether another reading of an option fits, where its parameters are the same.
  private func explains(_ variant: ConfigVariant) -> Bool {
    guard let other = try? read(variant.config),
      other.parameters.map(\.slot) == network.parameters.map(\.slot)
    else { return false }
    return fits(other, weights)
  }
}

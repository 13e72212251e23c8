import Networks
import Tensors

/// Which arrays of a file fill which parameters of a network.
///
/// Shapes decide whether arrays fit, so a plan can be made before any values are read.
public struct WeightPlan: Sendable {
  private let network: Network
  private var sources: [Int: WeightSource] = [:]
  /// What keeps its initial weights, and what of the file is not used, a sentence each.
  public private(set) var skipped: [String] = []

  /// Finds a place for every array.
  ///
  /// - Parameters:
  ///   - stored: a file's content, with or without values.
  ///   - network: what the weights are for.
  ///   - matching: what belongs together.
  /// - Throws: a sentence that shows what the network has and what the file has.
  public init(
    _ stored: StoredModel, for network: Network, matching: WeightMatching = WeightMatching()
  ) throws(KerasFormatError) {
    self.network = network
    let pairing = WeightPairing(stored, network)
    guard !pairing.isEmpty else {
      if network.parameters.isEmpty { return }
      throw KerasFormatError(
        "Reading weights from '\(stored.name)': it holds none, but a config at most. Give the file of "
          + "weights too.")
    }
    switch matching.rule {
    case .topology: try take(pairing.byTopology(), pairing, matching)
    case .names: try take(pairing.byName(), pairing, matching)
    case .order:
      guard let sources = pairing.byOrder() else { throw pairing.mismatch() }
      self.sources = sources
    }
    if sources.isEmpty, !network.parameters.isEmpty { throw pairing.mismatch() }
  }

  private mutating func take(
    _ pairs: [WeightPairing.Pair], _ pairing: WeightPairing, _ matching: WeightMatching
  ) throws(KerasFormatError) {
    for pair in pairs {
      switch pair {
      case .fits(let found): sources.merge(found) { first, _ in first }
      case .alone(let sentence):
        guard matching.rule == .names || matching.skipsMismatch else { throw pairing.mismatch() }
        skipped.append(sentence)
      case .differs(let sentence):
        guard matching.skipsMismatch else { throw pairing.mismatch(sentence) }
        skipped.append(sentence)
      }
    }
  }

  /// The weights, by the network's slots; what the file does not fill gets its initial weights.
  ///
  /// - Parameter seed: what the initial weights are a function of.
  /// - Returns: an arena of the network's size.
  public func weights(seed: UInt64 = 0) -> Arena {
    let weights = Arena(count: network.parameterCount)
    if sources.count < network.parameters.count { network.initialize(weights, seed: seed) }
    for (index, source) in sources {
      let slot = network.parameters[index].slot
      source.fill(weights[slot], shape: slot.shape)
    }
    return weights
  }
}

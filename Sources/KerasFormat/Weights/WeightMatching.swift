/// How the arrays of a file find their places in a network.
public struct WeightMatching: Sendable, Hashable {
  /// What belongs together.
  public enum Rule: Sendable, Hashable {
    /// The layout of both: Keras 3's objects by their paths, older files layer by layer.
    case topology
    /// Layers of one name; others keep their initial weights.
    case names
    /// All arrays one after the other, wherever layers begin.
    case order
  }

  /// What belongs together.
  public var rule: Rule
  /// Whether layers that do not fit keep their initial weights instead of being refused.
  public var skipsMismatch: Bool

  /// A way of matching, Keras's own unless said otherwise.
  public init(_ rule: Rule = .topology, skipsMismatch: Bool = false) {
    self.rule = rule
    self.skipsMismatch = skipsMismatch
  }
}

/// The names of the datasets in a file that make up samples.
public struct DatasetNames: Sendable, Hashable {
  /// Where weights of samples come from.
  public enum Weights: Sendable, Hashable {
    /// From `/sample_weight` if the file has it.
    case automatic
    /// From a dataset that must be there.
    case named(String)
    /// From nowhere: every sample counts one.
    case none
  }

  /// The inputs, of shape [N, features] or [N, T, features].
  public var inputs: String
  /// The targets, of shape [N], [N, classes] or [N, T, classes]; nil where only inputs are wanted.
  public var targets: String?
  /// The weights, of shape [N] or [N, T].
  public var weights: Weights

  /// The names `/x`, `/y` and `/sample_weight`, unless told otherwise.
  public init(
    inputs: String = "/x", targets: String? = "/y", weights: Weights = .automatic
  ) {
    self.inputs = inputs
    self.targets = targets
    self.weights = weights
  }
}

import HDF5

/// The names of the datasets in a file that make up samples.
public struct DatasetNames: Sendable, Hashable {
  /// Where weights of samples come from.
  public enum Weights: Sendable, Hashable {
    /// From `/sample_weight` if the file has it.
    case automatic
    /// From a dataset that must be there, for all targets.
    case named(String)
    /// From a dataset for each target; nil where all rows of a target count one.
    case each([String?])
    /// From nowhere: every sample counts one.
    case none
  }

  /// The inputs, each of shape [N, features] or [N, T, features].
  public var inputs: [String]
  /// The targets, each of shape [N], [N, classes] or [N, T, classes]; none where only inputs are
  /// wanted.
  public var targets: [String]
  /// The weights, of shape [N] or [N, T].
  public var weights: Weights

  /// The names `/x`, `/y` and `/sample_weight`, unless told otherwise.
  public init(
    inputs: String = "/x", targets: String? = "/y", weights: Weights = .automatic
  ) {
    self.init(inputs: [inputs], targets: targets.map { [$0] } ?? [], weights: weights)
  }

  /// The names of several inputs or targets.
  public init(inputs: [String], targets: [String], weights: Weights = .automatic) {
    self.inputs = inputs
    self.targets = targets
    self.weights = weights
  }

  /// The names for a file and a model: where names are the usual ones and the file has none such, the
  /// names of the model's inputs and outputs, if the file has all of those.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - names: tells the names of the model's inputs and outputs; asked only where that matters.
  /// - Returns: the names to open the file with.
  /// - Throws: `HDF5Error` if the file cannot be opened, and what `names` throws.
  public func resolved(
    for path: String, _ names: () throws -> (inputs: [String], outputs: [String])
  ) throws -> DatasetNames {
    let usual = DatasetNames()
    let file = try File(reading: path)
    let lacksInput = try inputs == usual.inputs && file.kind(of: usual.inputs[0]) == nil
    let lacksTarget = try targets == usual.targets && file.kind(of: usual.targets[0]) == nil
    guard lacksInput || lacksTarget else { return self }
    let found = try names()
    var result = self
    if lacksInput, try Self.has(found.inputs, file) { result.inputs = found.inputs }
    if lacksTarget, try Self.has(found.outputs, file) { result.targets = found.outputs }
    return result
  }

  private static func has(_ names: [String], _ file: borrowing File) throws -> Bool {
    for name in names {
      guard try file.kind(of: name) == .dataset else { return false }
    }
    return !names.isEmpty
  }
}

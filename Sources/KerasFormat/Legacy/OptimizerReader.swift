import HDF5
import Networks

/// Reads an optimizer's variables in Keras's legacy layout; nil where the file has none.
///
/// No array may be larger than the largest parameter, so a file cannot ask for more memory than its
/// model.
func readOptimizer(
  from file: borrowing File, config: JSON, of parameters: [Parameter], by keras: KerasGeneration
) throws -> OptimizerState? {
  guard config["class_name"]?.string != nil, config["config"]?.object != nil,
    try file.kind(of: LegacyLayout.optimizerWeights) == .group
  else { return nil }
  let group = try file.group(LegacyLayout.optimizerWeights)
  let names = try group.attributes.strings("weight_names") ?? []
  // No optimizer has more than four arrays for each parameter, or for each gate of it in Keras 1.
  guard names.count <= 8 + 16 * parameters.count else {
    throw KerasFormatError(
      "Reading the optimizer from '\(file.name)': it has \(names.count) variables for "
        + "\(parameters.count) trained arrays.")
  }
  let largest = parameters.map(\.slot.count).max() ?? 1
  var variables: [OptimizerVariable] = []
  for name in names {
    let dataset = try group.dataset(name)
    guard dataset.count <= largest else {
      throw KerasFormatError(
        "Reading the optimizer from '\(file.name)': the variable '\(name)' has the shape "
          + "\(dataset.shape), which no trained array of the model has.")
    }
    variables.append(
      OptimizerVariable(name: name, shape: dataset.shape, values: try values(of: dataset)))
  }
  return try OptimizerState(config: config, variables: variables, by: keras)
}

private func values(of dataset: borrowing Dataset) throws(HDF5Error) -> OptimizerVariable.Values {
  if dataset.shape.isEmpty, case .integer = dataset.elementType {
    return .integer(try dataset.read(as: Int.self, limit: 1)[0])
  }
  return .floats(try dataset.read(as: Float.self, limit: dataset.count))
}

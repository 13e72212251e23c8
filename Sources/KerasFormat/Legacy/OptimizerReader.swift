import HDF5
import Networks

/// Reads an optimizer's variables in Keras's legacy layout; nil where the file has none.
///
/// Every array must be as large as a parameter, so a file cannot ask for more memory than its model.
func readOptimizer(
  from file: borrowing File, config: JSON, of parameters: [Parameter]
) throws -> OptimizerState? {
  guard var className = config["class_name"]?.string, let options = config["config"]?.object,
    try file.kind(of: LegacyLayout.optimizerWeights) == .group
  else { return nil }
  // tf.keras marks its newer optimizers so.
  if className.hasPrefix("Custom>") { className.removeFirst("Custom>".count) }
  let group = try file.group(LegacyLayout.optimizerWeights)
  let names = try group.attributes.strings("weight_names") ?? []
  // No optimizer has more than four arrays for each parameter.
  guard names.count <= 8 + 8 * parameters.count else {
    throw KerasFormatError(
      "Reading the optimizer from '\(file.name)': it has \(names.count) variables for "
        + "\(parameters.count) trained arrays.")
  }
  let shapes = Set(parameters.map(\.slot.shape))
  var variables: [OptimizerVariable] = []
  for name in names {
    let dataset = try group.dataset(name)
    guard dataset.shape.isEmpty || dataset.shape == [1] || shapes.contains(dataset.shape) else {
      throw KerasFormatError(
        "Reading the optimizer from '\(file.name)': the variable '\(name)' has the shape "
          + "\(dataset.shape), which no trained array of the model has.")
    }
    variables.append(
      OptimizerVariable(name: name, shape: dataset.shape, values: try values(of: dataset)))
  }
  return OptimizerState(className: className, config: options, variables: variables)
}

private func values(of dataset: borrowing Dataset) throws(HDF5Error) -> OptimizerVariable.Values {
  if dataset.shape.isEmpty, case .integer = dataset.elementType {
    return .integer(try dataset.read(as: Int.self, limit: 1)[0])
  }
  return .floats(try dataset.read(as: Float.self, limit: dataset.count))
}

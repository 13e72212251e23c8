import HDF5
import Networks

/// The names of Keras's legacy HDF5 layout, in which every Keras keeps models and weights.
enum LegacyLayout {
  /// The Keras whose layout we write.
  static let version = "3.15.1"
  /// The framework that the layout is that of; readers turn kernels around for others.
  static let backend = "tensorflow"

  static let modelWeights = "model_weights"
  static let optimizerWeights = "optimizer_weights"
  static let topLevel = "top_level_model_weights"
}

/// The layers of a network that own parameters, in order.
struct ParameterGroup {
  let layer: String
  let parameters: [Parameter]

  /// The parameters of a network by layer.
  static func groups(of network: Network) -> [ParameterGroup] {
    var groups: [ParameterGroup] = []
    for parameter in network.parameters {
      if let last = groups.last, last.layer == parameter.layer {
        groups[groups.count - 1] = ParameterGroup(
          layer: last.layer, parameters: last.parameters + [parameter])
      } else {
        groups.append(ParameterGroup(layer: parameter.layer, parameters: [parameter]))
      }
    }
    return groups
  }
}

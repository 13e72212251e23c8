import HDF5
import Networks

/// The names of Keras's legacy HDF5 layout, in which every Keras keeps models and weights.
enum LegacyLayout {
  /// The Keras whose layout we write.
  static let version = "3.15.1"
  /// The last Keras 2, as which files for that generation are written.
  static let keras2Version = "2.15.0"
  /// The last Keras 2 that was not TensorFlow's, and meant masks otherwise.
  static let standaloneVersion = "2.3.1"
  /// The framework that the layout is that of; readers turn kernels around for others.
  static let backend = "tensorflow"

  static let modelWeights = "model_weights"
  static let optimizerWeights = "optimizer_weights"
  static let topLevel = "top_level_model_weights"
}

/// A layer of a network that owns parameters.
struct ParameterGroup {
  let layer: String
  let parameters: [Parameter]
  /// Where they are among the network's.
  let indices: [Int]

  /// The parameters of a network by layer.
  static func groups(of network: Network) -> [ParameterGroup] {
    var order: [String] = []
    var indices: [String: [Int]] = [:]
    for (index, parameter) in network.parameters.enumerated() {
      if indices[parameter.layer] == nil { order.append(parameter.layer) }
      indices[parameter.layer, default: []].append(index)
    }
    return order.map { layer in
      let own = indices[layer] ?? []
      return ParameterGroup(
        layer: layer, parameters: own.map { network.parameters[$0] }, indices: own)
    }
  }
}

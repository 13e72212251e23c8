extension Model {
  /// The recurrent layers at any depth, each direction of a `Bidirectional` apart.
  ///
  /// - Returns: Keras's path to each, below which its parameters stand, and the layer.
  /// - Throws: a sentence when the graph of the model is not one.
  public func recurrentLayers()
    throws(NetworkError) -> [(path: String, layer: any RecurrentLayer)]
  {
    var found: [(path: String, layer: any RecurrentLayer)] = []
    for (layer, name) in zip(layers, try layerNames()) {
      for (path, inner) in try recurrent(in: layer) {
        found.append((path.isEmpty ? name : "\(name)/\(path)", inner))
      }
    }
    return found
  }
}

/// The recurrent layers in a layer, with their paths below it.
private func recurrent(
  in layer: any Layer
) throws(NetworkError) -> [(path: String, layer: any RecurrentLayer)] {
  if let model = layer as? any Model { return try model.recurrentLayers() }
  if let layer = layer as? any RecurrentLayer { return [("", layer)] }
  if let both = layer as? Bidirectional {
    return [both.forward, both.backward].map { ($0.name ?? "", $0) }
  }
  guard let wrapper = layer as? TimeDistributed else { return [] }
  let name = wrapper.layer.name ?? snakeCase(type(of: wrapper.layer).className)
  return try recurrent(in: wrapper.layer).map { path, inner in
    (path.isEmpty ? name : "\(name)/\(path)", inner)
  }
}

extension Sequential {
  /// The names of the layers as the network has them.
  public var layerNames: [String] {
    var level = Level()
    return layers.map { level.uniqueName($0.usualName) }
  }

  /// None: a chain's only input needs no name.
  public var inputNames: [String] { [] }

  /// The name of the last layer.
  public var outputNames: [String] { Array(layerNames.suffix(1)) }

  /// Puts another layer in the place of one.
  public mutating func replaceLayer(at index: Int, with layer: any Layer) { layers[index] = layer }
}

extension Functional {
  /// The names of the layers as the network has them; empty for layers that are never called.
  public var layerNames: [String] {
    var names = layers.map { _ in "" }
    guard let order = try? CallOrder(self) else { return names }
    var level = Level()
    for call in order.calls where names[calls[call].layer].isEmpty {
      names[calls[call].layer] = level.uniqueName(layers[calls[call].layer].usualName)
    }
    return names
  }

  /// The names of the layers that make the outputs, made unique; an input's name where that is put
  /// out as it is.
  public var outputNames: [String] {
    let names = layerNames
    var level = Level()
    return outputs.map { tensor in
      switch tensor.source {
      case .input(let index): level.uniqueName(inputNames[index])
      case .call(let index): level.uniqueName(names[calls[index].layer])
      }
    }
  }

  /// Puts another layer in the place of one; its calls stay.
  public mutating func replaceLayer(at index: Int, with layer: any Layer) { layers[index] = layer }
}

extension Layer {
  /// The layer's name, or the one that Keras would begin with.
  fileprivate var usualName: String { name ?? snakeCase(type(of: self).className) }
}

extension Sequential {
  /// None: a chain's only input needs no name.
  public var inputNames: [String] { [] }

  /// The name of the last layer.
  public var outputNames: [String] { ((try? layerNames()) ?? []).suffix(1) }

  /// Puts another layer in the place of one.
  public mutating func replaceLayer(at index: Int, with layer: any Layer) { layers[index] = layer }
}

extension Functional {
  /// The names of the layers that make the outputs, made unique; an input's name where that is put
  /// out as it is.
  public var outputNames: [String] {
    guard let names = try? layerNames() else { return [] }
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

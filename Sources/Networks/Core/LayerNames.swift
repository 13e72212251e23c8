extension Model {
  /// The names that the layers get when the model is built, in the order of `layers`.
  ///
  /// - Returns: a name for each layer, unique within the model.
  /// - Throws: a sentence when the graph of the model is not one.
  package func layerNames() throws(NetworkError) -> [String] {
    var order = Array(layers.indices)
    if let graph = self as? Functional {
      var called: Set<Int> = []
      let first = try graph.orderedCalls().map { graph.calls[$0].layer }
      order = first.filter { called.insert($0).inserted } + order.filter { !called.contains($0) }
    }
    var level = Level()
    var names = [String](repeating: "", count: layers.count)
    for index in order {
      let layer = layers[index]
      names[index] = level.uniqueName(layer.name ?? snakeCase(type(of: layer).className))
    }
    return names
  }
}

extension Functional {
  /// The calls that the outputs need, in Keras's order.
  package func orderedCalls() throws(NetworkError) -> [Int] { try CallOrder(self).calls }
}

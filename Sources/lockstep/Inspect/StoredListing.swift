import KerasFormat

/// What a model file holds, in lines for the scripts under `tools`: the hidden `__list-model FILE`.
enum StoredListing {
  static let argument = "__list-model"

  /// Prints the listing; throws the sentence why there is none.
  static func print(_ path: String) throws {
    let model = try StoredModel.read(path: path)
    Swift.print("layout \(model.layout) keras \(model.kerasVersion ?? "?")")
    Swift.print(
      "config \(model.config?.utf8.count ?? 0) training \(model.training?.utf8.count ?? 0)")
    for layer in model.layers { list("layer \(layer.name)", layer.weights) }
    list("top level", model.topLevel)
    list("variables", model.variables)
    list("optimizer", model.optimizer)
    list("extras", model.extras)
  }

  private static func list(_ title: String, _ arrays: [StoredArray]) {
    if arrays.isEmpty { return }
    Swift.print(title)
    for array in arrays {
      let sum = array.values.reduce(0) { $0 + Double($1) }
      Swift.print("  \(array.name) \(array.elementType) \(array.shape) sum \(sum)")
    }
  }
}

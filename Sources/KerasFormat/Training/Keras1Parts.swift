import Networks

extension OptimizerLayout {
  /// Every parameter as one array.
  static func whole(_ parameters: [Parameter]) -> [Part] {
    parameters.enumerated().map { Part(parameter: $0, columns: nil, shape: $1.slot.shape) }
  }

  /// The orders in which Keras 1 may keep arrays: sorted by their names, and with an array for each
  /// gate of an LSTM or GRU, or one for all.
  static func keras1Parts(_ parameters: [Parameter]) -> [[Part]] {
    [true, false].map { splits in
      parameters.enumerated()
        .flatMap { keras1Arrays(of: $1, number: $0, splits: splits) }
        .sorted { $0.name < $1.name }
        .map(\.part)
    }
  }

  private static func keras1Arrays(
    of parameter: Parameter, number: Int, splits: Bool
  ) -> [(name: String, part: Part)] {
    let path = parameter.name.split(separator: "/")
    // The layer inside of a wrapper stands in front.
    let layer = path.count > 2 ? String(path[0]) : parameter.layer
    let kind = String(path.last ?? "")
    let letters = ["kernel": "W", "embeddings": "W", "recurrent_kernel": "U", "bias": "b"]
    let letter = letters[kind] ?? kind
    let shape = parameter.slot.shape
    let gates = gates(of: String(path.count > 1 ? path[path.count - 2] : ""))
    guard splits, !gates.isEmpty, let width = shape.last, width % gates.count == 0 else {
      return [("\(layer)_\(letter)", Part(parameter: number, columns: nil, shape: shape))]
    }
    let units = width / gates.count
    return gates.enumerated().map { index, gate in
      let columns = index * units..<(index + 1) * units
      let part = Part(parameter: number, columns: columns, shape: shape.dropLast() + [units])
      return ("\(layer)_\(letter)_\(gate)", part)
    }
  }

  /// Keras 1's letters of the gates, in the order of their columns.
  private static func gates(of cell: String) -> [String] {
    if cell.hasPrefix("lstm_cell") { return ["i", "f", "c", "o"] }
    return cell.hasPrefix("gru_cell") ? ["z", "r", "h"] : []
  }
}

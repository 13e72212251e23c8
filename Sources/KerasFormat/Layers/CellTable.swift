import Networks

/// The cells of `RNN`, one row each: what a Keras config says of them, both ways.
enum CellTable {
  static let rows: [ConfigRow<any RecurrentCell>] = [
    row("LSTMCell", common() + LayerTable.cell(\.layer.options) + LayerTable.lstmGates(\.layer)) {
      LSTMCell(LSTM(1, recurrentActivation: $0.gateActivation))
    },
    row("GRUCell", common() + LayerTable.cell(\.layer.options) + LayerTable.gruGates(\.layer)) {
      GRUCell(
        GRU(1, recurrentActivation: $0.gateActivation, resetAfter: $0.generation == .keras3))
    },
    row(
      "SimpleRNNCell", common() + LayerTable.cell(\.layer.options) + [.idle("seed", nil)]
    ) { _ in SimpleRNNCell(SimpleRNN(1)) },
    row("StackedRNNCells", stack) {
      var blank = StackedRNNCells([])
      // The order was turned round in 2.0.9 and back again in 2.2.3.
      blank.reverseStateOrder = $0.isStandalone && !$0.precedes((2, 0, 9)) && $0.precedes((2, 2, 3))
      return blank
    },
  ]

  private static let stack: [ConfigOption<StackedRNNCells>] =
    common() + [
      ConfigOption(
        key: "cells", isRequired: true,
        write: { subject throws(KerasFormatError) in
          var cells: [JSON] = []
          for cell in subject.cells { cells.append(try cellConfig(cell)) }
          return .array(cells)
        },
        read: { subject, json, source throws(KerasFormatError) in
          subject.cells = []
          guard let cells = json.array, cells.count <= SizeLimits.layers else {
            throw .expected("a list of cells", found: json)
          }
          for cell in cells { subject.cells.append(try cellValue(cell, source)) }
        }),
      .flag("reverse_state_order", \.reverseStateOrder),
    ]

  private static func common<C: RecurrentCell>() -> [ConfigOption<C>] {
    ConfigOption.common(\.name)
  }

  private static func row<C: RecurrentCell>(
    _ className: String, _ options: [ConfigOption<C>],
    blank: @escaping @Sendable (ConfigSource) -> C
  ) -> ConfigRow<any RecurrentCell> {
    ConfigRow(className, kind: "cell", options: options, upcast: { $0 }, blank: blank)
  }
}

/// The cell inside a config, `{"class_name": …, "config": …}`.
func cellValue(
  _ json: JSON, _ source: ConfigSource
) throws(KerasFormatError) -> any RecurrentCell {
  let (className, config) = try nestedObject(json)
  guard let row = CellTable.rows.first(where: { $0.className == className }) else {
    let names = CellTable.rows.map(\.className)
    throw KerasFormatError("unknown cell '\(className)'\(suggestion(for: className, among: names))")
  }
  return try row.read(config, source)
}

/// A cell as Keras 3 writes it.
func cellConfig(_ cell: any RecurrentCell) throws(KerasFormatError) -> JSON {
  for row in CellTable.rows {
    guard let options = try row.config(of: cell) else { continue }
    let name = cell.name ?? snakeCase(row.className)
    var config = commonConfig(name: name, options)
    // tf.keras knows the key, and Keras 3 does not.
    if config["reverse_state_order"] == false { config["reverse_state_order"] = nil }
    return keras(module: "keras.layers", row.className, config)
  }
  throw KerasFormatError("Keras has no cell \(type(of: cell).className)")
}

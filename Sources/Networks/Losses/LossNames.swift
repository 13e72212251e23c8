/// The loss with a name, with Keras's default options.
///
/// - Parameter name: the name of Keras's function (`mean_squared_error`), of its class
///   (`MeanSquaredError`) or one of Keras's aliases (`mse`, `MSE`, `bce`, …).
/// - Returns: the loss; nil when there is none of that name.
public func loss(named name: String) -> (any Loss)? {
  let name = aliases[name] ?? name
  return defaults.first { $0.name == name || $0.className == name }
}

/// The names of all losses, for messages that suggest one.
public var lossNames: [String] { defaults.map(\.name) }

private let defaults: [any NamedLoss] = [
  MeanSquaredError(), MeanAbsoluteError(), Huber(), LogCosh(), BinaryCrossentropy(),
  CategoricalCrossentropy(), SparseCategoricalCrossentropy(),
]

private let aliases = [
  "mse": "mean_squared_error", "MSE": "mean_squared_error",
  "mae": "mean_absolute_error", "MAE": "mean_absolute_error",
  "bce": "binary_crossentropy", "BCE": "binary_crossentropy",
  "logcosh": "log_cosh", "huber_loss": "huber",
]

/// The loss with a name, with Keras's default options.
///
/// - Parameter name: the name of Keras's function (`mean_squared_error`), of its class
///   (`MeanSquaredError`) or one of the aliases of any Keras (`mse`, `MSE`, `bce`, …).
/// - Returns: the loss; nil when there is none of that name.
public func loss(named name: String) -> (any Loss)? { namedLoss(name) }

/// The loss with a name, as one whose class is known.
func namedLoss(_ name: String) -> (any NamedLoss)? {
  let name = aliases[name] ?? name
  return defaults.first { $0.name == name || $0.className == name }
}

/// The names of all losses, for messages that suggest one.
public var lossNames: [String] { defaults.map(\.name) }

private let defaults: [any NamedLoss] = [
  MeanSquaredError(), MeanAbsoluteError(), MeanAbsolutePercentageError(),
  MeanSquaredLogarithmicError(), Huber(), LogCosh(), BinaryCrossentropy(),
  CategoricalCrossentropy(), SparseCategoricalCrossentropy(), BinaryFocalCrossentropy(),
  CategoricalFocalCrossentropy(), KLDivergence(), Poisson(), CosineSimilarity(), Hinge(),
  SquaredHinge(), CategoricalHinge(),
]

private let aliases = [
  "mse": "mean_squared_error", "MSE": "mean_squared_error",
  "mae": "mean_absolute_error", "MAE": "mean_absolute_error",
  "mape": "mean_absolute_percentage_error", "MAPE": "mean_absolute_percentage_error",
  "msle": "mean_squared_logarithmic_error", "MSLE": "mean_squared_logarithmic_error",
  "bce": "binary_crossentropy", "BCE": "binary_crossentropy",
  "kld": "kl_divergence", "KLD": "kl_divergence",
  "kullback_leibler_divergence": "kl_divergence", "cosine_proximity": "cosine_similarity",
  "cosine": "cosine_similarity", "logcosh": "log_cosh", "Logcosh": "log_cosh",
  "huber_loss": "huber",
]

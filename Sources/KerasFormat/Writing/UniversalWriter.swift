import HDF5
import Networks

/// Writes one HDF5 file for all generations of Keras: each array stands in it once, under the names
/// of the legacy layout and, through hard links, under those of Keras 3.
///
/// Keras 3's `load_weights` finds `layers/…`; the `load_weights` of Keras 1 and 2, and Keras 3's for
/// names that end in `.h5` alone, find `model_weights`; `load_model` finds `model_config` too. The
/// optimizer's state stands where Keras 3's `load_weights` looks for it, and nowhere else: the other
/// orders exclude each other.
struct UniversalWriter {
  private let model: SavedModel

  init(_ model: SavedModel) { self.model = model }

  /// The whole file.
  func bytes() throws -> [UInt8] {
    let file = try NewFile(inMemory: "model", hasCompactGroups: true)
    let style = try model.universalStyle
    let legacy = LegacyWriter(model, style: style, root: LegacyLayout.modelWeights)
    try model.writeHead(to: file, style: style, training: compiled)
    try legacy.write(to: file)
    try model.selfTest?.write(to: file)
    var existing: [String: String] = [:]
    for parameter in model.network.parameters {
      existing[parameter.path] =
        "/\(LegacyLayout.modelWeights)/\(parameter.layer)/\(legacy.name(of: parameter))"
    }
    try TreeWriter(model, existing: existing).write(to: file)
    return try file.image()
  }

  /// The optimizers that every Keras knows by the same words.
  private static let common = [
    "Adam", "SGD", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam", "Ftrl",
  ]
  /// Options that not every Keras takes.
  private static let uncommon = [
    "weight_decay", "use_ema", "ema_momentum", "ema_overwrite_frequency", "loss_scale_factor",
    "gradient_accumulation_steps", "clipnorm", "global_clipnorm", "clipvalue",
  ]

  /// What the model was compiled with, if the same words say it to all; nil otherwise.
  private var compiled: JSON? {
    guard let training = model.training, var optimizer = model.storedOptimizer,
      Self.common.contains(optimizer.className)
    else { return nil }
    for key in Self.uncommon {
      let value = optimizer.config[key] ?? .null
      guard value.isNull || value == false || key == "ema_momentum" else { return nil }
      optimizer.config[key] = nil
    }
    var words = training.settled.json(optimizer: optimizer).object ?? JSONObject()
    for key in ["jit_compile", "steps_per_execution", "run_eagerly"] { words[key] = nil }
    return .object(words)
  }
}

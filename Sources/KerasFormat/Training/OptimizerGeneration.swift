/// The generations of Keras's optimizers, which differ in equations, options and order of variables.
public enum OptimizerGeneration: Sendable, Equatable, CaseIterable {
  /// Keras 1.
  case keras1
  /// Keras 2 without TensorFlow's changes, up to 2.3.
  case keras2
  /// The optimizers of `tf.keras` up to 2.10, later called legacy.
  case tfKerasLegacy
  /// The optimizers of `tf.keras` from 2.11 on and of `tf_keras`.
  case tfKeras
  /// Keras 3.
  case keras3

  /// The generation of an optimizer in a file.
  ///
  /// - Parameters:
  ///   - config: its config, whose keys tell the optimizers of Keras 2 apart.
  ///   - keras: who wrote the file.
  public init(_ config: JSONObject, _ keras: KerasGeneration) {
    switch keras {
    case .keras1: self = .keras1
    case .keras3: self = .keras3
    case .keras2:
      let isNew = config["use_ema"] != nil || config["is_legacy_optimizer"] == false
      self = isNew ? .tfKeras : config["name"] == nil ? .keras2 : .tfKerasLegacy
    }
  }

  /// Whether the moments of a parameter may stand together, as m₁ v₁ m₂ v₂.
  var interleaves: Bool { self == .tfKeras || self == .keras3 }
}

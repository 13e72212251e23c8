/// Who wrote a description in Keras's words, which decides how it is read.
public enum ConfigSource: Sendable, Equatable {
  /// A person: every option must mean something here.
  case recipe
  /// A Keras of some generation: options without effect on results are skipped.
  case file(KerasGeneration)

  /// The Keras whose defaults hold.
  public var generation: KerasGeneration {
    switch self {
    case .recipe: .keras3
    case .file(let generation): generation
    }
  }
}

/// The generations of Keras, whose defaults and layouts differ.
public enum KerasGeneration: Sendable, Equatable, CaseIterable {
  /// Keras 1, whose files say no version or one that starts with 1.
  case keras1
  /// Keras 2, `tf.keras` and `tf_keras`.
  case keras2
  /// Keras 3, whose layout we write.
  case keras3

  /// The generation of a file's attribute `keras_version`.
  public init(version: String?) {
    switch version?.prefix(while: { $0 != "." }) {
    case "2": self = .keras2
    case "0", "1", nil: self = .keras1
    default: self = .keras3
    }
  }
}

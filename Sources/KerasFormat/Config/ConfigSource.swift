/// Who wrote a description in Keras's words, which decides how it is read.
public enum ConfigSource: Sendable, Equatable {
  /// A person: every option must mean something here.
  case recipe
  /// A Keras of some generation: options without effect on results are skipped.
  case file(KerasGeneration, version: String? = nil)

  /// The Keras whose defaults hold.
  public var generation: KerasGeneration {
    switch self {
    case .recipe: .keras3
    case .file(let generation, _): generation
    }
  }
}

extension ConfigSource {
  /// A file of the Keras that its attribute `keras_version` names.
  public static func file(version: String?) -> ConfigSource {
    .file(KerasGeneration(version: version), version: version)
  }

  /// Whether the writer is older than a release, as far as its version says so.
  ///
  /// - Parameter release: major, minor and patch.
  /// - Returns: false for recipes and where no version is known, but for Keras 1.
  func precedes(_ release: (Int, Int, Int)) -> Bool {
    guard case .file(let generation, let version) = self else { return false }
    guard let version else { return generation == .keras1 && release.0 > 1 }
    let parts = version.split(whereSeparator: { !$0.isNumber }).prefix(3).map { Int($0) ?? 0 }
    let (major, minor) = (parts.first ?? 0, parts.count > 1 ? parts[1] : 0)
    return (major, minor, parts.count > 2 ? parts[2] : 0) < release
  }

  /// Whether the writer is the Keras of its own before it went into TensorFlow for good.
  var isStandalone: Bool {
    guard case .file(let generation, let version) = self, generation != .keras3 else {
      return false
    }
    return generation == .keras1
      || precedes((2, 4, 0)) && version?.contains("tf") != true
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

import Tensors

/// An initializer that Keras knows too: its class name and its properties make up Keras's config.
public protocol NamedInitializer: Initializer {
  /// Keras's name of the class, for example `GlorotUniform`.
  static var className: String { get }
}

/// The initializer with a name, with Keras's default options.
///
/// - Parameter name: Keras's class name (`GlorotUniform`), its short name (`glorot_uniform`) or one
///   of Keras's aliases (`uniform`, `normal`, `zero`, `one`).
/// - Returns: the initializer; nil when there is none of that name.
public func initializer(named name: String) -> (any NamedInitializer)? {
  let name = aliases[name] ?? name
  return defaults.first {
    let className = type(of: $0).className
    return name == className || name == snakeCase(className)
  }
}

/// The short names of all initializers, for messages that suggest one.
public var initializerNames: [String] { defaults.map { snakeCase(type(of: $0).className) } }

private let defaults: [any NamedInitializer] = [
  GlorotUniform(), GlorotNormal(), HeUniform(), HeNormal(), LecunUniform(), LecunNormal(),
  Orthogonal(), Zeros(), Ones(), Constant(), RandomUniform(), RandomNormal(), TruncatedNormal(),
  VarianceScaling(),
]

private let aliases = [
  "normal": "RandomNormal", "uniform": "RandomUniform", "one": "Ones", "zero": "Zeros",
  "OrthogonalInitializer": "Orthogonal",
]

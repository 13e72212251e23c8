import Tensors

/// Uniform on ±√(3 / inputs) (LeCun 1998), as Keras's `LecunUniform`.
public struct LecunUniform: NamedInitializer, Equatable {
  /// Keras's name of the class.
  public static let className = "LecunUniform"

  /// The initializer; it has no options.
  public init() {}

  /// Fills a parameter of Keras's shape.
  public func fill(
    _ target: UnsafeMutableBufferPointer<Float>, shape: [Int], random: inout RandomStream
  ) {
    VarianceScaling(scale: 1, mode: .fanIn, distribution: .uniform)
      .fill(target, shape: shape, random: &random)
  }
}

/// A truncated normal distribution of variance 1 / inputs (LeCun 1998), as Keras's `LecunNormal`.
public struct LecunNormal: NamedInitializer, Equatable {
  /// Keras's name of the class.
  public static let className = "LecunNormal"

  /// The initializer; it has no options.
  public init() {}

  /// Fills a parameter of Keras's shape.
  public func fill(
    _ target: UnsafeMutableBufferPointer<Float>, shape: [Int], random: inout RandomStream
  ) {
    VarianceScaling(scale: 1, mode: .fanIn, distribution: .truncatedNormal)
      .fill(target, shape: shape, random: &random)
  }
}

import Tensors

/// Uniform on ±√(6 / inputs) (He 2015), as Keras's `HeUniform`.
public struct HeUniform: NamedInitializer, Equatable {
  /// Keras's name of the class.
  public static let className = "HeUniform"

  /// The initializer; it has no options.
  public init() {}

  /// Fills a parameter of Keras's shape.
  public func fill(
    _ target: UnsafeMutableBufferPointer<Float>, shape: [Int], random: inout RandomStream
  ) {
    VarianceScaling(scale: 2, mode: .fanIn, distribution: .uniform)
      .fill(target, shape: shape, random: &random)
  }
}

/// A truncated normal distribution of variance 2 / inputs (He 2015), as Keras's `HeNormal`.
public struct HeNormal: NamedInitializer, Equatable {
  /// Keras's name of the class.
  public static let className = "HeNormal"

  /// The initializer; it has no options.
  public init() {}

  /// Fills a parameter of Keras's shape.
  public func fill(
    _ target: UnsafeMutableBufferPointer<Float>, shape: [Int], random: inout RandomStream
  ) {
    VarianceScaling(scale: 2, mode: .fanIn, distribution: .truncatedNormal)
      .fill(target, shape: shape, random: &random)
  }
}

import Tensors

/// Uniform on ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010), as Keras's `GlorotUniform`.
public struct GlorotUniform: NamedInitializer, Equatable {
  /// Keras's name of the class.
  public static let className = "GlorotUniform"

  /// The initializer; it has no options.
  public init() {}

  /// Fills a parameter of Keras's shape.
  public func fill(
    _ target: UnsafeMutableBufferPointer<Float>, shape: [Int], random: inout RandomStream
  ) {
    VarianceScaling(scale: 1, mode: .fanAverage, distribution: .uniform)
      .fill(target, shape: shape, random: &random)
  }
}

/// A truncated normal distribution of variance 2 / (inputs + outputs) (Glorot and Bengio 2010), as Keras's `GlorotNormal`.
public struct GlorotNormal: NamedInitializer, Equatable {
  /// Keras's name of the class.
  public static let className = "GlorotNormal"

  /// The initializer; it has no options.
  public init() {}

  /// Fills a parameter of Keras's shape.
  public func fill(
    _ target: UnsafeMutableBufferPointer<Float>, shape: [Int], random: inout RandomStream
  ) {
    VarianceScaling(scale: 1, mode: .fanAverage, distribution: .truncatedNormal)
      .fill(target, shape: shape, random: &random)
  }
}

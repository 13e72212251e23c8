import Tensors

/// The uniform distribution between two numbers, as Keras's `RandomUniform`.
public struct RandomUniform: NamedInitializer, Equatable {
  /// Keras's name of the class.
  public static let className = "RandomUniform"
  /// The lower end; Keras's `minval`.
  public var minimum: Double
  /// The upper end; Keras's `maxval`.
  public var maximum: Double

  /// Numbers between two ends, with Keras's defaults.
  public init(from minimum: Double = -0.05, to maximum: Double = 0.05) {
    self.minimum = minimum
    self.maximum = maximum
  }

  /// Fills a parameter, in row-major order.
  public func fill(
    _ target: UnsafeMutableBufferPointer<Float>, shape: [Int], random: inout RandomStream
  ) {
    for index in target.indices {
      target[index] = Float(minimum + (maximum - minimum) * random.uniform())
    }
  }
}

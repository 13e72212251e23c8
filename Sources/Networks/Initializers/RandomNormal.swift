import Tensors

/// The normal distribution, as Keras's `RandomNormal`.
public struct RandomNormal: NamedInitializer, Equatable {
  /// Keras's name of the class.
  public static let className = "RandomNormal"
  /// The mean.
  public var mean: Double
  /// The standard deviation; Keras's `stddev`.
  public var deviation: Double

  /// Numbers about a mean, with Keras's defaults.
  public init(mean: Double = 0, deviation: Double = 0.05) {
    self.mean = mean
    self.deviation = deviation
  }

  /// Fills a parameter, in row-major order.
  public func fill(
    _ target: UnsafeMutableBufferPointer<Float>, shape: [Int], random: inout RandomStream
  ) {
    for index in target.indices { target[index] = Float(mean + deviation * random.normal()) }
  }
}

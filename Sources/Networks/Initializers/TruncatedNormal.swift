import Tensors

/// The normal distribution without what lies two standard deviations or more from the mean, as
/// Keras's `TruncatedNormal`.
public struct TruncatedNormal: NamedInitializer, Equatable {
  /// Keras's name of the class.
  public static let className = "TruncatedNormal"
  /// The mean.
  public var mean: Double
  /// The standard deviation before the cut; Keras's `stddev`.
  public var deviation: Double

  /// The standard deviation of the standard normal distribution cut at ±2.
  static let remainingDeviation = 0.879_625_661_034_239_78

  /// Numbers about a mean, with Keras's defaults.
  public init(mean: Double = 0, deviation: Double = 0.05) {
    self.mean = mean
    self.deviation = deviation
  }

  /// Fills a parameter, in row-major order.
  public func fill(
    _ target: UnsafeMutableBufferPointer<Float>, shape: [Int], random: inout RandomStream
  ) {
    for index in target.indices {
      var number = random.normal()
      while abs(number) >= 2 { number = random.normal() }
      target[index] = Float(mean + deviation * number)
    }
  }
}

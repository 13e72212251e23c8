import Tensors

/// Random numbers whose variance is `scale` / fan, as Keras's `VarianceScaling`.
public struct VarianceScaling: NamedInitializer, Equatable {
  /// Keras's name of the class.
  public static let className = "VarianceScaling"

  /// Which number of connections the variance is divided by.
  public enum Mode: String, Sendable {
    /// The inputs of a unit.
    case fanIn = "fan_in"
    /// The outputs that an input reaches.
    case fanOut = "fan_out"
    /// The mean of both.
    case fanAverage = "fan_avg"
  }

  /// The distribution of the numbers.
  public enum Distribution: String, Sendable {
    /// Normal, cut at twice the standard deviation that it has before the cut.
    case truncatedNormal = "truncated_normal"
    /// Normal.
    case untruncatedNormal = "untruncated_normal"
    /// Uniform, symmetric about 0.
    case uniform
  }

  /// The variance times the fan.
  public var scale: Double
  /// Which fan.
  public var mode: Mode
  /// The distribution.
  public var distribution: Distribution

  /// Scaled random numbers, with Keras's defaults.
  public init(
    scale: Double = 1, mode: Mode = .fanIn, distribution: Distribution = .truncatedNormal
  ) {
    self.scale = scale
    self.mode = mode
    self.distribution = distribution
  }

  /// Fills a parameter of Keras's shape.
  public func fill(
    _ target: UnsafeMutableBufferPointer<Float>, shape: [Int], random: inout RandomStream
  ) {
    let variance = scale / max(1, fan(of: shape))
    switch distribution {
    case .uniform:
      let limit = (3 * variance).squareRoot()
      RandomUniform(from: -limit, to: limit).fill(target, shape: shape, random: &random)
    case .untruncatedNormal:
      RandomNormal(deviation: variance.squareRoot()).fill(target, shape: shape, random: &random)
    case .truncatedNormal:
      let deviation = variance.squareRoot() / TruncatedNormal.remainingDeviation
      TruncatedNormal(deviation: deviation).fill(target, shape: shape, random: &random)
    }
  }

  private func fan(of shape: [Int]) -> Double {
    let (input, output) = fans(of: shape)
    return switch mode {
    case .fanIn: Double(input)
    case .fanOut: Double(output)
    case .fanAverage: Double(input + output) / 2
    }
  }
}

/// The inputs of a unit and the outputs of an input, as Keras counts them from a kernel's shape.
///
/// A kernel [inputs, gates·units] counts all gates as outputs; axes before the last two are places
/// that a filter slides over.
package func fans(of shape: [Int]) -> (input: Int, output: Int) {
  switch shape.count {
  case 0: return (1, 1)
  case 1: return (shape[0], shape[0])
  default:
    let places = shape.dropLast(2).reduce(1, *)
    return (shape[shape.count - 2] * places, shape[shape.count - 1] * places)
  }
}

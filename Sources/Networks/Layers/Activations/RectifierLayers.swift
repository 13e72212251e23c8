/// max(x, 0) with options, as Keras's layer `ReLU`: `maxValue` where x reaches it, x from `threshold`
/// on, negativeSlope · (x - threshold) below.
public struct ReLU: Layer {
  /// Keras's name of the class.
  public static let className = "ReLU"
  /// The layer's name.
  public var name: String?
  /// The largest output; nil for none.
  public var maxValue: Double?
  /// The slope below the threshold.
  public var negativeSlope: Double
  /// Where the identity begins.
  public var threshold: Double

  /// A rectifier, with Keras's defaults.
  public init(
    maxValue: Double? = nil, negativeSlope: Double = 0, threshold: Double = 0,
    name: String? = nil
  ) {
    self.maxValue = maxValue
    self.negativeSlope = negativeSlope
    self.threshold = threshold
    self.name = name
  }

  /// Declares the output.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let curve = Activation.rectifier(
      negativeSlope: negativeSlope, maxValue: maxValue, threshold: threshold)
    return [blueprint.activate(curve, try single(inputs))]
  }
}

/// x, or negativeSlope · x below zero, as Keras's `LeakyReLU`.
public struct LeakyReLU: Layer {
  /// Keras's name of the class.
  public static let className = "LeakyReLU"
  /// The layer's name.
  public var name: String?
  /// The slope below zero.
  public var negativeSlope: Double

  /// A leaky rectifier, with Keras's default.
  public init(negativeSlope: Double = 0.3, name: String? = nil) {
    self.negativeSlope = negativeSlope
    self.name = name
  }

  /// Declares the output.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    [blueprint.activate(.rectifier(negativeSlope: negativeSlope), try single(inputs))]
  }
}

/// x, or alpha · (eˣ - 1) below zero, as Keras's `ELU`.
public struct ELU: Layer {
  /// Keras's name of the class.
  public static let className = "ELU"
  /// The layer's name.
  public var name: String?
  /// The scale below zero.
  public var alpha: Double

  /// An exponential linear unit, with Keras's default.
  public init(alpha: Double = 1, name: String? = nil) {
    self.alpha = alpha
    self.name = name
  }

  /// Declares the output.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    [blueprint.activate(.exponentialLinear(alpha: alpha), try single(inputs))]
  }
}

import Kernels
import Tensors

/// Brings each feature to mean 0 and variance 1 over the batch while training, and by moving averages
/// of both afterwards, as Keras's `BatchNormalization`.
public struct BatchNormalization: Layer {
  /// Keras's name of the class.
  public static let className = "BatchNormalization"
  /// The layer's name.
  public var name: String?
  /// The axis whose places have statistics of their own, with the batch as axis 0.
  public var axis = -1
  /// How much of the moving averages a batch leaves as it is.
  public var momentum = 0.99
  /// Added to the variance.
  public var epsilon = 0.001
  /// Whether `beta` is added.
  public var center = true
  /// Whether numbers are multiplied by `gamma`.
  public var scale = true
  /// What fills beta.
  public var betaInitializer: any Initializer = Zeros()
  /// What fills gamma.
  public var gammaInitializer: any Initializer = Ones()
  /// What fills the moving mean.
  public var movingMeanInitializer: any Initializer = Zeros()
  /// What fills the moving variance.
  public var movingVarianceInitializer: any Initializer = Ones()
  /// The penalty on the size of beta.
  public var betaRegularizer: Regularizer?
  /// The penalty on the size of gamma.
  public var gammaRegularizer: Regularizer?
  /// What beta is brought back to after every update.
  public var betaConstraint: Constraint?
  /// What gamma is brought back to after every update.
  public var gammaConstraint: Constraint?
  /// Whether masked steps are left out of the statistics: in Keras 3, not before.
  public var usesMask = true

  /// A normalization with Keras's defaults.
  public init(name: String? = nil, configure: (inout BatchNormalization) -> Void = { _ in }) {
    self.name = name
    configure(&self)
  }

  /// Declares gamma, beta and the moving averages; an axis other than the last goes to the end and
  /// back.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    let (rank, axis) = (input.shape.dimensions.count, try input.shape.axis(axis))
    guard axis < rank - 1 else {
      return [normalize(input, mask: usesMask ? input.mask : nil, &blueprint)]
    }
    guard input.mask == nil || !usesMask else {
      throw NetworkError(
        "statistics of axis \(self.axis) of a masked sequence are not supported, only of the last.")
    }
    let order = (0..<rank).filter { $0 != axis } + [axis]
    let turned = normalize(try blueprint.permute(input, order), mask: nil, &blueprint)
    let back = (0..<rank).map { place in order.firstIndex(of: place) }
    return [try blueprint.rearrange(turned, back, shape: input.shape, mask: input.mask)]
  }

  private func normalize(
    _ input: Value, mask: Extent?, _ blueprint: inout Blueprint
  ) -> Value {
    let count = input.shape.dimensions.last ?? 1
    let gamma =
      scale
      ? blueprint.parameter(
        "gamma", [count], gammaInitializer, regularizer: gammaRegularizer,
        constraint: gammaConstraint) : nil
    let beta =
      center
      ? blueprint.parameter(
        "beta", [count], betaInitializer, regularizer: betaRegularizer,
        constraint: betaConstraint) : nil
    let mean = blueprint.parameter(
      "moving_mean", [count], movingMeanInitializer, role: .statistic(momentum: momentum))
    let variance = blueprint.parameter(
      "moving_variance", [count], movingVarianceInitializer, role: .statistic(momentum: momentum))
    let output = blueprint.value(
      input.shape, differentiable: input.gradient != nil || gamma != nil || beta != nil,
      mask: input.mask)
    blueprint.append(
      BatchNormOperation(
        input: input, output: output, gamma: gamma, beta: beta, mean: mean, variance: variance,
        epsilon: Float(epsilon), learns: !blueprint.isFrozen, mask: mask,
        moments: blueprint.scratch(count: 3 * count), sums: blueprint.scratch(count: 2 * count)))
    return output
  }
}

import Kernels
import Tensors

/// Brings the features of each step to mean 0 and variance 1, as Keras's `LayerNormalization`.
public struct LayerNormalization: Layer {
  /// Keras's name of the class.
  public static let className = "LayerNormalization"
  /// The layer's name.
  public var name: String?
  /// The last axes of a sample, whose numbers are normalized together; the batch is axis 0.
  public var axis = [-1]
  /// Added to the variance.
  public var epsilon = 0.001
  /// Whether `beta` is added.
  public var center = true
  /// Whether numbers are multiplied by `gamma`.
  public var scale = true
  /// Whether numbers are only divided by the deviation, without a centre.
  public var rmsScaling = false
  /// What fills beta.
  public var betaInitializer: any Initializer = Zeros()
  /// What fills gamma.
  public var gammaInitializer: any Initializer = Ones()
  /// The penalty on the size of beta.
  public var betaRegularizer: Regularizer?
  /// The penalty on the size of gamma.
  public var gammaRegularizer: Regularizer?
  /// What beta is brought back to after every update.
  public var betaConstraint: Constraint?
  /// What gamma is brought back to after every update.
  public var gammaConstraint: Constraint?

  /// A normalization with Keras's defaults.
  public init(name: String? = nil, configure: (inout LayerNormalization) -> Void = { _ in }) {
    self.name = name
    configure(&self)
  }

  /// Declares gamma and beta; several axes are normalized as one, and taken apart again.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    var axes: [Int] = []
    for number in axis { axes.append(try input.shape.axis(number)) }
    let rank = input.shape.dimensions.count
    guard !axes.isEmpty, axes.sorted() == Array(rank - axes.count..<rank) else {
      throw NetworkError("axis \(axis) is not supported, only the last axes of \(input.shape).")
    }
    let extents = Array(input.shape.dimensions.suffix(axes.count))
    guard axes.count > 1 else { return [normalize(input, extents, &blueprint)] }
    let joined = input.shape.dimensions.dropLast(axes.count) + [extents.reduce(1, *)]
    let whole = normalize(blueprint.reshape(input, Shape(Array(joined))), extents, &blueprint)
    return [blueprint.reshape(whole, input.shape, mask: input.mask)]
  }

  private func normalize(
    _ input: Value, _ extents: [Int], _ blueprint: inout Blueprint
  ) -> Value {
    let gamma =
      scale || rmsScaling
      ? blueprint.parameter(
        "gamma", extents, gammaInitializer, regularizer: gammaRegularizer,
        constraint: gammaConstraint) : nil
    let beta =
      center && !rmsScaling
      ? blueprint.parameter(
        "beta", extents, betaInitializer, regularizer: betaRegularizer,
        constraint: betaConstraint) : nil
    let output = blueprint.value(
      input.shape, differentiable: input.gradient != nil || gamma != nil || beta != nil,
      mask: input.mask)
    let columns = extents.reduce(1, *)
    blueprint.append(
      LayerNormOperation(
        input: input, output: output, gamma: gamma, beta: beta, epsilon: Float(epsilon),
        centers: !rmsScaling, columns: columns,
        norms: blueprint.scratch(perRow: 2 * input.shape.count / max(columns, 1)),
        products: blueprint.scratch(perRow: input.shape.count)))
    return output
  }
}

/// Each row of [T·rows, features] by itself.
private struct LayerNormOperation: Operation {
  let input: Value
  let output: Value
  let gamma: Slot?
  let beta: Slot?
  let epsilon: Float
  let centers: Bool
  let columns: Int
  let norms: Extent
  let products: Extent

  func forward(_ pass: borrowing Pass) {
    let x = pass.scratch(input.data, columns: columns)
    normalizeRows(
      rows: x.rows, columns: columns, epsilon: epsilon, centers: centers, x.base,
      gamma: gamma.map { UnsafePointer(pass.weight($0).base) },
      beta: beta.map { UnsafePointer(pass.weight($0).base) },
      into: pass.scratch(output.data, columns: columns).base,
      norms: pass.scratch(norms, columns: 2).base)
  }

  func backward(_ pass: borrowing Pass) {
    guard let slopes = output.gradient else { return }
    let x = pass.scratch(input.data, columns: columns)
    let dy = pass.scratch(slopes, columns: columns)
    let product = pass.scratch(products, columns: columns)
    rowNormGradient(
      rows: x.rows, columns: columns, centers: centers, x: x.base, dy: dy.base,
      norms: pass.scratch(norms, columns: 2).base,
      gamma: gamma.map { UnsafePointer(pass.weight($0).base) },
      into: input.gradient.map { pass.scratch($0, columns: columns).base },
      products: product.base)
    if let gamma { product.addColumnSums(to: pass.gradient(gamma).base) }
    if let beta { dy.addColumnSums(to: pass.gradient(beta).base) }
  }
}

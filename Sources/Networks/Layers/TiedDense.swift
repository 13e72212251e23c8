import Tensors

/// y = f(x·Eᵀ + bias), where E is the table of an `Embedding` of the same model: the numbers that say
/// what a token means also say what is likely to be one.
///
/// Keras has no such layer. A recipe asks for it by `Dense: {units: V, tied_to: embedding}`, and files for
/// Keras get an ordinary `Dense` with a copy of the table.
public struct TiedDense: Layer {
  /// The name of the class.
  public static let className = "TiedDense"
  /// The layer's name.
  public var name: String?
  /// How many outputs: as many as the table has vectors.
  public var units: Int
  /// The name of the layer whose table it is.
  public var tiedTo: String
  /// What is applied to the sum.
  public var activation: Activation
  /// Whether a bias is added.
  public var useBias = true
  /// What fills the bias [units].
  public var biasInitializer: any Initializer = Zeros()
  /// The penalty on the size of the bias.
  public var biasRegularizer: Regularizer?
  /// What the bias is brought back to after every update.
  public var biasConstraint: Constraint?

  /// A layer of `units` outputs.
  public init(
    _ units: Int, tiedTo: String, activation: Activation = .linear, name: String? = nil
  ) {
    self.units = units
    self.tiedTo = tiedTo
    self.activation = activation
    self.name = name
  }

  /// Declares the bias, the product with the table, and the activation unless it is linear.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    guard let table = blueprint.slot(of: "embeddings", inLayer: tiedTo) else {
      throw NetworkError(
        "it is tied to '\(tiedTo)', and no Embedding of that name stands before it.")
    }
    let depth = input.shape.dimensions.last ?? 0
    guard table.shape == [units, depth] else {
      throw NetworkError(
        "its input \(input.shape) and its \(units) units need an Embedding of \(units) vectors of "
          + "\(depth) numbers, and '\(tiedTo)' has \(table.shape[0]) of \(table.shape[1]).")
    }
    let bias =
      useBias
      ? blueprint.parameter(
        "bias", [units], biasInitializer, regularizer: biasRegularizer, constraint: biasConstraint)
      : nil
    let output = blueprint.value(
      Shape(input.shape.dimensions.dropLast() + [units]), differentiable: true, mask: input.mask)
    blueprint.append(
      TiedDenseOperation(
        input: input, output: output, isPrivate: activation != .linear, table: table, bias: bias,
        turned: blueprint.panels(table, transposed: true),
        plain: input.gradient == nil ? nil : blueprint.panels(table, transposed: false),
        scratch: blueprint.scratch(count: Matrix.transposedScratch(rows: units))))
    blueprint.count(flops: 2 * input.shape.count * units)
    return [activation == .linear ? output : blueprint.activate(activation, output)]
  }
}

/// The product with a table's transpose.
private struct TiedDenseOperation: RowProduct {
  let input: Value
  let output: Value
  let isPrivate: Bool
  /// The vectors, [units, inputs].
  let table: Slot
  let bias: Slot?
  /// The packed table, transposed and not.
  let turned: PanelSlot
  let plain: PanelSlot?
  let scratch: Int

  func forward(_ x: Matrix, into y: Matrix, _ pass: borrowing Pass) {
    y.assign(
      x, times: pass.panels(turned),
      bias: bias.flatMap { UnsafePointer(pass.weights[$0].baseAddress) })
  }

  func backward(_ x: Matrix, _ dy: Matrix, into dx: Matrix?, _ pass: borrowing Pass) {
    pass.gradient(table).add(
      transposed: dy, times: x, scratch: pass.workspace.base + scratch)
    if let bias, let base = pass.gradients.arena[bias].baseAddress { dy.addColumnSums(to: base) }
    if let plain, let dx { dx.assign(dy, times: pass.panels(plain)) }
  }
}

extension TiedDense: OwnLayer {
  /// Keras's `Dense`, whose kernel is the transposed table.
  public func kerasEquivalent(named name: String) throws(NetworkError) -> KerasEquivalent {
    var dense = Dense(
      units, activation: activation, useBias: useBias, name: name, biasInitializer: biasInitializer)
    (dense.biasRegularizer, dense.biasConstraint) = (biasRegularizer, biasConstraint)
    return KerasEquivalent(dense, borrowing: ["\(tiedTo)/embeddings"]) { arrays in
      // The own bias, if there is one, then the table.
      arrays.suffix(1).map(\.transposed) + arrays.dropLast()
    }
  }
}

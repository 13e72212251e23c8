import Tensors

/// Puts a trained vector in the place of each whole number, as Keras's `Embedding`.
///
/// Numbers arrive as floats, which are exact up to 2²⁴. A number without a vector gives NaNs.
public struct Embedding: Layer {
  /// Keras's name of the class.
  public static let className = "Embedding"
  /// The layer's name.
  public var name: String?
  /// How many vectors there are: the numbers go from 0 to one less.
  public var inputDim: Int
  /// How long a vector is.
  public var outputDim: Int
  /// Whether steps with the number 0 do not count.
  public var maskZero: Bool
  /// What fills the vectors [inputDim, outputDim].
  public var embeddingsInitializer: any Initializer
  /// The penalty on the size of the vectors.
  public var embeddingsRegularizer: Regularizer?
  /// What the vectors are brought back to after every update.
  public var embeddingsConstraint: Constraint?

  /// A table of `inputDim` vectors of `outputDim` numbers, with Keras's defaults.
  public init(
    _ inputDim: Int, _ outputDim: Int, maskZero: Bool = false, name: String? = nil,
    embeddingsInitializer: any Initializer = RandomUniform()
  ) {
    self.inputDim = inputDim
    self.outputDim = outputDim
    self.maskZero = maskZero
    self.name = name
    self.embeddingsInitializer = embeddingsInitializer
  }

  /// Declares the table, and the mask if there is one.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    guard inputDim > 0, outputDim > 0 else {
      throw NetworkError(
        "input_dim and output_dim must be positive, not \(inputDim) and \(outputDim).")
    }
    guard !maskZero || input.shape.dimensions.count == 1 else {
      throw NetworkError(
        "mask_zero needs one number a step, (None, T), and got \(input.shape). "
          + "Leave mask_zero off.")
    }
    let table = blueprint.parameter(
      "embeddings", [inputDim, outputDim], embeddingsInitializer,
      regularizer: embeddingsRegularizer, constraint: embeddingsConstraint)
    blueprint.chooseRows(of: table)
    let mask = maskZero ? blueprint.scratch(perRow: input.shape.count) : nil
    let output = blueprint.value(
      Shape(input.shape.dimensions + [outputDim]), differentiable: true,
      mask: mask ?? input.mask)
    blueprint.append(EmbeddingOperation(input: input, output: output, table: table, mask: mask))
    return [output]
  }
}

struct EmbeddingOperation: Operation {
  let input: Value
  let output: Value
  /// The vectors, [inputDim, outputDim].
  let table: Slot
  let mask: Extent?

  func forward(_ pass: borrowing Pass) {
    let vectors = pass.weight(table)
    let y = pass.features(output)
    for place in 0..<y.rows {
      let target = y.rows(place..<place + 1)
      if let index = index(at: place, pass) {
        target.assign(vectors.rows(index..<index + 1))
      } else {
        target.fill(.nan)
      }
    }
    guard let mask else { return }
    let factors = pass.scratch(mask, columns: 1)
    for place in 0..<y.rows { factors.base[place] = number(at: place, pass) == 0 ? 0 : 1 }
  }

  func backward(_ pass: borrowing Pass) {
    // Whole numbers have no slope.
    pass.gradient(input)?.fill(0)
    guard let dy = pass.featureGradient(output) else { return }
    let slopes = pass.gradientRows(table)
    for place in 0..<dy.rows {
      guard let index = index(at: place, pass) else { continue }
      slopes[index].add(dy.rows(place..<place + 1))
    }
  }

  /// The row of the table that a number means; nil where there is none.
  private func index(at place: Int, _ pass: borrowing Pass) -> Int? {
    let number = number(at: place, pass)
    guard number > -1, number < Float(table.shape[0]) else { return nil }
    return min(Int(number), table.shape[0] - 1)
  }

  /// The number that stands for a row of the output.
  ///
  /// A sequence of numbers is no sequence of vectors yet, so it comes as [rows, T].
  private func number(at place: Int, _ pass: borrowing Pass) -> Float {
    let ids = pass.matrix(input)
    guard input.shape.dimensions.count == 1 else { return ids.base[place] }
    let (step, row) = (place / pass.rows, place % pass.rows)
    return ids.base[row * ids.columns + step]
  }
}

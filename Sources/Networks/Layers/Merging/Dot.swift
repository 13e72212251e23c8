import Kernels
import Tensors

/// Sums the products of two inputs over an axis of each, as Keras's `Dot`.
public struct Dot: Layer {
  /// Keras's name of the class.
  public static let className = "Dot"
  /// The layer's name.
  public var name: String?
  /// The axis of each input, with the batch as axis 0; one number stands for both.
  public var axes: [Int]
  /// Whether vectors along the axes are brought to length one before.
  public var normalize: Bool

  /// A layer that multiplies along axes.
  public init(axes: [Int], normalize: Bool = false, name: String? = nil) {
    self.axes = axes
    self.normalize = normalize
    self.name = name
  }

  /// Declares the output: the other axes of the first input, then those of the second.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    guard inputs.count == 2, let first = axes.first, let last = axes.last, axes.count <= 2 else {
      throw NetworkError("Dot takes two inputs and one or two axes; got \(inputs.count), \(axes).")
    }
    var factors: [BatchMajorCopy] = []
    var rest: [[Int]] = []
    var depths: [Int] = []
    for (input, number) in zip(inputs, [first, last]) {
      try input.shape.checkAxes()
      let axis = try input.shape.axis(number, "axes:")
      let others = input.shape.dimensions.indices.filter { $0 != axis }
      rest.append(others.map { input.shape.dimensions[$0] })
      depths.append(input.shape.dimensions[axis])
      factors.append(
        BatchMajorCopy(
          input, others + [axis], needsGradient: inputs.contains { $0.gradient != nil },
          &blueprint))
    }
    guard depths[0] == depths[1] else {
      throw NetworkError(
        "axes \(axes) of \(inputs[0].shape) and \(inputs[1].shape) differ in length.")
    }
    let shape = try Shape.output(rest[0] + rest[1])
    let output = blueprint.value(
      shape.dimensions.isEmpty ? Shape([1]) : shape,
      differentiable: inputs.contains { $0.gradient != nil })
    try output.shape.checkAxes()
    let sizes = rest.map { $0.reduce(1, *) }
    blueprint.append(
      DotOperation(
        factors: factors, rows: sizes[0], columns: sizes[1], depth: depths[0],
        product: BatchMajorCopy(
          output, Array(output.shape.dimensions.indices), needsGradient: true, &blueprint),
        norms: normalize ? sizes.map { blueprint.scratch(perRow: $0) } : []))
    blueprint.count(flops: 2 * sizes[0] * sizes[1] * depths[0])
    return [output]
  }
}

/// For each row of the batch c = a·bᵀ, with a [rows, depth] and b [columns, depth].
private struct DotOperation: Operation {
  let factors: [BatchMajorCopy]
  let rows: Int
  let columns: Int
  let depth: Int
  let product: BatchMajorCopy
  /// The factors that made vectors one long; none where they are taken as they are.
  let norms: [Extent]

  private var counts: [Int] { [rows, columns] }

  func forward(_ pass: borrowing Pass) {
    let (a, b) = (factors[0].load(pass), factors[1].load(pass))
    for (index, norm) in norms.enumerated() {
      normalizeVectors(
        count: counts[index] * pass.rows, depth: depth, epsilon: 1e-7, index == 0 ? a : b,
        inverses: pass.workspace.base + norm.offset)
    }
    let c = product.numbers(pass)
    for row in 0..<pass.rows {
      multiplySmall(
        rows: rows, columns: columns, depth: depth, a + row * rows * depth,
        transposed: b + row * columns * depth, into: c + row * rows * columns)
    }
    product.store(c, pass)
  }

  func backward(_ pass: borrowing Pass) {
    guard let dc = product.loadGradient(pass), let da = factors[0].slopes(pass),
      let db = factors[1].slopes(pass)
    else { return }
    let (a, b) = (factors[0].numbers(pass), factors[1].numbers(pass))
    for row in 0..<pass.rows {
      let slope = dc + row * rows * columns
      multiplySmall(
        rows: rows, columns: depth, depth: columns, slope, b + row * columns * depth,
        into: da + row * rows * depth)
      multiplySmall(
        rows: columns, columns: depth, depth: rows, transposed: slope, a + row * rows * depth,
        into: db + row * columns * depth)
    }
    for (index, norm) in norms.enumerated() {
      normalizeVectorsGradient(
        count: counts[index] * pass.rows, depth: depth, epsilon: 1e-7, y: index == 0 ? a : b,
        inverses: pass.workspace.base + norm.offset, index == 0 ? da : db)
    }
    for factor in factors { factor.storeGradient(pass) }
  }
}

import Tensors

/// Applies a layer to every time step as if each were a sample, as Keras's `TimeDistributed`.
public struct TimeDistributed: Layer {
  /// Keras's name of the class.
  public static let className = "TimeDistributed"
  /// The layer's name.
  public var name: String?
  /// What is applied; a model counts as a layer.
  public var layer: any Layer

  /// A layer for every time step.
  public init(_ layer: any Layer, name: String? = nil) {
    self.layer = layer
    self.name = name
  }

  /// Builds the inner layer on all steps at once.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    let inner = Shape(Array(input.shape.dimensions.dropFirst()))
    guard !inner.dimensions.isEmpty else {
      throw NetworkError("TimeDistributed needs sequences (None, T, …), and got \(input.shape).")
    }
    if actsOnLastAxis { return try build(&blueprint, [input]) }
    let steps = input.shape.steps
    let folded = try blueprint.fold(steps) { (blueprint) throws(NetworkError) in
      let value = blueprint.value(inner, differentiable: input.gradient != nil)
      return (value, try build(&blueprint, [value]))
    }
    guard folded.outputs.count == 1, let result = folded.outputs.first else {
      throw NetworkError(
        "TimeDistributed needs a layer with one output, and this has \(folded.outputs.count).")
    }
    let output = blueprint.value(
      Shape([steps] + result.shape.dimensions), differentiable: result.gradient != nil,
      mask: input.mask)
    blueprint.append(
      TimeDistributedOperation(
        outer: input, inner: folded.input, operations: folded.operations, result: result,
        output: output))
    return [output]
  }

  private func build(
    _ blueprint: inout Blueprint, _ inputs: [Value]
  ) throws(NetworkError) -> [Value] {
    try blueprint.build(
      layer, name: layer.name ?? snakeCase(type(of: layer).className), object: "layer", inputs)
  }

  /// Whether the layer does the same to a sequence as to its steps.
  private var actsOnLastAxis: Bool {
    layer is Dense || layer is ActivationLayer || layer is Dropout
  }
}

/// Operations that see each time step of each row as a row: row · T + step.
struct TimeDistributedOperation: Operation {
  /// What comes in, [T, rows, …].
  let outer: Value
  /// The same as rows of their own, for shards of rows · T rows.
  let inner: Value
  let operations: [any Operation]
  /// What the operations put out.
  let result: Value
  /// The same as steps of the shard's rows.
  let output: Value

  func forward(_ pass: borrowing Pass) {
    let folded = pass.folded(outer.shape.steps)
    exchange(pass.matrix(outer), folded.matrix(inner), inner.shape, pass) { $1.assign($0) }
    for operation in operations { operation.forward(folded) }
    exchange(pass.matrix(output), folded.matrix(result), result.shape, pass) { $0.assign($1) }
  }

  func backward(_ pass: borrowing Pass) {
    let folded = pass.folded(outer.shape.steps)
    if let dy = pass.gradient(output), let slopes = folded.gradient(result) {
      exchange(dy, slopes, result.shape, pass) { $1.assign($0) }
    }
    for operation in operations.reversed() { operation.backward(folded) }
    if let dx = pass.gradient(outer), let slopes = folded.gradient(inner) {
      exchange(dx, slopes, inner.shape, pass) { $0.assign($1) }
    }
  }

  /// Pairs the numbers of each step of each row in a sequence [T·rows, …] with those of the row
  /// that it is inside; there, samples of two axes and more are time-major themselves.
  private func exchange(
    _ sequence: Matrix, _ rows: Matrix, _ shape: Shape, _ pass: borrowing Pass,
    _ body: (Matrix, Matrix) -> Void
  ) {
    let (steps, innerSteps, features) = (outer.shape.steps, shape.steps, shape.features)
    let foldedRows = steps * pass.rows
    for step in 0..<steps {
      for row in 0..<pass.rows {
        let whole = sequence.rows(step * pass.rows + row..<step * pass.rows + row + 1)
        for innerStep in 0..<innerSteps {
          let place = innerStep * foldedRows + row * steps + step
          body(
            whole.columns(innerStep * features..<(innerStep + 1) * features),
            rows.rows(place..<place + 1))
        }
      }
    }
  }
}

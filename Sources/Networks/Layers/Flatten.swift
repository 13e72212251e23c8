import Kernels
import Tensors

/// Makes one row of a sample's numbers, step after step, as Keras's `Flatten`.
public struct Flatten: Layer {
  /// Keras's name of the class.
  public static let className = "Flatten"
  /// The layer's name.
  public var name: String?

  /// A layer that flattens its input.
  public init(name: String? = nil) { self.name = name }

  /// Declares the output [T·features].
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    let output = blueprint.value(
      Shape([input.shape.count]), differentiable: input.gradient != nil)
    blueprint.append(FlattenOperation(input: input, output: output))
    return [output]
  }
}

struct FlattenOperation: Operation {
  let input: Value
  let output: Value

  func forward(_ pass: borrowing Pass) {
    move(pass.matrix(input), pass.matrix(output), pass) { step, row in row.assign(step) }
  }

  func backward(_ pass: borrowing Pass) {
    guard let dx = pass.gradient(input), let dy = pass.gradient(output) else { return }
    move(dx, dy, pass) { step, row in step.assign(row) }
  }

  /// Pairs each time step [rows, features] with its columns of the flat rows.
  private func move(
    _ sequence: Matrix, _ flat: Matrix, _ pass: borrowing Pass, _ body: (Matrix, Matrix) -> Void
  ) {
    let features = input.shape.features
    for step in 0..<input.shape.steps {
      body(
        sequence.rows(step * pass.rows..<(step + 1) * pass.rows),
        flat.columns(step * features..<(step + 1) * features))
    }
  }
}

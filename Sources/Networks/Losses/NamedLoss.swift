/// A loss that Keras knows too: its class name and its properties make up Keras's config.
public protocol NamedLoss: Loss {
  /// Keras's name of the class, for example `MeanSquaredError`.
  var className: String { get }
}

extension NamedLoss {
  /// Targets look like the output; an axis of length one may be left out.
  public func targetShapes(for output: Shape) -> [Shape] {
    output.dimensions.last == 1
      ? [output, Shape(output.dimensions.dropLast())] : [output]
  }

  /// The loss sees what the model puts out, whatever the last activation is.
  public func fromLogits(of activation: Activation) -> (any Loss)? { nil }
}

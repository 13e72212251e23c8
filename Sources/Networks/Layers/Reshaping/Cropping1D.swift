/// Takes steps from both ends of a sequence, as Keras's `Cropping1D`.
public struct Cropping1D: Layer {
  /// Keras's name of the class.
  public static let className = "Cropping1D"
  /// The layer's name.
  public var name: String?
  /// How many steps are taken from the start and from the end.
  public var cropping: [Int]

  /// A layer that crops sequences.
  public init(_ cropping: [Int] = [1, 1], name: String? = nil) {
    self.cropping = cropping
    self.name = name
  }

  /// Declares the output [T - start - end, features].
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    try input.checkSequence(Self.className)
    guard cropping.count == 2, cropping.allSatisfy({ (0...1 << 24).contains($0) }),
      cropping[0] + cropping[1] < input.shape.steps
    else {
      throw NetworkError(
        "cropping \(cropping) must be two counts of steps that leave some of \(input.shape.steps).")
    }
    let rule = StepRule(
      before: -cropping[0], count: input.shape.steps - cropping[0] - cropping[1])
    return [try blueprint.select(rule, of: input)]
  }
}

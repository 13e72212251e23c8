/// Repeats every step of a sequence, as Keras's `UpSampling1D`.
public struct UpSampling1D: Layer {
  /// Keras's name of the class.
  public static let className = "UpSampling1D"
  /// The layer's name.
  public var name: String?
  /// How often a step is repeated.
  public var size: Int

  /// A layer that repeats steps.
  public init(_ size: Int = 2, name: String? = nil) {
    self.size = size
    self.name = name
  }

  /// Declares the output [T·size, features].
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    try input.checkSequence(Self.className)
    guard size > 0 else { throw NetworkError("size must be positive, not \(size).") }
    let (steps, overflow) = input.shape.steps.multipliedReportingOverflow(by: size)
    let rule = StepRule(repeats: size, count: overflow ? .max : steps)
    return [try blueprint.select(rule, of: input)]
  }
}

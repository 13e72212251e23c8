/// Adds steps of zeros before and behind a sequence, as Keras's `ZeroPadding1D`.
public struct ZeroPadding1D: Layer {
  /// Keras's name of the class.
  public static let className = "ZeroPadding1D"
  /// The layer's name.
  public var name: String?
  /// How many steps are added before and behind.
  public var padding: [Int]

  /// A layer that pads sequences.
  public init(_ padding: [Int] = [1, 1], name: String? = nil) {
    self.padding = padding
    self.name = name
  }

  /// Declares the output [before + T + behind, features].
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    try input.checkSequence(Self.className)
    guard padding.count == 2, padding.allSatisfy({ (0...1 << 24).contains($0) }) else {
      throw NetworkError("padding must be two counts of steps, not \(padding).")
    }
    let rule = StepRule(before: padding[0], count: input.shape.steps + padding[0] + padding[1])
    return [try blueprint.select(rule, of: input)]
  }
}

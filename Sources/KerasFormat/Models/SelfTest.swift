/// Inputs with the outputs that a model should give for them, kept in its file: proof on the other
/// side that the weights found their places.
///
///     lockstep/self_test  @tolerance @seed
///     lockstep/self_test/inputs/0 …   one array for each input, rows first, [n, T, features]
///     lockstep/self_test/outputs/0 …  one array for each output
public struct SelfTest: Sendable, Hashable {
  /// What flows in, rows first.
  public var inputs: [StoredArray]
  /// What should come out.
  public var outputs: [StoredArray]
  /// The largest difference, in parts of the largest output, that is no failure.
  public var tolerance: Double
  /// What the inputs were drawn by.
  public var seed: Int

  /// The group that holds it.
  static let group = "lockstep/self_test"

  /// A test to be written.
  ///
  /// - Parameters:
  ///   - inputs: what flows in, rows first.
  ///   - outputs: what should come out.
  ///   - tolerance: the largest difference that is no failure.
  ///   - seed: what the inputs were drawn by.
  public init(
    inputs: [StoredArray], outputs: [StoredArray], tolerance: Double = 1e-5, seed: Int = 0
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.tolerance = tolerance
    self.seed = seed
  }

  /// The test that a file brings; nil where it has none.
  public init?(_ stored: StoredModel) {
    func arrays(_ kind: String) -> [StoredArray] {
      let found = stored.extras.filter { $0.name.hasPrefix("\(Self.group)/\(kind)/") }
      return found.sorted { Self.number(of: $0) < Self.number(of: $1) }
    }
    (inputs, outputs) = (arrays("inputs"), arrays("outputs"))
    guard !inputs.isEmpty, !outputs.isEmpty else { return nil }
    let attributes = stored.extraAttributes
    let tolerance = attributes["\(Self.group)@tolerance"].flatMap(Double.init) ?? 1e-5
    self.tolerance = tolerance.isFinite && tolerance > 0 ? tolerance : 1e-5
    seed = attributes["\(Self.group)@seed"].flatMap(Int.init) ?? 0
  }

  private static func number(of array: StoredArray) -> Int {
    array.name.split(separator: "/").last.flatMap { Int($0) } ?? .max
  }
}

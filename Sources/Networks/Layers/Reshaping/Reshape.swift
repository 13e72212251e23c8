/// Gives a sample's numbers another shape, as Keras's `Reshape`.
public struct Reshape: Layer {
  /// Keras's name of the class.
  public static let className = "Reshape"
  /// The layer's name.
  public var name: String?
  /// The extents of a sample; one of them may be -1, for what is left.
  public var targetShape: [Int]

  /// A layer that reshapes its input.
  public init(_ targetShape: [Int], name: String? = nil) {
    self.targetShape = targetShape
    self.name = name
  }

  /// Declares the output of the target shape.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    return [blueprint.reshape(input, try shape(of: input.shape))]
  }

  private func shape(of input: Shape) throws(NetworkError) -> Shape {
    var known = 1
    for extent in targetShape where extent != -1 {
      let (product, overflow) = known.multipliedReportingOverflow(by: extent)
      guard extent > 0, !overflow else { throw misfit(input) }
      known = product
    }
    let open = targetShape.filter { $0 == -1 }.count
    guard open <= 1, !targetShape.isEmpty, input.count % known == 0 else { throw misfit(input) }
    let shape = Shape(targetShape.map { $0 == -1 ? input.count / known : $0 })
    guard shape.count == input.count else { throw misfit(input) }
    return shape
  }

  private func misfit(_ input: Shape) -> NetworkError {
    NetworkError(
      "target_shape \(targetShape) does not hold the \(input.count) numbers of a sample \(input).")
  }
}

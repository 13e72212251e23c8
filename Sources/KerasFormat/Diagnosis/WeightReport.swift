import Networks
import Tensors

/// What the numbers of a model look like: how large its gates are, and what is odd.
public struct WeightReport: Sendable {
  /// The size of each gate of a recurrent cell.
  public struct Gates: Sendable {
    /// What the cell is called.
    public let name: String
    /// Keras's letter of each gate with the root of the mean square of its weights, without biases.
    public let sizes: [(gate: String, size: Double)]
    /// The mean of the forget gate's bias; nil where there is none.
    public let forgetBias: Double?
  }

  /// The recurrent cells.
  public let gates: [Gates]
  /// What is odd, a sentence each: numbers that are not finite, constant rows, zeros.
  public let oddities: [String]

  /// Looks at all weights.
  ///
  /// - Parameter model: the model.
  public init(_ model: SavedModel) {
    gates = RecurrentArrays.cells(of: model.network).map { Self.gates($0, model.weights) }
    oddities = model.network.parameters.flatMap { Self.oddities($0, model.weights) }
  }

  private static func gates(_ arrays: RecurrentArrays, _ weights: Arena) -> Gates {
    let (units, letters) = (arrays.units, arrays.cell.gates)
    var squares = [Double](repeating: 0, count: letters.count)
    var count = 0
    for kernel in [arrays.kernel, arrays.recurrent] {
      for (index, value) in weights[kernel.slot].enumerated() {
        squares[index % (letters.count * units) / units] += Double(value) * Double(value)
      }
      count += kernel.slot.count / letters.count
    }
    let sizes = zip(letters, squares).map { (gate: $0, size: ($1 / Double(count)).squareRoot()) }
    let bias = arrays.cell == .lstm ? arrays.bias : nil
    let forget = bias.map { bias in
      weights[bias.slot][units..<2 * units].reduce(0) { $0 + Double($1) } / Double(units)
    }
    return Gates(name: arrays.name, sizes: sizes, forgetBias: forget)
  }

  private static func oddities(_ parameter: Parameter, _ weights: Arena) -> [String] {
    let values = weights[parameter.slot]
    let broken = values.count { !$0.isFinite }
    if broken > 0 {
      return ["'\(parameter.path)' has \(broken) of \(values.count) numbers that are not finite"]
    }
    guard parameter.slot.shape.count > 1, let columns = parameter.slot.shape.last, columns > 1
    else { return [] }
    if values.allSatisfy({ $0 == 0 }) { return ["'\(parameter.path)' is all zeros"] }
    let rows = stride(from: 0, to: values.count, by: columns).count { first in
      values[first..<first + columns].allSatisfy { $0 == values[first] }
    }
    guard rows > 0 else { return [] }
    return ["'\(parameter.path)' has \(rows) of \(values.count / columns) rows that are constant"]
  }
}

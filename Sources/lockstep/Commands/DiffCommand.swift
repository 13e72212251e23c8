import ArgumentParser
import Foundation
import KerasFormat
import Networks
import Training

/// `lockstep diff`: two models, variable by variable.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Compare the weights of two models, variable by variable.",
    usage: "lockstep diff A B [--architecture FILE]",
    discussion: """
      Variables of one path are compared, whatever the layout of the files: shape, largest and mean \
      difference, and the cosine between them. Ends with code 1 when anything differs.
      """)

  @Argument(help: "A model, checkpoint or run.", completion: .file()) var first: String
  @Argument(help: "Another one.", completion: .file()) var second: String
  @OptionGroup var options: ModelOptions

  func run() throws {
    let models = try [first, second].map { try options.open(try TrainedModel.file(of: $0)) }
    let comparison = WeightComparison(models[0], models[1])
    comparison.table.lines.forEach { Output.line($0) }
    Output.line(comparison.verdict)
    if comparison.differs { throw Stopped(status: .differs) }
  }
}

/// The variables of two models beside each other.
struct WeightComparison {
  private(set) var table = Table(
    ["Variable", "Shape", "Largest", "Mean", "Cosine"], rightAligned: [2, 3, 4])
  private(set) var differs = false
  private var equal = 0
  private var other = 0

  init(_ first: SavedModel, _ second: SavedModel) {
    // Models may have names of their own, and so may their layers: the places decide then.
    let samePaths = first.network.parameters.map(\.path) == second.network.parameters.map(\.path)
    let sameShapes =
      first.network.parameters.map(\.slot.shape) == second.network.parameters.map(\.slot.shape)
    var rest = second.network.parameters
    for (index, parameter) in first.network.parameters.enumerated() {
      let partner =
        !samePaths && sameShapes
        ? second.network.parameters[index]
        : second.network.parameters.first { $0.path == parameter.path }
      rest.removeAll { $0.path == partner?.path }
      add(parameter, first, partner, second)
    }
    for parameter in rest { miss(parameter, "only in the second") }
  }

  /// What it comes to.
  var verdict: String {
    differs ? "\(equal) variables are equal, \(other) differ." : "All \(equal) variables are equal."
  }

  private mutating func add(
    _ parameter: Parameter, _ first: SavedModel, _ partner: Parameter?, _ second: SavedModel
  ) {
    guard let partner else { return miss(parameter, "only in the first") }
    guard partner.slot.shape == parameter.slot.shape else {
      return miss(parameter, "in the second \(partner.slot.shape)")
    }
    let difference = VectorDifference(
      first.weights[parameter.slot].map(Double.init), second.weights[partner.slot].map(Double.init))
    table.add([
      parameter.path, "\(parameter.slot.shape)", text("%.3e", difference.largest),
      text("%.3e", difference.mean), text("%.6f", difference.cosine),
    ])
    if difference.largest == 0 { equal += 1 } else { (differs, other) = (true, other + 1) }
  }

  private mutating func miss(_ parameter: Parameter, _ sentence: String) {
    (differs, other) = (true, other + 1)
    table.add([parameter.path, "\(parameter.slot.shape)", sentence, "", ""])
  }

  private func text(_ format: String, _ value: Double) -> String {
    value.isFinite ? String(format: format, value) : "nan"
  }
}

/// How far two vectors are apart.
struct VectorDifference {
  /// The largest difference of two elements; NaN where one of them is not finite.
  let largest: Double
  /// The mean of the differences' magnitudes.
  let mean: Double
  /// The cosine of the angle between the vectors; one where both are zero.
  let cosine: Double

  init(_ first: [Double], _ second: [Double]) {
    var (largest, sum, product, squares) = (0.0, 0.0, 0.0, (0.0, 0.0))
    for (x, y) in zip(first, second) {
      let difference = x.bitPattern == y.bitPattern ? 0 : abs(x - y)
      largest = difference.isNaN || largest.isNaN ? .nan : max(largest, difference)
      sum += difference
      product += x * y
      squares = (squares.0 + x * x, squares.1 + y * y)
    }
    self.largest = largest
    mean = sum / Double(max(first.count, 1))
    let lengths = (squares.0 * squares.1).squareRoot()
    cosine = lengths > 0 ? product / lengths : squares.0 == squares.1 ? 1 : 0
  }
}

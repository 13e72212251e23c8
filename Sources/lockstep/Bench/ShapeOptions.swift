import ArgumentParser
import Foundation
import KerasFormat
import Training

/// Which network is timed: one of those with a name, or one of them in other sizes.
struct ShapeOptions: ParsableArguments {
  @Option(help: "Which network; all when left out.") var shape: String?
  @Option(help: "Other sizes, from here on: rows of a batch.") var batch: Int?
  @Option(help: "Time steps.") var steps: Int?
  @Option(help: "Inputs of the first layer at each step.") var features: Int?
  @Option(help: ArgumentHelp("Units of each LSTM layer.", valueName: "n,n"))
  var units: String?
  @Option(help: "Units of the Dense layer.") var outputs: Int?

  func validate() throws {
    let names = BenchShape.all.map(\.name)
    if let shape, !names.contains(shape) {
      throw ValidationError("Unknown shape '\(shape)'\(suggestion(for: shape, among: names))")
    }
    for (name, value) in sizes { try Self.check(name, value) }
    if let units { _ = try Self.list(units) }
    guard isCustom, let custom = try shapes().first else { return }
    // Activations of the rows at work, the batch, and the weights with gradients and moments.
    let floats =
      Double(custom.steps) * Double(custom.units.reduce(0, +)) * 8 * 64 * Double(Workers.cores)
      + Double(custom.batch) * Double(custom.steps) * Double(custom.features + 1)
      + 5 * Double(custom.parameters)
    let (bytes, memory) = (4 * floats, Double(ProcessInfo.processInfo.physicalMemory))
    guard bytes < memory else {
      throw ValidationError(
        "Such a step would take about \(Int(bytes / 1e9)) GB of memory, and this machine has "
          + "\(Int(memory / 1e9)) GB; choose smaller sizes.")
    }
  }

  /// The networks to time: the one that is named in the sizes that are given, or all.
  ///
  /// - Throws: a sentence when the units are no list of numbers.
  func shapes() throws -> [BenchShape] {
    guard isCustom else { return BenchShape.all.filter { shape == nil || shape == $0.name } }
    guard var custom = BenchShape.all.first(where: { $0.name == shape ?? "maxmin" }) else {
      preconditionFailure("the name was checked")
    }
    custom.name = "custom"
    custom.batch = batch ?? custom.batch
    custom.steps = steps ?? custom.steps
    custom.features = features ?? custom.features
    custom.units = try units.map(Self.list) ?? custom.units
    custom.outputs = outputs ?? custom.outputs
    return [custom]
  }

  private var isCustom: Bool { units != nil || sizes.contains { $0.1 != nil } }

  private var sizes: [(String, Int?)] {
    [("batch", batch), ("steps", steps), ("features", features), ("outputs", outputs)]
  }

  private static func list(_ text: String) throws -> [Int] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let number = Int(part) else {
        throw ValidationError("--units must be numbers with commas between them, not '\(text)'.")
      }
      try check("units", number)
      return number
    }
  }

  private static func check(_ name: String, _ value: Int?) throws {
    guard let value, !(1...100_000).contains(value) else { return }
    throw ValidationError("--\(name) must be from 1 to 100,000, not \(value).")
  }
}

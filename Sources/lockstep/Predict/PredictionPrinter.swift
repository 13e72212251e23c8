import Foundation
import Networks
import Training

/// Predictions and states as text.
struct PredictionPrinter {
  let model: TrainedModel
  let workers: Workers

  /// One row's prediction, number by number, beside its targets.
  func printRow(_ row: Int, of data: any Dataset, hasTargets: Bool) throws {
    let wanted = RowSet(row..<row + 1, of: data.count)
    var (predicted, targets): ([Float], [Float]) = ([], [])
    try model.predict(data, rows: wanted, workers: workers) { batch, outputs in
      predicted = Array(outputs)
      targets = Array(batch.targets[0..<batch.shape.targetCount])
    }
    // Class numbers, and targets of other shapes, are shown as they are below.
    let isPaired = hasTargets && targets.count == predicted.count
    let header = ["Output", "Prediction"] + (isPaired ? ["Target", "Difference"] : [])
    var table = Table(header, rightAligned: [1, 2, 3])
    var place = 0
    for (name, shape) in zip(model.outputNames, model.outputShapes) {
      for index in 0..<shape.count {
        let value = predicted[place]
        var cells = ["\(name)\(Self.coordinates(index, shape.dimensions))", Self.number(value)]
        if isPaired {
          cells += [Self.number(targets[place]), Self.number(value - targets[place])]
        }
        table.add(cells)
        place += 1
      }
    }
    Output.line("Row \(row) of \(data.name)")
    table.lines.forEach { Output.line($0) }
    guard hasTargets, !isPaired else { return }
    Output.line("Target: \(targets.map(Self.number).joined(separator: ", "))")
  }

  /// Every output of all rows with its name and shape.
  func printAll(of data: any Dataset) throws {
    var outputs = model.outputShapes.map { _ in [Float]() }
    try model.predict(data, workers: workers) { batch, values in
      var place = 0
      for _ in 0..<batch.rows {
        for (index, shape) in model.outputShapes.enumerated() {
          outputs[index] += values[place..<place + shape.count]
          place += shape.count
        }
      }
    }
    for (index, name) in model.outputNames.enumerated() {
      let shape = [data.count] + model.outputShapes[index].dimensions
      Self.print(name, shape, outputs[index])
    }
  }

  /// The states of all recurrent layers after the last step, one upon the other.
  func printStates(of data: any Dataset, _ rows: RowSet?) throws {
    for states in try model.finalStates(data, rows: rows) {
      Self.print(
        "\(states.layer), states \(states.names.joined(separator: " and "))", states.shape,
        states.values.flatMap(\.self))
    }
  }

  private static func print(_ name: String, _ shape: [Int], _ values: [Float]) {
    let extents = shape.map(String.init).joined(separator: ", ")
    Output.line("\(name) (\(extents))")
    Output.line(nested(values[...], shape, indent: 0))
  }

  /// Numbers in brackets, as NumPy prints them.
  static func nested(_ values: ArraySlice<Float>, _ shape: [Int], indent: Int) -> String {
    guard shape.count > 1, let count = shape.first, count > 0 else {
      return "[" + values.map(number).joined(separator: " ") + "]"
    }
    let size = values.count / count
    let parts = (0..<count).map { part in
      let first = values.startIndex + part * size
      return nested(values[first..<first + size], Array(shape.dropFirst()), indent: indent + 1)
    }
    let gap = String(repeating: "\n", count: shape.count - 1)
    return "[" + parts.joined(separator: gap + String(repeating: " ", count: indent + 1)) + "]"
  }

  private static func number(_ value: Float) -> String { String(format: "%8.5f", value) }

  private static func coordinates(_ index: Int, _ shape: [Int]) -> String {
    var rest = index
    var places: [String] = []
    for extent in shape.reversed() {
      places.insert("\(rest % extent)", at: 0)
      rest /= extent
    }
    return "[\(places.joined(separator: ", "))]"
  }
}

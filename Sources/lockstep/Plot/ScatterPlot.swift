import Foundation
import Training

/// The predictions of a run's model against the targets, in a color for each of the first outputs.
struct ScatterPlot {
  private static let mostOutputs = 4
  /// The name of the data.
  let source: String
  /// How many outputs are shown.
  let outputs: Int
  private let title: String
  /// For each row, target and prediction of each output.
  private var pairs: [[(target: Float, prediction: Float)]] = []

  init(run: String, name: String, rows: Int) throws {
    let recipe = try Recipe.read(path: "\(run)/recipe.yaml")
    let path = recipe.data.validation ?? recipe.data.train
    let (model, dataset) = try TrainedModel.open(run, on: path, names: recipe.data.names)
    let width = model.outputShape.count
    guard model.outputShapes.count == 1, width == dataset.shape.targetCount else {
      throw CommandError(
        "the scatter compares numbers with numbers: the model puts out \(model.outputShape) and "
          + "targets are \(dataset.shape.target); draw the curves alone with --curves-only", .data)
    }
    source = URL(fileURLWithPath: path).lastPathComponent
    title = "\(name) on \(source)"
    outputs = min(width, Self.mostOutputs)
    let chosen = try Self.rows(recipe, dataset, most: rows)
    try model.predict(dataset, rows: chosen) { batch, predictions in
      for row in 0..<batch.rows {
        pairs.append(
          (0..<outputs).map { output in
            (batch.targets.base[row * width + output], predictions[row * width + output])
          })
      }
    }
  }

  /// The first rows of what was validated with, or of what was trained on.
  private static func rows(
    _ recipe: Recipe, _ dataset: any Dataset, most: Int
  ) throws -> RowSet {
    let split = recipe.data.split(seed: recipe.training.seed)
    let parts = try split.rows(of: dataset.count, name: dataset.name)
    let whole = recipe.data.validation != nil ? RowSet(allOf: dataset.count) : parts.training
    let behind = (dataset as? SeriesDataset)?.testRows ?? parts.validation
    let wanted = behind.count > 0 ? behind : whole
    var left = most
    return RowSet(of: dataset.count) { row in
      guard left > 0, wanted.contains(row) else { return false }
      left -= 1
      return true
    }
  }

  /// How many rows are shown.
  var rows: Int { pairs.count }

  /// Targets and predictions of an output.
  func points(of output: Int) -> [(x: Double, y: Double)] {
    pairs.map { (Double($0[output].target), Double($0[output].prediction)) }
  }

  /// What gnuplot is told, the data included.
  var script: String {
    let clouds = (0..<outputs).map { output in
      "$rows using \(2 * output + 1):\(2 * output + 2) with points pt 7 ps 0.3 lc \(output + 1) "
        + "title \"output \(output + 1)\""
    }
    let lines = pairs.map { row in
      row.map { "\($0.target) \($0.prediction)" }.joined(separator: " ")
    }
    return """
      $rows << EOD
      \(lines.joined(separator: "\n"))
      EOD
      set title \(Gnuplot.quoted(title))
      set xlabel "target"
      set ylabel "prediction"
      set key top left
      set grid lt 1 lc "#dddddd"
      plot x with lines lc "#999999" title "exact", \\
           \(clouds.joined(separator: ", \\\n     "))

      """
  }
}

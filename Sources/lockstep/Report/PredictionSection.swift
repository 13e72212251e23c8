import Foundation
import Training

/// Predictions of the run's model against targets.
struct PredictionSection {
  let record: RunRecord
  let gnuplot: Gnuplot
  private static let rows = 1500

  /// Nothing where the model's outputs are no numbers to compare, or the data is gone.
  func section() throws -> ReportSection? {
    guard let plot = try? ScatterPlot(run: record.path, name: record.name, rows: Self.rows) else {
      return nil
    }
    let series = (0..<plot.outputs).map { output in
      Chart.Series(
        name: "output \(output + 1)", style: .points, color: "s\(output + 1)",
        points: plot.points(of: output))
    }
    let targets = series.flatMap { $0.points.map(\.x) }
    guard let least = targets.min(), let most = targets.max(), least < most else { return nil }
    let exact = Chart.Series(
      name: "exact", style: .dashed, color: "muted", points: [(least, least), (most, most)])
    let chart = Chart(
      title: "Predictions against targets", xLabel: "target", yLabel: "prediction",
      series: [exact] + series)
    let figure = try chart.figure(
      gnuplot,
      caption: """
        <strong>Predictions</strong> for \(Format.count(plot.rows)) rows of \(plot.source). \
        A perfect model's points lie on the dashed line.
        """)
    return ReportSection(
      id: "predictions", title: "Predictions", content: ReportSection.figures([figure]))
  }
}

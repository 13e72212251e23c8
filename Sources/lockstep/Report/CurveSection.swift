import Foundation

/// Loss and metrics as training went on.
struct CurveSection {
  let record: RunRecord
  let gnuplot: Gnuplot

  func section() throws -> ReportSection? {
    var figures: [HTML] = []
    if record.epochs.count > 1 {
      let names = record.metrics.filter { !$0.hasPrefix("val_") }
      for name in names { figures += [try epochs(name)].compactMap(\.self) }
    }
    figures += [try batches()].compactMap(\.self)
    guard !figures.isEmpty else { return nil }
    return ReportSection(
      id: "curves", title: "Learning", content: "\(ReportSection.figures(figures))\(table)")
  }

  /// A number over the epochs, beside that of validation and what a simple answer scores.
  private func epochs(_ name: String) throws -> HTML? {
    let (training, validation) = (record.byEpoch(name), record.byEpoch("val_\(name)"))
    var series = [Chart.Series(name: "training", color: "s1", points: training)]
    if !validation.isEmpty {
      series.append(Chart.Series(name: "validation", color: "s2", points: validation))
    }
    let last = Double(record.epochs.count)
    for (baseline, color) in zip(record.baselines(for: name), ["muted", "s4", "s3"]) {
      series.append(
        Chart.Series(
          name: baseline.name, style: .dashed, color: color,
          points: [(1, baseline.value), (last, baseline.value)]))
    }
    let title = Verdict.title(name)
    var chart = Chart(
      title: "\(title) over \(record.epochs.count) epochs", xLabel: "epoch", yLabel: title,
      series: series, isLogarithmic: Self.isLogarithmic(name, series))
    // Whole epochs only.
    chart.extras = "set xtics 1, \((record.epochs.count + 7) / 8)"
    guard !chart.isEmpty else { return nil }
    return try chart.figure(gnuplot, caption: caption(name, training, validation))
  }

  private func caption(
    _ name: String, _ training: [(x: Double, y: Double)], _ validation: [(x: Double, y: Double)]
  ) -> HTML {
    let values = [("training", training), ("validation", validation)].compactMap { kind, points in
      points.last.map { "\(Format.metric($0.y)) in \(kind)" }
    }
    return "<strong>\(Verdict.title(name))</strong> ends at \(values.joined(separator: ", "))."
  }

  /// The loss of single batches, which shows more than the mean of an epoch.
  private func batches() throws -> HTML? {
    let points = record.byStep("loss")
    guard points.count > 2 else { return nil }
    var series = [
      Chart.Series(name: "batch", style: .thin, color: "grid-strong", points: points),
      Chart.Series(name: "smoothed", color: "s1", points: Self.smoothed(points)),
    ]
    let own = record.byStep("smoothed_loss")
    if !own.isEmpty {
      series.append(Chart.Series(name: "smoothed by 0.999", color: "s4", points: own))
    }
    let chart = Chart(
      title: "Loss of single batches over \(record.step) steps", xLabel: "step", yLabel: "loss",
      series: series, isLogarithmic: Self.isLogarithmic("loss", series))
    return try chart.figure(
      gnuplot,
      caption: "<strong>Loss of single batches</strong>, \(spacing(points)).")
  }

  private func spacing(_ points: [(x: Double, y: Double)]) -> String {
    let distance = ((points.last?.x ?? 0) - (points.first?.x ?? 0)) / Double(points.count - 1)
    let whole = Int(distance.rounded())
    return whole <= 1 ? "each of them" : "one of every \(Format.count(whole)) or so"
  }

  /// The mean of each point and its neighbours on both sides, fewer of them near the ends.
  static func smoothed(_ points: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    let points = points.filter(\.y.isFinite)
    let reach = points.count / 40
    return points.indices.map { index in
      let side = min(reach, index, points.count - 1 - index)
      let around = points[index - side...index + side]
      return (points[index].x, around.reduce(0) { $0 + $1.y } / Double(around.count))
    }
  }

  /// Errors shrink by orders of magnitude; accuracies, and what shrinks by less, do not.
  static func isLogarithmic(_ name: String, _ series: [Chart.Series]) -> Bool {
    let values = series.flatMap { $0.points.map(\.y) }.filter(\.isFinite)
    guard !name.contains("acc"), let least = values.min(), let most = values.max() else {
      return false
    }
    return least > 0 && most / least > 8
  }

  /// Every epoch's numbers, for those who want to read them.
  private var table: HTML {
    let names = record.metrics + ["learning_rate", "epoch_seconds"]
    guard !record.epochs.isEmpty else { return "" }
    // Of very many epochs a part is enough; all are in history.csv.
    let every = (record.epochs.count + 99) / 100
    let rows = record.epochs.enumerated().filter { index, _ in
      index % every == every - 1 || index + 1 == record.epochs.count
    }.map { _, epoch in
      [Format.count(epoch["epoch"]?.int ?? 0)]
        + names.map { name in epoch[name]?.double.map(Format.metric) ?? "" }
    }
    let header = ["epoch"] + names.map { $0.replacingOccurrences(of: "_", with: " ") }
    return """
      <details><summary>All numbers by epoch</summary>
      \(HTML.table(header, rows, caption: "Numbers by epoch"))
      </details>
      """
  }
}

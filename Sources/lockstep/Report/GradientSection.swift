/// Norm of the gradient, learning rate and noise scale, update by update.
struct GradientSection {
  let record: RunRecord
  let gnuplot: Gnuplot

  func section() throws -> ReportSection? {
    let norms = record.byStep("gradient_norm").filter { $0.y.isFinite }
    guard norms.count > 2 else { return nil }
    var figures = [try norm(norms)]
    let rates = record.byStep("learning_rate")
    if Set(rates.map(\.y)).count > 1 { figures.append(try rate(rates)) }
    let scales = record.byStep("noise_scale")
    if scales.count > 2 { figures.append(try noise(scales)) }
    return ReportSection(
      id: "gradients", title: "Gradients", content: ReportSection.figures(figures))
  }

  private func norm(_ points: [(x: Double, y: Double)]) throws -> HTML {
    let series = [
      Chart.Series(name: "norm", style: .thin, color: "grid-strong", points: points),
      Chart.Series(name: "smoothed", color: "s3", points: CurveSection.smoothed(points)),
    ]
    let chart = Chart(
      title: "Norm of the gradient over \(record.step) steps", xLabel: "step",
      yLabel: "gradient norm", series: series,
      isLogarithmic: CurveSection.isLogarithmic("norm", series))
    let most = points.max { $0.y < $1.y }
    return try chart.figure(
      gnuplot,
      caption: """
        <strong>Norm of the gradient</strong> before clipping; the largest is \
        \(Format.metric(most?.y ?? 0)) at step \(Format.count(Int(most?.x ?? 0))).
        """)
  }

  /// How large an update may be before more rows hardly help, beside how large it was.
  private func noise(_ points: [(x: Double, y: Double)]) throws -> HTML {
    let used = record.start["update_rows"]?.double ?? record.start["batch_size"]?.double ?? 0
    let last = points[points.count - 1]
    let series = [
      Chart.Series(name: "noise scale", color: "s2", points: points),
      Chart.Series(
        name: "rows of an update", style: .dashed, color: "muted",
        points: [(points[0].x, used), (last.x, used)]),
    ]
    let chart = Chart(
      title: "Noise scale of the gradients over \(record.step) steps", xLabel: "step",
      yLabel: "rows", series: series, isLogarithmic: CurveSection.isLogarithmic("rows", series))
    return try chart.figure(
      gnuplot,
      caption: """
        <strong>Noise scale of the gradients</strong>: \(Self.advice(last.y, used: used))
        """)
  }

  /// What the noise scale says of the batch size, by McCandlish and others (2018).
  static func advice(_ scale: Double, used: Double) -> String {
    let critical =
      "the critical batch size is about \(rows(scale)), and an update had \(rows(used))"
    return switch scale / max(used, 1) {
    case 4...: "\(critical): larger ones take nearly as many times fewer updates."
    case ..<0.25: "\(critical): larger ones save hardly an update, and smaller ones save work."
    default: "\(critical): larger ones save fewer updates than they take work."
    }
  }

  private static func rows(_ number: Double) -> String {
    let whole = Int(max(1, min(number, 1e15)).rounded())
    return "\(Format.count(whole)) \(whole == 1 ? "row" : "rows")"
  }

  private func rate(_ points: [(x: Double, y: Double)]) throws -> HTML {
    let chart = Chart(
      title: "Learning rate over \(record.step) steps", xLabel: "step", yLabel: "learning rate",
      series: [Chart.Series(name: "learning rate", color: "s4", points: points)])
    return try chart.figure(
      gnuplot,
      caption: """
        <strong>Learning rate</strong>, from \(Format.metric(points[0].y)) to \
        \(Format.metric(points[points.count - 1].y)).
        """)
  }
}

/// Norm of the gradient and learning rate, update by update.
struct GradientSection {
  let record: RunRecord
  let gnuplot: Gnuplot

  func section() throws -> ReportSection? {
    let norms = record.byStep("gradient_norm").filter { $0.y.isFinite }
    guard norms.count > 2 else { return nil }
    var figures = [try norm(norms)]
    let rates = record.byStep("learning_rate")
    if Set(rates.map(\.y)).count > 1 { figures.append(try rate(rates)) }
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

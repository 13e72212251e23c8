import Foundation
import KerasFormat

/// All about a run on one page that needs nothing beside itself.
struct Report {
  private let record: RunRecord
  private let gnuplot: Gnuplot

  /// Reads what a run has written down.
  ///
  /// - Parameter run: the run's directory.
  /// - Throws: a sentence when it is none, or gnuplot is not here.
  init(_ run: String) throws {
    record = try RunRecord(run)
    gnuplot = try Gnuplot()
  }

  /// The page.
  ///
  /// - Returns: HTML with pictures and style inside.
  /// - Throws: a sentence when gnuplot cannot draw a picture.
  func page() throws -> String {
    let verdict = Verdict(record: record)
    let sections = try sections()
    let links: [HTML] = sections.map { "<a href=\"#\($0.id)\">\($0.title)</a>" }
    let figures: [HTML] = verdict.figures.map { name, value in
      "<div><dt>\(name)</dt><dd>\(value)</dd></div>"
    }
    let parts: [HTML] = sections.map(\.html)
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="lockstep report">
      <title>\(record.name) – Lockstep</title>
      <style>\(HTML(trusted: PageStyle.text))</style>
      </head>
      <body>
      <header>
      <p class="kind">Training run</p>
      <h1>\(record.name)</h1>
      <p class="verdict">\(verdict.sentence)</p>
      <dl class="figures-of-merit">\(figures)</dl>
      <nav aria-label="Sections">\(links)</nav>
      </header>
      <main>
      \(parts)
      </main>
      <footer><p>Written by <code>lockstep report</code>. The pictures are gnuplot’s.</p></footer>
      </body>
      </html>

      """
    return page.text
  }

  private func sections() throws -> [ReportSection] {
    let again = ReproductionSection(record: record)
    return [
      try CurveSection(record: record, gnuplot: gnuplot).section(),
      try ForecastSection(record: record, gnuplot: gnuplot).section()
        ?? PredictionSection(record: record, gnuplot: gnuplot).section(),
      SampleSection(record: record).section(), TextSection(record: record).section(),
      try GateSection(record: record, gnuplot: gnuplot).section(),
      try GradientSection(record: record, gnuplot: gnuplot).section(),
      try TimeSection(record: record, gnuplot: gnuplot).section(),
      ModelSection(record: record).section(), again.recipe, again.section,
    ].compactMap(\.self)
  }
}

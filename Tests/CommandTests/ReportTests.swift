import Foundation
import KerasFormat
import TestSupport
import Testing

@testable import lockstep

@Suite("Reports")
struct ReportTests {
  @Test func whatIsPutIntoAPageIsEscaped() {
    let name = "<b>&\"'\u{1B}"
    let html: HTML = "<p title=\"\(name)\">\(HTML(trusted: "<i>x</i>"))\(3)</p>"
    #expect(
      html.text == "<p title=\"&lt;b&gt;&amp;&quot;&#39;\u{FFFD}\"><i>x</i>3</p>")
  }

  @Test func drawingsTakeTheColorsOfThePage() throws {
    let drawing = Drawing(
      """
      <svg viewBox="0 0 4 4">
      <title>Gnuplot</title>
      <g id="gnuplot_canvas">
      <defs>
      <circle id='gpDot' r='0.5'/>
      </defs>
      <g fill="none" color="black" stroke="currentColor">
      </g>
      \t<g id="gnuplot_plot_1" ><title>gnuplot_plot_1</title>
      <path stroke='rgb( 11,   1,   1)'  d='M1,1 L2,2'/></g>
      <g fill="none" color="black" stroke="currentColor" stroke-linecap="butt" stroke-linejoin="miter">
      \t<use xlink:href='#gpPt6' transform='translate(1.00,2.00) scale(1.00)' color='rgb( 12,   1,   1)'/>
      \t<use xlink:href='#gpPt6' transform='translate(3.00,4.00) scale(1.00)' color='rgb( 12,   1,   1)'/>
      </g>
      </g>
      </svg>
      """)
    let text = drawing.html(size: (4, 4), title: "one & two").text
    #expect(text.contains("aria-label=\"one &amp; two\""))
    #expect(text.contains("<path stroke='var(--s1)'  d='M1,1 L2,2'/></g>"))
    #expect(text.contains("stroke=\"var(--s2)\""))
    #expect(text.contains("d=\"M1.00,2.00h0M3.00,4.00h0\""))
    for word in ["gpDot", "Gnuplot", "<use", " id=", "xlink", "rgb(", "linejoin"] {
      #expect(!text.contains(word), "\(word)")
    }
    #expect(text.components(separatedBy: "<g").count == text.components(separatedBy: "</g>").count)
  }

  @Test func logarithmicAxesHaveMarks() throws {
    let axis = try #require(Axis([0.05, 0.9, .nan, 0], isLogarithmic: true))
    #expect(axis.range("y").contains("set ytics (0.05, 0.1, 0.2, 0.5)"))
    #expect(axis.range("y").contains("set logscale y"))
    #expect(Axis([.nan]) == nil)
    let flat = try #require(Axis([2, 2]))
    #expect(flat.low < 2 && flat.high > 2)
  }

  @Test func theNoiseScaleIsAdvice() {
    let large = GradientSection.advice(4000, used: 100)
    #expect(large.hasPrefix("the critical batch size is about 4,000 rows, and an update had 100"))
    #expect(large.contains("nearly as many times fewer updates"))
    #expect(GradientSection.advice(90, used: 100).contains("fewer updates than they take work"))
    #expect(GradientSection.advice(0.2, used: 100).contains("about 1 row,"))
    #expect(GradientSection.advice(.infinity, used: 0).contains("an update had 1 row"))
    #expect(GradientSection.advice(0, used: 100).contains("smaller ones save work"))
  }

  @Test func smoothingKeepsEndsAndMeans() {
    let points = (0..<400).map { (x: Double($0), y: Double($0 % 2)) }
    let smoothed = CurveSection.smoothed(points)
    #expect(smoothed.map(\.x) == points.map(\.x))
    #expect(smoothed[0].y == 0 && smoothed[399].y == 1)
    #expect(smoothed[20..<380].allSatisfy { abs($0.y - 0.5) < 0.06 })
  }

  @Test func onlyAFewSamplesAreShown() {
    let samples = (0..<100).map { JSON.int($0) }
    let chosen = SampleSection.chosen(samples)
    #expect(chosen.count == 8 && chosen.first == 0 && chosen.last == 99)
    #expect(SampleSection.chosen(Array(samples.prefix(5))).count == 5)
  }
}

@Suite("The record of a run")
struct RunRecordTests {
  private func record(_ lines: [String]) throws -> RunRecord {
    let scratch = try ScratchDirectory()
    try scratch.write(lines.joined(separator: "\n"), to: "log.jsonl")
    return try RunRecord(scratch.url.path)
  }

  /// Stopped after step 4, of which a checkpoint of step 3 was left; what came after it is made anew.
  @Test func whatWasDoneAgainCounts() throws {
    let record = try record([
      #"{"event": "started", "seconds": 0.5, "step": 0, "epochs": 3, "steps_per_epoch": 3}"#,
      #"{"event": "step", "seconds": 1, "step": 2, "loss": 5}"#,
      #"{"event": "epoch", "seconds": 2, "epoch": 1, "step": 3, "loss": 4, "val_loss": 4.5, "phases": {"data": 1}, "busy": [1, 2]}"#,
      #"{"event": "step", "seconds": 3, "step": 4, "loss": 3}"#,
      #"{"event": "started", "seconds": 0.25, "step": 3, "epochs": 3, "steps_per_epoch": 3}"#,
      #"{"event": "step", "seconds": 1, "step": 4, "loss": 2}"#,
      #"{"event": "epoch", "seconds": 4, "epoch": 2, "step": 6, "loss": 1, "val_loss": 1.5, "phases": {"data": 2}, "busy": [3]}"#,
      #"{"event": "step", "sec"#,
    ])
    #expect(record.byStep("loss").map(\.y) == [5, 2])
    #expect(record.byEpoch("val_loss").map(\.y) == [4.5, 1.5])
    #expect(record.metrics == ["loss", "val_loss"])
    #expect(record.step == 6 && record.plannedSteps == 9 && record.end == nil)
    #expect(record.phases.map(\.seconds) == [3] && record.busy == [4, 2])
    #expect(record.seconds == 4 && record.totalSeconds == 7)
  }

  /// Those of the validation data come first, and none is told twice.
  @Test func baselinesStandBesideTheirScores() throws {
    let record = try record([
      #"{"event": "started", "step": 0, "baselines": [{"metric": "loss", "predictor": "unigram", "value": 3.5}, {"metric": "val_loss", "predictor": "unigram", "value": 3}]}"#,
      #"{"event": "epoch", "epoch": 1, "step": 3, "loss": 4, "mae": 2, "val_loss": 4.5}"#,
      #"{"event": "baseline", "metric": "val_loss", "predictor": "mean", "value": 5}"#,
      #"{"event": "baseline", "metric": "mae", "predictor": "mean", "value": 1}"#,
    ])
    #expect(record.baselines(for: "loss").map(\.name) == ["unigram", "mean"])
    #expect(record.baselines(for: "loss").map(\.value) == [3, 5])
    #expect(record.baselines(for: "mae").map(\.value) == [1])
  }

  @Test func aLogThatGrowsBelongsToARunThatGoesOn() throws {
    let scratch = try ScratchDirectory()
    try scratch.write(#"{"event": "started", "step": 0}"#, to: "log.jsonl")
    #expect(try RunRecord(scratch.url.path).goesOn)
    let old = [FileAttributeKey.modificationDate: Date(timeIntervalSinceNow: -90)]
    try FileManager.default.setAttributes(old, ofItemAtPath: scratch.file("log.jsonl"))
    #expect(try !RunRecord(scratch.url.path).goesOn)
    try scratch.write("\(ProcessInfo.processInfo.processIdentifier)", to: ".lock")
    #expect(try RunRecord(scratch.url.path).goesOn, "its process lives")
  }

  @Test func nothingIsNoRun() throws {
    #expect(throws: CommandError.self) { try record([""]) }
    #expect(throws: CommandError.self) { try RunRecord("/nowhere") }
  }

  @Test(arguments: [
    (
      #"{"event": "finished", "seconds": 4, "reason": "completed", "step": 6}"#,
      "Trained to the end"
    ),
    (#"{"event": "finished", "seconds": 4, "reason": "interrupted", "step": 6}"#, "can be resumed"),
    (#"{"event": "failed", "seconds": 4, "message": "It broke."}"#, "It broke."),
    (#"{"event": "saved", "seconds": 4}"#, "was cut off after 6 steps"),
    (
      #"{"event": "baseline", "metric": "loss", "predictor": "mean", "value": 0.5}"#,
      "That is better than simple answers: 0.5000 (mean)."
    ),
  ])
  func verdictsSayHowItEnded(_ line: String, _ expected: String) throws {
    let verdict = Verdict(
      record: try record([
        #"{"event": "started", "seconds": 0.5, "step": 0, "epochs": 1, "steps_per_epoch": 6}"#,
        #"{"event": "epoch", "seconds": 2, "epoch": 1, "step": 6, "loss": 0.25}"#, line,
      ]))
    #expect(verdict.sentence.contains(expected))
    #expect(verdict.sentence.contains("The training loss is 0.2500."))
  }
}

@Suite("The report and top commands")
struct ReportCommandTests {
  @Test func aRunBecomesAPage() throws {
    let job = try Job()
    let run = try job.train(
      "--run", "r", "--report", "--set", "data.validation_split=0.2", "--epochs", "3")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("report     r/report.html"))
    let page = try String(contentsOfFile: job.scratch.file("r/report.html"), encoding: .utf8)
    #expect(page.utf8.count < 1 << 20)
    for id in ["curves", "predictions", "gradients", "time", "recipe", "again"] {
      #expect(page.contains("<section id=\"\(id)\""), "\(id)")
      #expect(page.contains("href=\"#\(id)\""), "\(id)")
    }
    let fingerprint = try Command("fingerprint", "r", in: job.scratch.url)
    #expect(page.contains(String(fingerprint.output.prefix(64))))
    #expect(page.components(separatedBy: "<figure>").count > 6)
    #expect(page.contains("prefers-color-scheme: dark"))
    for outside in ["<script", "src=", "http://", "https://", "@import", "url("] {
      #expect(!page.contains(outside), "\(outside)")
    }
    let again = try Command("report", "r", "-o", "page.html", in: job.scratch.url)
    #expect(again.output == "page.html\n", "\(again.errors)")
    #expect(try String(contentsOfFile: job.scratch.file("page.html"), encoding: .utf8) == page)
  }

  @Test(arguments: ["40", "80", "200"])
  func topFitsTheTerminal(_ columns: String) throws {
    let job = try Job()
    #expect(try job.train("--run", "r").status == 0)
    let top = try Command(
      "top", "r", "--once", in: job.scratch.url, environment: ["COLUMNS": columns])
    #expect(top.status == 0, "\(top.errors)")
    #expect(top.output.contains("r  epoch 2/2, done"))
    #expect(top.output.contains("20/20 "))
    #expect(!top.output.contains("\u{1B}"))
    #expect(top.output.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) })
    let longest = top.output.split(separator: "\n").map(\.count).max() ?? 0
    #expect(longest <= Int(columns) ?? 0, "a line of \(longest) characters")
  }

  @Test func mistakesHaveASentence() throws {
    let job = try Job()
    for name in ["report", "top"] {
      let command = try Command(name, "none", in: job.scratch.url)
      #expect(command.status == 66 && command.errors.contains("none/log.jsonl"))
    }
    let before = try Command(
      "train", "small.yaml", "--run", "r", "--report", in: job.scratch.url,
      environment: ["PATH": "/nowhere"])
    #expect(before.status == 69 && before.errors.contains("gnuplot-nox"))
    #expect(try !job.names.contains("r"), "what is missing is known before the run")
  }
}

@Suite("Pictures in the terminal")
struct TerminalChartTests {
  @Test func dotsAreBraille() {
    var canvas = BrailleCanvas(columns: 2, rows: 1)
    canvas.set(0, 0)
    canvas.set(3, 3)
    canvas.set(4, 0)
    canvas.set(0, -1)
    #expect(canvas.lines() == ["\u{2840}\u{2808}"])
  }

  @Test func linesTouchBothEnds() {
    var canvas = BrailleCanvas(columns: 4, rows: 2)
    canvas.line((0, 0), (7, 7))
    let text = canvas.lines()
    #expect(text[1].first == "\u{2860}" && text[0].last == "\u{280A}")
    #expect(text.joined().count { $0 != " " } == 4)
  }

  @Test func axesAreNamed() {
    let chart = TerminalChart(
      title: "loss", xLabel: "steps", series: [("loss", [(1, 4), (1000, 0.5), (5, .nan)])],
      columns: 60, rows: 5)
    let lines = chart.lines(colored: false)
    #expect(lines.count == 8 && lines.allSatisfy { $0.count <= 60 })
    #expect(lines[1].contains("4.0000 ┤") && lines[5].contains("0.5000 ┤"))
    #expect(lines[7].contains(" 1 ") && lines[7].hasSuffix("1,000 steps"))
    let colored = chart.lines(colored: true)
    #expect(colored.joined().contains("\u{1B}[36m"))
    let empty = TerminalChart(title: "loss", xLabel: "", series: [], columns: 60, rows: 5)
    #expect(empty.lines(colored: false).count == 2)
  }
}

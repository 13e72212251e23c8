import Foundation
import KerasFormat

/// A picture of a run in lines for a terminal: how far it is, its curves, its last sample.
struct RunScreen {
  let record: RunRecord
  let columns: Int
  let isColored: Bool

  var lines: [String] {
    var lines = [head, progress, numbers, speed].filter { !$0.isEmpty }
    for chart in charts { lines += [""] + chart.lines(colored: isColored) }
    return (lines + sample).map { isColored ? $0 : String($0.prefix(columns)) }
  }

  // MARK: Words

  private var head: String {
    let state: String =
      if let end = record.end {
        end["reason"]?.string.map(Self.words) ?? "failed: \(end["message"]?.string ?? "")"
      } else {
        record.process.map { "running, process \($0)" }
          ?? (record.goesOn ? "running elsewhere" : "cut off")
      }
    let epochs = record.start["epochs"]?.int ?? 0
    let done = record.epochs.last?["epoch"]?.int ?? 0
    let epoch = record.end == nil ? min(done + 1, max(epochs, 1)) : done
    return "\(record.name)  epoch \(epoch)/\(epochs), \(state)"
  }

  private static func words(_ reason: String) -> String {
    switch reason {
    case "completed": "done"
    case "reachedSteps": "stopped as asked"
    case "interrupted": "interrupted"
    default: "stopped early"
    }
  }

  private var progress: String {
    let (done, all) = (record.step, max(record.plannedSteps, 1))
    let pace = "\(Format.time(record.seconds)) done\(left(done, all))"
    let bar = ProgressBar(done: min(done, all), total: all, pace: pace, facts: [])
    return bar.line(columns: columns)
  }

  /// What is left, if it goes on as since it was started last.
  private func left(_ done: Int, _ all: Int) -> String {
    let first = record.start["step"]?.int ?? 0
    guard record.end == nil, done > first, done < all else { return "" }
    let each = record.seconds / Double(done - first)
    return ", \(Format.time(each * Double(all - done))) to go"
  }

  private var numbers: String {
    var parts = record.metrics.compactMap { name in
      record.last(name).map { "\(name) \(Format.metric($0))" }
    }
    let step = record.steps.last
    for (name, title) in [("gradient_norm", "gradient"), ("learning_rate", "rate")] {
      if let value = step?[name]?.double { parts.append("\(title) \(Format.metric(value))") }
    }
    if let scale = step?["noise_scale"]?.double {
      parts.append("noise \(Format.rate(scale)) rows")
    }
    return fitting(parts, "  ")
  }

  private var speed: String {
    let epoch = record.epochs.last
    guard let rows = epoch?["rows"]?.double, let seconds = epoch?["epoch_seconds"]?.double,
      seconds > 0
    else { return "" }
    var parts = ["\(Format.rate(rows / seconds)) rows/s"]
    if let data = epoch?["phases"]?["data"]?.double {
      parts.append("data \(TimeSection.percent(data / seconds))")
    }
    let busy = epoch?["busy"]?.array?.compactMap(\.double) ?? []
    if let gradients = epoch?["phases"]?["gradients"]?.double, gradients > 0, !busy.isEmpty {
      let share = busy.reduce(0, +) / Double(busy.count) / gradients
      parts.append("\(busy.count) workers \(TimeSection.percent(min(share, 1))) busy")
    }
    if let bytes = record.peakMemory { parts.append("\(Format.bytes(bytes)) of memory") }
    return fitting(parts, " · ")
  }

  /// As many parts as find room.
  private func fitting(_ parts: [String], _ separator: String) -> String {
    var text = ""
    for part in parts {
      let longer = text.isEmpty ? part : text + separator + part
      guard longer.count < columns else { break }
      text = longer
    }
    return text
  }

  // MARK: Pictures

  private var charts: [TerminalChart] {
    var charts: [TerminalChart] = []
    let batches = CurveSection.smoothed(record.byStep("loss"))
    if batches.count > 1 {
      charts.append(
        TerminalChart(
          title: "loss of batches, smoothed", xLabel: "steps", series: [("loss", batches)],
          columns: columns, rows: 7))
    }
    let name = record.metrics.last { !$0.hasPrefix("val_") } ?? "loss"
    let curves = [(name, record.byEpoch(name)), ("val_\(name)", record.byEpoch("val_\(name)"))]
      .filter { !$0.1.isEmpty }
    if record.epochs.count > 1 {
      charts.append(
        TerminalChart(
          title: name, xLabel: "epochs", series: curves.map { (name: $0.0, points: $0.1) },
          columns: columns, rows: 6))
    }
    return charts
  }

  private var sample: [String] {
    guard let last = record.samples.last, let text = last["text"]?.string else { return [] }
    let step = Format.count(last["step"]?.int ?? 0)
    let words = text.split(whereSeparator: \.isNewline).map(String.init)
    let shown = words.flatMap { Self.wrapped($0, columns - 2) }.prefix(4)
    return ["", "sample of step \(step):"] + shown.map { "  \($0)" }
  }

  /// A text in pieces that fit a line.
  private static func wrapped(_ text: String, _ columns: Int) -> [String] {
    var (pieces, rest) = ([String](), Substring(text.filter { !$0.isASCII || $0 >= " " }))
    while !rest.isEmpty {
      pieces.append(String(rest.prefix(columns)))
      rest = rest.dropFirst(columns)
    }
    return pieces
  }
}

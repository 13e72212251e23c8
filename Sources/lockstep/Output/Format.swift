import Foundation

/// Numbers as people read them.
enum Format {
  /// Four significant digits as Keras's progress bar shows them: `0.0123`, `1.2346e-05`, `nan`.
  static func metric(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : (value < 0 ? "-inf" : "inf") }
    if value == 0 { return "0.0" }
    return abs(value) < 1e-3 || abs(value) >= 1e6
      ? String(format: "%.4e", value) : String(format: "%.4f", value)
  }

  /// A number with its thousands apart: `1,234,567`.
  static func count(_ value: Int) -> String {
    var text = ""
    for (index, digit) in String(value.magnitude).reversed().enumerated() {
      if index > 0, index % 3 == 0 { text = "," + text }
      text = String(digit) + text
    }
    return value < 0 ? "-" + text : text
  }

  /// A rate with the letter of its size: `1.20M`, `34.5k`, `870`.
  static func rate(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    for (unit, size) in [("G", 1e9), ("M", 1e6), ("k", 1e3)] where value >= size {
      return digits(value / size) + unit
    }
    return String(format: "%.0f", value)
  }

  /// A size in memory: `7.60 KiB`, `1.20 GiB`.
  static func bytes(_ value: Int) -> String {
    for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] where value >= 1 << shift {
      return digits(Double(value) / Double(1 << shift)) + " " + unit
    }
    return "\(value) B"
  }

  /// The time of a step, as Keras writes it: `870us`, `2.1ms`, `1.3s`.
  static func step(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "-" }
    if seconds < 1e-3 { return String(format: "%.0fus", seconds * 1e6) }
    if seconds < 1 { return digits(seconds * 1e3) + "ms" }
    return digits(seconds) + "s"
  }

  /// A time that a person waits: `4s`, `2:05`, `1:02:05`.
  static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "-" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole)s" }
    if whole < 3600 { return String(format: "%d:%02d", whole / 60, whole % 60) }
    return String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
  }

  /// Three significant digits or so.
  private static func digits(_ value: Double) -> String {
    String(format: value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f", value)
  }
}

/// One line about an epoch under way, as Keras's `fit` draws it, made to fit a width.
struct ProgressBar {
  let done: Int
  let total: Int
  /// What stands behind the bar first: time to go and time of a step.
  let pace: String
  /// `name: value` pairs; the last ones go where the width ends.
  var facts: [String]

  private static let shortestBar = 5

  /// The line; facts that do not fit are left out, the last ones first.
  func line(columns: Int) -> String {
    var facts = facts
    while room(columns, facts) < Self.shortestBar, !facts.isEmpty { facts.removeLast() }
    let bar = bar(min(max(room(columns, facts), 0), 20))
    return String((counts + bar + tail(facts)).prefix(columns - 1))
  }

  /// Whether all facts find room.
  func fits(columns: Int) -> Bool { room(columns, facts) >= Self.shortestBar }

  /// What is left for the bar; the last column stays empty, where some terminals would wrap.
  private func room(_ columns: Int, _ facts: [String]) -> Int {
    columns - 1 - counts.count - tail(facts).count
  }

  private var counts: String {
    Self.padded("\(done)", to: "\(total)".count) + "/\(total) "
  }

  private func tail(_ facts: [String]) -> String {
    " " + ([pace] + facts).joined(separator: " - ")
  }

  private func bar(_ width: Int) -> String {
    let filled = total > 0 ? width * min(done, total) / total : width
    return String(repeating: "━", count: filled) + String(repeating: "─", count: width - filled)
  }

  private static func padded(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

import KerasFormat

/// Text that a language model made while it was trained.
struct SampleSection {
  let record: RunRecord
  private static let most = 8
  private static let longest = 600

  /// The prime texts, in the order in which they came first.
  private var primes: [String] {
    var found: [String] = []
    for sample in record.samples {
      let prime = sample["prime"]?.string ?? ""
      if !found.contains(prime) { found.append(prime) }
    }
    return found
  }

  func section() -> ReportSection? {
    guard !record.samples.isEmpty else { return nil }
    let groups: [HTML] = primes.map { prime in
      let samples = record.samples.filter { ($0["prime"]?.string ?? "") == prime }
      let items: [HTML] = Self.chosen(samples).map(Self.item)
      let title: HTML =
        prime.isEmpty
        ? "<h3>From a random beginning</h3>" : "<h3>After <q>\(prime)</q></h3>"
      return "\(title)<ol class=\"samples\">\(items)</ol>"
    }
    return ReportSection(
      id: "samples", title: "Samples as they improved",
      content: "<div class=\"figures\">\(groups.map { "<div>\($0)</div>" as HTML })</div>")
  }

  /// The first, the last, and some between them at equal distances.
  static func chosen(_ samples: [JSON]) -> [JSON] {
    guard samples.count > most else { return samples }
    return (0..<most).map { samples[$0 * (samples.count - 1) / (most - 1)] }
  }

  private static func item(_ sample: JSON) -> HTML {
    let text = sample["text"]?.string ?? ""
    let shown = text.count > longest ? "\(text.prefix(longest))…" : text
    return """
      <li><span class="when">step \(Format.count(sample["step"]?.int ?? 0))</span>
      <blockquote>\(shown)</blockquote></li>
      """
  }
}

import KerasFormat

/// The recipe, and what it takes to get the same numbers again.
struct ReproductionSection {
  let record: RunRecord

  var recipe: ReportSection {
    ReportSection(
      id: "recipe", title: "Recipe",
      content: """
        <p>Every key, with the defaults filled in.</p>
        <pre tabindex="0"><code>\(record.recipeText)</code></pre>
        """)
  }

  var section: ReportSection {
    let start = record.start
    let text = { (key: String) in start[key]?.string ?? "not written down" }
    let number = { (key: String) in start[key]?.int.map(Format.count) ?? "not written down" }
    let facts: [(String, String)] = [
      ("Weights, SHA-256", record.end?["fingerprint"]?.string ?? "the run has not ended"),
      ("Data, fingerprint", text("data")), ("Seed", start["seed"]?.int.map(String.init) ?? "0"),
      ("Shards of a batch", number("shards")), ("Version of Lockstep", text("version")),
      ("Processor", text("machine")), ("System", text("system")),
      ("Workers", "\(number("workers")) on \(number("cores")) cores"), ("Begun", begun),
    ]
    let rows: [HTML] = facts.map { name, value in "<dt>\(name)</dt><dd>\(value)</dd>" }
    return ReportSection(
      id: "again", title: "How to do it again",
      content: """
        <p>The same build on the same type of processor ends with the same weights, to the bit, \
        whatever the number of workers:</p>
        <pre tabindex="0"><code>\(commands)</code></pre>
        <dl class="facts">\(rows)</dl>
        """)
  }

  private var commands: String {
    let end = record.end?["fingerprint"]?.string.map { "\n# \($0)" } ?? ""
    return """
      lockstep train \(record.path)/recipe.yaml --run \(record.path)-again
      lockstep fingerprint \(record.path)-again\(end)
      """
  }

  private var begun: String {
    let first = record.starts[0]["time"]?.string ?? "not written down"
    let count = record.starts.count - 1
    return count == 0 ? first : "\(first), resumed \(count == 1 ? "once" : "\(count) times")"
  }
}

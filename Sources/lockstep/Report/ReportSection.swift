/// A part of a report under a heading of its own.
struct ReportSection {
  /// What links to it name.
  let id: String
  let title: String
  let content: HTML

  var html: HTML {
    """
    <section id="\(id)" aria-labelledby="\(id)-title">
    <h2 id="\(id)-title">\(title)</h2>
    \(content)
    </section>
    """
  }

  /// Pictures beside each other where there is room.
  static func figures(_ figures: [HTML]) -> HTML { "<div class=\"figures\">\(figures)</div>" }
}

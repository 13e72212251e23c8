/// The part of an error sentence that names what exists instead, nearest first.
enum Suggestion {
  static func sentence(wanted: String, among names: [String], in place: String) -> String {
    if names.isEmpty { return "'\(place)' is empty" }
    let listed = names.count <= 1000 ? nearest(to: wanted, names) : names
    let shown = listed.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
    let rest = listed.count > 8 ? " and \(listed.count - 8) more" : ""
    return "'\(place)' has \(shown)\(rest)"
  }

  static func nearest(to wanted: String, _ names: [String]) -> [String] {
    let target = Array(wanted.lowercased().utf8.prefix(64))
    let ranked = names.map { name in
      (editDistance(target, Array(name.lowercased().utf8.prefix(64))), name)
    }
    return ranked.sorted { $0 < $1 }.map(\.1)
  }
}

/// How many elements must be put in, taken out, replaced or swapped with their neighbour to make one
/// name of another (optimal string alignment).
package func editDistance<Element: Equatable>(_ a: [Element], _ b: [Element]) -> Int {
  var twoBack = [Int](repeating: 0, count: b.count + 1)
  var previous = Array(0...b.count)
  for i in a.indices {
    var row = [Int](repeating: i + 1, count: b.count + 1)
    for j in b.indices {
      let cost = a[i] == b[j] ? 0 : 1
      row[j + 1] = min(previous[j + 1] + 1, row[j] + 1, previous[j] + cost)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        row[j + 1] = min(row[j + 1], twoBack[j - 1] + 1)
      }
    }
    (twoBack, previous) = (previous, row)
  }
  return previous[b.count]
}

import HDF5

/// The name that a mistyped one most likely stands for; nil when none is close.
///
/// - Parameters:
///   - wanted: what was typed.
///   - names: what there is; of equally near names the first is taken.
/// - Returns: the nearest name, if no more than a third of its letters must change.
public func nearestName(to wanted: String, among names: [String]) -> String? {
  let target = Array(wanted.lowercased().unicodeScalars.prefix(64))
  var nearest: (name: String, distance: Int)?
  for name in names {
    let letters = Array(name.lowercased().unicodeScalars.prefix(64))
    let distance = editDistance(target, letters)
    guard distance <= max(1, max(target.count, letters.count) / 3) else { continue }
    if distance < nearest?.distance ?? .max { nearest = (name, distance) }
  }
  return nearest?.name
}

/// "; did you mean 'name'?" for the end of a sentence, or the names there are if none is near and
/// they are few enough to be read.
public func suggestion(for wanted: String, among names: [String]) -> String {
  if let name = nearestName(to: wanted, among: names) { return "; did you mean '\(name)'?" }
  guard names.count <= 24 else { return "." }
  return "; there is " + names.map { "'\($0)'" }.joined(separator: ", ") + "."
}

/// The members of a `.keras` archive, after everything has been checked that readers of zip files
/// understand in different ways.
///
/// An archive may describe its members twice, hide others before, between or behind them, or let
/// them overlap; here it is one row of members from the first byte on, then one directory, then
/// nothing.
struct ArchiveDirectory {
  /// The members in the order of the directory.
  let entries: [ArchiveEntry]

  /// What Keras writes; a `.keras` of weights in numpy's format is not read.
  static let metadata = "metadata.json"
  static let config = "config.json"
  static let weights = "model.weights.h5"
  private static let assets = "assets/"

  init(_ bytes: ByteReader, name: String) throws(KerasFormatError) {
    let end = bytes.bytes.count - 22
    guard bytes.number(at: end, 4) == 0x0605_4B50, bytes.number(at: end + 20, 2) == 0 else {
      throw Self.error(name, "it does not end with a directory of its members, so it is cut off")
    }
    guard bytes.number(at: end + 4, 4) == 0, let count = bytes.number(at: end + 10, 2),
      let size = bytes.number(at: end + 12, 4), let start = bytes.number(at: end + 16, 4),
      bytes.number(at: end + 8, 2) == count, start + size == end
    else { throw Self.error(name, "its directory is not where its end says") }
    var entries: [ArchiveEntry] = []
    var offset = start
    for _ in 0..<count {
      guard let entry = ArchiveEntry(central: bytes, at: offset), entry.next <= end else {
        throw Self.error(name, "its directory is damaged")
      }
      entries.append(entry)
      offset = entry.next
    }
    guard offset == end else { throw Self.error(name, "its directory has more than its entries") }
    try Self.checkRanges(entries, bytes, until: start, name)
    self.entries = entries
  }

  /// Member after member, from the first byte to the directory.
  private static func checkRanges(
    _ entries: [ArchiveEntry], _ bytes: ByteReader, until end: Int, _ name: String
  ) throws(KerasFormatError) {
    var place = 0
    for entry in entries.sorted(by: { $0.start < $1.start }) {
      guard let data = entry.data(bytes) else {
        throw error(name, "the member '\(entry.text)' has two descriptions that differ")
      }
      let (stop, overflow) = data.addingReportingOverflow(entry.packedSize)
      guard isNext(entry.start, after: place), !overflow, stop <= end else {
        throw error(name, "the member '\(entry.text)' overlaps another, or others are hidden")
      }
      place = entry.hasDescriptor ? -stop : stop
    }
    guard isNext(end, after: place) else {
      throw error(name, "bytes before its directory belong to no member")
    }
  }

  /// Whether something begins where the one before ended; a negative end has a descriptor behind it.
  private static func isNext(_ start: Int, after end: Int) -> Bool {
    end < 0 ? [12, 16, 20, 24].contains(start + end) : start == end
  }

  /// Checks that the members are those of a Keras model, each of a kind that we read.
  func verify(name: String) throws(KerasFormatError) {
    let names = entries.map(\.text)
    if let foreign = Self.foreign(names) { throw KerasFormatError.notKeras(name, foreign) }
    var seen: Set<String> = []
    for entry in entries {
      let isAsset = entry.text.hasPrefix(Self.assets)
      if let fault = entry.fault { throw Self.error(name, "its member '\(entry.text)' \(fault)") }
      guard isAsset || [Self.metadata, Self.config, Self.weights].contains(entry.text) else {
        throw Self.error(
          name,
          "it has a member '\(entry.text)', where Keras writes metadata.json, config.json and "
            + "model.weights.h5")
      }
      guard seen.insert(entry.text).inserted else {
        throw Self.error(name, "it has two members '\(entry.text)'")
      }
    }
    for needed in [Self.config, Self.weights] where !seen.contains(needed) {
      throw Self.error(name, "it has no member '\(needed)'; it has \(names)")
    }
  }

  /// What else the archive is, by the names in it.
  private static func foreign(_ names: [String]) -> String? {
    if names.contains(config) { return nil }
    if names.contains(where: { $0.hasSuffix("/data.pkl") }) { return "a PyTorch file" }
    if names.contains(where: { $0.hasSuffix("saved_model.pb") }) {
      return "a packed TensorFlow SavedModel; save it in Keras as .keras or .h5"
    }
    if !names.isEmpty, names.allSatisfy({ $0.hasSuffix(".npy") }) { return "a numpy .npz file" }
    if names.contains("[Content_Types].xml") { return "an office document" }
    let shown = names.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
    return names.isEmpty ? "an empty zip archive" : "a zip archive with \(shown)"
  }

  static func error(_ name: String, _ fault: String) -> KerasFormatError {
    KerasFormatError(
      "Reading the archive '\(name)': \(fault). Save the model again, or fetch the file again.")
  }
}

extension ArchiveEntry {
  /// The name as text; bytes that are none are shown as such.
  var text: String { String(decoding: name, as: UTF8.self) }

  /// What makes the member one that we do not read, if anything.
  fileprivate var fault: String? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if text.hasPrefix("/") || text.contains("\\") || parts.contains("..") || name.contains(0) {
      return "has a name that leads out of the archive"
    }
    if isEncrypted { return "is encrypted" }
    if isLink { return "is a symbolic link" }
    if method != 0 && method != 8 {
      return "is packed by method \(method); expected 0 (stored) or 8 (deflate)"
    }
    return method == 0 && size != packedSize ? "has two sizes" : nil
  }
}

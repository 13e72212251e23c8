/// How a list of names fits into attributes, which HDF5 limits to 64 KiB each: Keras's rule.
enum NameList {
  /// Keras's limit for the bytes of one attribute.
  static let limit = 64_512

  /// How to write a list.
  enum Form: Equatable {
    /// Variable-length strings in one attribute, as h5py does.
    case variable
    /// Fixed-length strings in one attribute: the sixteen bytes of a reference would be more.
    case fixed
    /// Fixed-length strings in numbered attributes of these ranges.
    case parts([Range<Int>])
  }

  /// Chooses the form; nil if a single name is over the limit.
  static func form(count: Int, longest: Int) -> Form? {
    let width = max(longest, 1)
    if width > limit { return nil }
    if count * width > limit { return .parts(split(count, into: parts(count, width))) }
    return count * 16 > limit ? .fixed : .variable
  }

  private static func parts(_ count: Int, _ width: Int) -> Int {
    let room = limit / width
    return (count + room - 1) / room
  }

  /// The parts of numpy's `array_split`: equal, the first ones longer by one where needed.
  static func split(_ count: Int, into parts: Int) -> [Range<Int>] {
    var start = 0
    return (0..<parts).map { part in
      let end = start + count / parts + (part < count % parts ? 1 : 0)
      defer { start = end }
      return start..<end
    }
  }
}

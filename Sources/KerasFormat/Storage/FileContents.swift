import HDF5

/// What a file is by its contents, whatever its name says.
enum FileContents: Equatable {
  /// HDF5, of any Keras.
  case hdf5
  /// A zip archive.
  case zip
  /// A JSON object.
  case json
  /// Something else, in words.
  case foreign(String)

  /// Looks at a whole file.
  ///
  /// - Parameters:
  ///   - size: the file's length.
  ///   - read: gives `count` bytes at `offset`, fewer at the end.
  init(size: Int, _ read: (_ offset: Int, _ count: Int) -> [UInt8]) {
    let head = read(0, 2048)
    if Signature.offset(size: size, read) != nil {
      self = .hdf5
    } else if head.starts(with: Self.zipSignature) || head.starts(with: Self.emptyZipSignature) {
      self = .zip
    } else if Self.text(head).first == UInt8(ascii: "{") {
      self = .json
    } else {
      self = .foreign(head.isEmpty ? "an empty file" : Signature.guess(head))
    }
  }

  private static let zipSignature = Array("PK\u{3}\u{4}".utf8)
  private static let emptyZipSignature = Array("PK\u{5}\u{6}".utf8)

  /// The bytes after a byte order mark and white space.
  private static func text(_ head: [UInt8]) -> ArraySlice<UInt8> {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    return (head.starts(with: mark) ? head.dropFirst(3) : head[...])
      .drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
  }
}

extension KerasFormatError {
  /// A file that no Keras wrote.
  static func notKeras(_ name: String, _ what: String) -> KerasFormatError {
    KerasFormatError(
      "The file '\(name)'\(foreign)\(what). Expected HDF5, a .keras archive, or the JSON of a model."
    )
  }

  /// What a sound HDF5 file looks like that no Keras wrote; `members` names some of what it holds.
  static func otherHDF5(_ members: [String]) -> String {
    members.isEmpty ? emptyHDF5 : "\(foreignHDF5), with \(members.joined(separator: ", "))"
  }

  /// Whether the file is sound HDF5, and of something else than Keras.
  public var isForeignHDF5: Bool {
    [Self.emptyHDF5, Self.foreignHDF5].contains { description.contains(Self.foreign + $0) }
  }

  private static let foreign = " is not a Keras model: it looks like "
  private static let emptyHDF5 = "an empty HDF5 file"
  private static let foreignHDF5 = "HDF5 of another program"

  /// A file that claims more than its size or the limits allow.
  static func tooLarge(_ name: String, _ what: String, _ found: Int, _ limit: Int)
    -> KerasFormatError
  {
    KerasFormatError(
      "Reading '\(name)': \(what) \(found) bytes, where \(limit) are the most that we read; it is "
        + "damaged or made to fill the memory.")
  }
}

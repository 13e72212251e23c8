import Foundation
import HDF5

/// Texts on the disk, read as a stream of characters, cut into documents.
///
/// A file is a document, and a separator in it ends one. Memory does not grow with the text.
public struct TextSource: Sendable {
  /// The files, in order.
  public var paths: [String]
  /// How many bytes at the beginning of each file are left out, such as a publisher's header.
  public var skip = 0
  /// What ends a document; nil where only a file's end does.
  public var separator: String?
  private static let blockBytes = 1 << 20

  /// Texts in files.
  public init(paths: [String]) { self.paths = paths }

  /// What is found in a text.
  enum Event {
    /// A character, and the offset in its file of the byte where it begins.
    case scalar(Unicode.Scalar, Int)
    /// The end of a document.
    case documentEnd
  }

  /// Reads all files from beginning to end.
  ///
  /// - Parameter body: is told of each character, and of the ends of documents.
  /// - Throws: a sentence that names the file and the byte where it is no text.
  func read(_ body: (Event) throws -> Void) throws {
    for path in paths {
      try read(path, body)
      try body(.documentEnd)
    }
  }

  private func read(_ path: String, _ body: (Event) throws -> Void) throws {
    let file = try Self.open(path)
    defer { close(file) }
    guard lseek(file, off_t(skip), SEEK_SET) >= 0 else { throw Self.failed(path) }
    var (decoder, search) = (UTF8Decoder(), SeparatorSearch(separator))
    var offset = skip
    var bytes = [UInt8](repeating: 0, count: Self.blockBytes)
    while true {
      let count = Foundation.read(file, &bytes, bytes.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Self.failed(path) }
      guard count > 0 else { break }
      for index in 0..<count {
        switch decoder.read(bytes[index], at: offset + index) {
        case .more: break
        case .invalid: throw Self.invalid(path, at: decoder.start)
        case .scalar("\0"): throw Self.invalid(path, at: decoder.start)
        // A byte order mark says that this is UTF-8, which we know.
        case .scalar("\u{FEFF}") where decoder.start == 0: break
        case .scalar(let scalar): try search.read(scalar, at: decoder.start, body)
        }
      }
      offset += count
    }
    guard !decoder.isInside else { throw Self.invalid(path, at: decoder.start) }
    try search.finish(body)
  }

  private static func open(_ path: String) throws(TrainingError) -> CInt {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw TrainingError("There is no text '\(path)'.", kind: .missing)
    }
    let file = Foundation.open(path, O_RDONLY | O_CLOEXEC)
    guard status.st_mode & S_IFMT == S_IFREG, file >= 0 else {
      if file >= 0 { close(file) }
      throw TrainingError(
        "The text '\(path)' cannot be read; expected a regular file, which is read twice.",
        kind: .missing)
    }
    return file
  }

  private static func failed(_ path: String) -> TrainingError {
    TrainingError(
      "Reading '\(path)' failed: \(String(cString: strerror(errno))).", kind: .inputOutput)
  }

  private static func invalid(_ path: String, at offset: Int) -> TrainingError {
    TrainingError(
      "Reading '\(path)': what begins at byte \(offset) is no text in UTF-8. Convert the file, for "
        + "example by 'iconv -f latin1 -t utf-8', or leave its beginning out by --skip.",
      kind: .data)
  }
}

/// Finds the separator of documents in a stream of characters (Knuth, Morris and Pratt 1977).
private struct SeparatorSearch {
  private let pattern: [Unicode.Scalar]
  /// For each length of a match the length of the longest shorter one that ends alike.
  private let fallback: [Int]
  private var matched = 0
  private var offset = 0

  init(_ separator: String?) {
    let pattern = Array((separator ?? "").unicodeScalars)
    var fallback = [0, 0]
    for index in pattern.indices.dropFirst() {
      var length = fallback[index]
      while length > 0, pattern[index] != pattern[length] { length = fallback[length] }
      fallback.append(pattern[index] == pattern[length] ? length + 1 : 0)
    }
    (self.pattern, self.fallback) = (pattern, fallback)
  }

  /// Passes a character on, or holds it back while it may belong to a separator.
  mutating func read(
    _ scalar: Unicode.Scalar, at place: Int, _ body: (TextSource.Event) throws -> Void
  ) rethrows {
    guard !pattern.isEmpty else { return try body(.scalar(scalar, place)) }
    offset = place
    while matched > 0, pattern[matched] != scalar { try release(fallback[matched], body) }
    guard pattern[matched] == scalar else { return try body(.scalar(scalar, place)) }
    matched += 1
    guard matched == pattern.count else { return }
    matched = 0
    try body(.documentEnd)
  }

  /// Passes on what was held back.
  mutating func finish(_ body: (TextSource.Event) throws -> Void) rethrows {
    try release(0, body)
  }

  private mutating func release(
    _ length: Int, _ body: (TextSource.Event) throws -> Void
  ) rethrows {
    for scalar in pattern[..<(matched - length)] { try body(.scalar(scalar, offset)) }
    matched = length
  }
}

/// Rows of comma-separated values, strictly by RFC 4180, one after the other.
///
/// Lines end in LF or CRLF; a field in quotes may hold commas, line ends and doubled quotes. What
/// the standard leaves out (a quote inside a plain field, text behind a closing quote) is an error
/// that names the line, since whatever wrote it meant something else. Blank lines are passed over.
package struct CSVReader {
  /// A row, and the line of the file that it begins on, from 1.
  package struct Row: Equatable {
    package let line: Int
    package let fields: [String]
  }

  private let bytes: [UInt8]
  private let name: String
  private let delimiter: UInt8
  private var place: Int
  private var line = 1

  /// A reader of a file's bytes.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8, perhaps with a byte order mark.
  ///   - name: what to call the file in messages.
  ///   - delimiter: what stands between fields.
  package init(_ bytes: [UInt8], name: String, delimiter: UInt8 = UInt8(ascii: ",")) {
    self.bytes = bytes
    self.name = name
    self.delimiter = delimiter
    place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The next row; nil at the end of the file.
  package mutating func next() throws(DataError) -> Row? {
    while place < bytes.count, let length = lineEnd {
      place += length
      line += 1
    }
    guard place < bytes.count else { return nil }
    let first = line
    var fields: [String] = []
    repeat { fields.append(try field()) } while skipDelimiter()
    if let length = lineEnd {
      place += length
      line += 1
    }
    return Row(line: first, fields: fields)
  }

  /// How long the line end is that the reader stands at; nil where it stands at none.
  private var lineEnd: Int? {
    if place == bytes.count { return 0 }
    if bytes[place] == newline { return 1 }
    let isPair = bytes[place] == carriageReturn && place + 1 < bytes.count
    return isPair && bytes[place + 1] == newline ? 2 : nil
  }

  private mutating func skipDelimiter() -> Bool {
    guard place < bytes.count, bytes[place] == delimiter else { return false }
    place += 1
    return true
  }

  private mutating func field() throws(DataError) -> String {
    if place < bytes.count, bytes[place] == quote { return try quoted() }
    let start = place
    while place < bytes.count, bytes[place] != delimiter, lineEnd == nil {
      guard bytes[place] != quote else {
        throw failure("a quote stands inside a field that has none at its beginning")
      }
      place += 1
    }
    return try text(Array(bytes[start..<place]))
  }

  private mutating func quoted() throws(DataError) -> String {
    let first = line
    var content: [UInt8] = []
    place += 1
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte == newline { line += 1 }
      guard byte == quote else {
        content.append(byte)
        continue
      }
      guard place < bytes.count, bytes[place] == quote else {
        guard place == bytes.count || bytes[place] == delimiter || lineEnd != nil else {
          throw failure("something follows a closing quote; expected a comma or the line's end")
        }
        return try text(content)
      }
      content.append(quote)
      place += 1
    }
    line = first
    throw failure("a quote is opened and never closed")
  }

  private func text(_ bytes: [UInt8]) throws(DataError) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    throw failure("the text is not UTF-8; convert it, for example by 'iconv -t UTF-8'")
  }

  private func failure(_ what: String) -> DataError {
    DataError(
      .wrongType, "cannot read line \(line) of '\(name)' as comma-separated values: \(what)")
  }
}

private let quote = UInt8(ascii: "\"")
private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")

/// Why a Keras file or a description in Keras's words cannot be used, as a sentence.
public struct KerasFormatError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What we were doing, to what, what was expected, what was found, what to try.
  public let description: String

  /// An error with its sentence.
  public init(_ description: String) { self.description = description }
}

extension String {
  /// The text on one line, without what a terminal would obey: for words from files in sentences.
  var withoutControls: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) ? " " : $0 }))
  }
}

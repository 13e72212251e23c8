/// Why a Keras file or a description in Keras's words cannot be used, as a sentence.
public struct KerasFormatError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What we were doing, to what, what was expected, what was found, what to try.
  public let description: String

  /// An error with its sentence.
  public init(_ description: String) { self.description = description }
}

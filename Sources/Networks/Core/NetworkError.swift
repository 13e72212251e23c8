/// Why a network cannot be built, as a sentence.
public struct NetworkError: Error, Sendable, CustomStringConvertible {
  /// What we were doing, what was expected, what was found, what to try.
  public let description: String

  /// An error with its sentence.
  public init(_ description: String) { self.description = description }
}

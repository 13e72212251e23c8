/// Why a run cannot start or go on, as a sentence, with what kind of trouble it is.
public struct TrainingError: Error, Sendable, CustomStringConvertible {
  /// The kinds of trouble, each with an exit code of the command.
  public enum Kind: Sendable {
    /// What the user asked for does not fit together.
    case usage
    /// A dataset, model or recipe holds something that cannot be used.
    case data
    /// A file is not there.
    case missing
    /// A result cannot be created or written.
    case output
    /// Writing failed on the way.
    case inputOutput
    /// Numbers are not finite.
    case diverged
  }

  /// What kind of trouble it is.
  public let kind: Kind
  /// What we were doing, to what, what was expected, what was found, what to try.
  public let description: String

  /// An error with its sentence.
  public init(_ description: String, kind: Kind = .usage) {
    self.description = description
    self.kind = kind
  }
}

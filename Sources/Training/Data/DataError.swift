/// What is wrong with data to train on, as one sentence for a person and one reason for a program.
public struct DataError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kinds of failure that a caller may want to treat differently.
  public enum Reason: Sendable, Equatable {
    /// Elements that are no numbers.
    case wrongType
    /// A rank, extent or row count that does not fit the rest.
    case wrongShape
    /// No rows, or rows without numbers.
    case empty
    /// NaN or infinity where the settings allow none.
    case notFinite
    /// A setting that makes no sense with this data.
    case badSetting
    /// No scratch space, or too little.
    case noScratch
  }

  /// The kind of failure.
  public let reason: Reason
  /// What we were doing, to what, what was expected, what was found, what to try.
  public let description: String

  package init(_ reason: Reason, _ description: String) {
    self.reason = reason
    self.description = description
  }
}

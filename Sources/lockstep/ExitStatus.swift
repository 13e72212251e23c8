import HDF5
import KerasFormat
import Networks
import Training

/// What the command's exit code says; the numbers are those of BSD's sysexits where they exist.
enum ExitStatus: Int32 {
  /// Two models differ.
  case differs = 1
  /// The command line makes no sense.
  case usage = 64
  /// A dataset, model or recipe holds something that cannot be used.
  case data = 65
  /// An input file is missing or cannot be opened.
  case missing = 66
  /// This machine lacks something.
  case unavailable = 69
  /// Numbers are not finite, or a mistake of our own.
  case software = 70
  /// A result cannot be created.
  case output = 73
  /// Reading or writing failed on the way.
  case inputOutput = 74
  /// Stopped by SIGINT.
  case interrupted = 130
  /// Stopped by SIGTERM.
  case terminated = 143

  /// The sentence and code of an error; nil for those of the argument parser.
  static func explain(_ error: any Error) -> (sentence: String, status: ExitStatus)? {
    switch error {
    case let error as CommandError: (error.description, error.status)
    case let error as TrainingError: (error.description, ExitStatus(error.kind))
    case let error as HDF5Error: (error.description, ExitStatus(error.reason))
    case let error as DataError: (error.description, .data)
    case let error as NetworkError: (error.description, .data)
    case let error as KerasFormatError: (error.description, .data)
    default: nil
    }
  }

  private init(_ kind: TrainingError.Kind) {
    self =
      switch kind {
      case .usage: .usage
      case .data: .data
      case .missing: .missing
      case .output: .output
      case .inputOutput: .inputOutput
      case .diverged: .software
      }
  }

  private init(_ reason: HDF5Error.Reason) {
    self =
      switch reason {
      case .noSuchFile, .notRegularFile, .noPermission: .missing
      case .cannotWrite: .output
      case .inUse, .changed, .failed: .inputOutput
      default: .data
      }
  }
}

/// Something that only the command can find wrong.
struct CommandError: Error, CustomStringConvertible {
  let description: String
  let status: ExitStatus

  init(_ description: String, _ status: ExitStatus) {
    self.description = description
    self.status = status
  }
}

/// The command has said all there is to say, and ends with a code.
struct Stopped: Error {
  let status: ExitStatus
}

import ArgumentParser
import Foundation
import KerasFormat
import Kernels

/// The door of the command: checks the machine, reads the arguments, and maps errors to exit codes.
@main
enum Main {
  static func main() {
    // Before anything else: the process that reads a stranger's file shall have nothing to lose.
    let arguments = Array(CommandLine.arguments.dropFirst(2))
    switch CommandLine.arguments.dropFirst().first {
    case ModelReaderProcess.argument: ModelReaderProcess.run(arguments)
    case DataInspection.argument: DataInspection.run(arguments)
    default: break
    }
    let missing = missingInstructionSets()
    guard missing.isEmpty else {
      fail(
        "this program was built for a processor with \(missing.joined(separator: ", ")), which "
          + "this one lacks; build it here, or with LOCKSTEP_MARCH=x86-64-v3", .unavailable)
    }
    openStandardStreams()
    // A reader that goes away (`lockstep inspect … | head`) is an error of write, not a death.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try Lockstep.parseAsRoot()
      try command.run()
    } catch let stopped as Stopped {
      exit(stopped.status.rawValue)
    } catch {
      if let (sentence, status) = ExitStatus.explain(error) { fail(sentence, status) }
      Lockstep.exit(withError: error)
    }
  }

  /// Puts nothing where a standard stream is closed, or the next file would take its number and
  /// get what is printed.
  private static func openStandardStreams() {
    while true {
      let file = open("/dev/null", O_RDWR)
      guard file >= 0, file <= STDERR_FILENO else {
        close(file)
        return
      }
    }
  }

  private static func fail(_ sentence: String, _ status: ExitStatus) -> Never {
    fflush(nil)
    Output.standardError("lockstep: \(sentence)")
    exit(status.rawValue)
  }
}

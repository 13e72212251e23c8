import Dispatch
import Foundation
import Synchronization
import Training

/// Turns Ctrl-C and SIGTERM into a stop after the step under way; a second one leaves at once.
///
/// Unchecked because Dispatch's sources say nothing about sendability; they are made once and then
/// left to Dispatch.
final class SignalWatch: @unchecked Sendable {
  /// Raised by the first signal.
  let stop = StopFlag()
  private let first = Atomic<Int32>(0)
  private let sources: [any DispatchSourceSignal]
  private let notice: String?

  /// Watches from now on.
  ///
  /// - Parameter notice: what is said at the first signal; nil for nothing.
  init(
    notice: String? = "stopping after this step with a checkpoint; once more leaves at once"
  ) {
    self.notice = notice
    let queue = DispatchQueue(label: "lockstep.signals", qos: .userInteractive)
    var sources: [any DispatchSourceSignal] = []
    for number in [SIGINT, SIGTERM] {
      // Dispatch sees signals that are ignored too.
      signal(number, SIG_IGN)
      sources.append(DispatchSource.makeSignalSource(signal: number, queue: queue))
    }
    self.sources = sources
    for (source, number) in zip(sources, [SIGINT, SIGTERM]) {
      source.setEventHandler { [self] in arrived(number) }
      source.activate()
    }
  }

  /// The exit code for the signal that came first; nil when none came.
  var status: ExitStatus? {
    switch first.load(ordering: .relaxed) {
    case 0: nil
    case SIGTERM: .terminated
    default: .interrupted
    }
  }

  private func arrived(_ number: Int32) {
    guard first.exchange(number, ordering: .relaxed) == 0 else { _exit(128 + number) }
    stop.raise()
    if let notice { Output.standardError("\nlockstep: \(notice)") }
  }
}

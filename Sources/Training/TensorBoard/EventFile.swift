import Foundation

/// A file of events that TensorBoard reads while it grows.
final class EventFile {
  private let log: LineLog

  /// Begins a file in a folder, which is made where it is missing.
  ///
  /// - Parameters:
  ///   - folder: what TensorBoard shows as a run.
  ///   - step: where a run goes on, so that TensorBoard drops what came after it before; nil for a
  ///     fresh start.
  init(in folder: String, from step: Int?) {
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let host = ProcessInfo.processInfo.hostName
    let seconds = Int(Date().timeIntervalSince1970)
    log = LineLog("\(folder)/events.out.tfevents.\(seconds).\(host).\(getpid()).0.v2")
    var version = Self.event(at: nil)
    version.add(3, "brain.Event:2")
    write(version)
    guard let step else { return }
    var session = ProtobufMessage()
    session.add(1, 1)
    var start = Self.event(at: step)
    start.add(7, session)
    write(start)
  }

  /// Adds values that belong to a step.
  func write(_ summaries: [EventSummary], step: Int) {
    var summary = ProtobufMessage()
    for value in summaries { summary.add(1, value.message) }
    var event = Self.event(at: step)
    event.add(5, summary)
    write(event)
  }

  /// The failure to write, to be reported once.
  var failure: String? { log.takeFailure() }

  private func write(_ event: ProtobufMessage) { log.append(RecordFrame.bytes(of: event.bytes)) }

  private static func event(at step: Int?) -> ProtobufMessage {
    var event = ProtobufMessage()
    event.add(1, Date().timeIntervalSince1970)
    if let step { event.add(2, step) }
    return event
  }
}

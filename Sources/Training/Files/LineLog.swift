import Foundation

/// A file to which lines or records are appended: `history.csv`, `log.jsonl`, events for TensorBoard.
///
/// One that cannot be written is no reason to lose a training run: the first failure is
/// reported, and the log stays silent from then on.
final class LineLog {
  private let path: String
  private var file: CInt
  private(set) var failure: String?

  /// Opens a log to append to.
  init(_ path: String) {
    self.path = path
    file = open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0o644)
    if file < 0 { fail() }
  }

  deinit { if file >= 0 { close(file) } }

  /// Appends one line.
  func append(_ line: String) { append(Array((line + "\n").utf8)) }

  /// Appends one record.
  func append(_ record: [UInt8]) {
    guard file >= 0 else { return }
    var bytes = record[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { return fail() }
      bytes = bytes.dropFirst(written)
    }
  }

  /// Takes the failure to report; nil when there is none, or it was taken.
  func takeFailure() -> String? {
    defer { failure = nil }
    return failure
  }

  private func fail() {
    failure = "Writing '\(path)' failed: \(String(cString: strerror(errno))); it ends here."
    if file >= 0 { close(file) }
    file = -1
  }
}

import Foundation

/// Lines on the two standard streams.
///
/// A reader that has gone away is no reason to stop: a training run goes on, and everything else
/// ends soon anyway.
enum Output {
  /// Writes a line for whoever reads the results.
  static func line(_ text: String = "") { write(text + "\n") }

  /// Writes text as it is.
  static func write(_ text: String) { write(text, to: STDOUT_FILENO) }

  /// Writes bytes of a text.
  ///
  /// - Parameter bytes: whole characters.
  /// - Returns: false where nobody reads any more.
  static func write(_ bytes: [UInt8]) -> Bool { write(bytes[...], to: STDOUT_FILENO) }

  /// Writes a line for whoever watches.
  static func standardError(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

  /// Writes a sentence about something that was done in another way than might be thought.
  static func warning(_ text: String) { standardError("lockstep: warning: \(text)") }

  private static func write(_ text: String, to file: Int32) {
    _ = write(Array(text.utf8)[...], to: file)
  }

  private static func write(_ bytes: ArraySlice<UInt8>, to file: Int32) -> Bool {
    var bytes = bytes
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { return false }
      bytes = bytes.dropFirst(written)
    }
    return true
  }
}

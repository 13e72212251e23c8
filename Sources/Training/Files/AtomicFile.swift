import Foundation

/// A file that appears under its name whole or not at all, and is on the disk when it does: a crash
/// leaves the old one or the new one, never a mixture.
///
/// A temporary file in the same directory is written, synced and closed, then renamed over the
/// target, and the directory is synced: only then is the file said to be there. After a failure
/// the temporary file is removed, and a second try writes a new one from the beginning, for a
/// failed fsync may have thrown pages away (Rebello et al. 2020).
package struct AtomicFile {
  /// Where the file will be.
  package let path: String
  /// Where it is written until it is whole; in the same directory, so that renaming is atomic.
  package let temporaryPath: String

  /// Chooses a temporary name next to a path, for a writer that brings the bytes there itself.
  package init(_ path: String) throws(TrainingError) {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw TrainingError("Writing '\(path)' failed: it is not a regular file.", kind: .output)
    }
    self.path = path
    temporaryPath = "\(path).tmp-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
  }

  /// Forces the content to the disk, gives the file its name, and forces that to the disk.
  package func publish() throws(TrainingError) {
    try Self.sync(temporaryPath, O_RDWR)
    try Self.check(rename(temporaryPath, path), "renaming the new file to", path)
    try Self.syncDirectory(of: path)
  }

  /// Removes what was written.
  package func discard() { unlink(temporaryPath) }

  /// Removes what writers that were killed have left in a run's directory, and nothing else.
  static func removeLeftovers(in directory: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    for name in names where name.contains(/\.(h5|csv|yaml)\.tmp-[0-9]+$/) {
      unlink("\(directory)/\(name)")
    }
  }
}

// MARK: Whole files

extension AtomicFile {
  /// Writes a file.
  ///
  /// - Parameters:
  ///   - parts: the bytes, one part after the other.
  ///   - path: where the file will be.
  ///   - tries: how often to begin anew, where no later chance will come.
  /// - Throws: a sentence that names the file and what the system said.
  package static func write(
    _ parts: [[UInt8]], to path: String, tries: Int = 1
  ) throws(TrainingError) {
    for _ in 1..<max(tries, 1) where (try? attempt(parts, path)) != nil { return }
    try attempt(parts, path)
  }

  private static func attempt(_ parts: [[UInt8]], _ path: String) throws(TrainingError) {
    let temporary = "\(path).tmp-\(getpid())"
    do {
      try writeAndSync(parts, to: temporary)
      try check(rename(temporary, path), "renaming the new file to", path)
    } catch {
      unlink(temporary)
      throw error
    }
    try syncDirectory(of: path)
  }

  /// Writes a text file.
  package static func write(_ text: String, to path: String) throws(TrainingError) {
    try write([Array(text.utf8)], to: path)
  }

  private static func writeAndSync(_ parts: [[UInt8]], to path: String) throws(TrainingError) {
    // One that could not be removed after a failure is ours: its name has our number.
    unlink(path)
    let file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o644)
    try check(file, "creating", path, .output)
    do {
      for part in parts { try writeAll(part, file, path) }
      try check(fsync(file), "syncing", path)
    } catch {
      close(file)
      throw error
    }
    try check(close(file), "closing", path)
  }

  private static func writeAll(
    _ bytes: [UInt8], _ file: CInt, _ path: String
  ) throws(TrainingError) {
    var done = 0
    while done < bytes.count {
      let written = bytes[done...].withUnsafeBytes {
        Foundation.write(file, $0.baseAddress, $0.count)
      }
      if written < 0, errno == EINTR { continue }
      try check(CInt(clamping: written), "writing", path)
      done += written
    }
  }

  private static func syncDirectory(of path: String) throws(TrainingError) {
    try sync(parentDirectory(of: path), O_RDONLY | O_DIRECTORY)
  }

  private static func sync(_ path: String, _ flags: CInt) throws(TrainingError) {
    let file = open(path, flags | O_CLOEXEC)
    try check(file, "opening", path)
    defer { close(file) }
    // Some file systems cannot sync a directory, and say EINVAL.
    if fsync(file) != 0, errno != EINVAL { try check(-1, "syncing", path) }
  }

  private static func check(
    _ result: CInt, _ action: String, _ path: String, _ kind: TrainingError.Kind = .inputOutput
  ) throws(TrainingError) {
    guard result < 0 else { return }
    throw TrainingError(
      "Writing failed while \(action) '\(path)': \(String(cString: strerror(errno))).",
      kind: kind)
  }
}

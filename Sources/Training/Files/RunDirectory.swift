import Foundation

/// The directory of one run, held by one process at a time.
///
///     RUN/recipe.yaml  history.csv  log.jsonl  model.h5  checkpoints/step-00000300.h5  .lock
public final class RunDirectory: Sendable {
  /// Where it is.
  public let path: String
  private let lock: CInt
  /// The directories that were not there before, the innermost first.
  private let made: [String]

  /// Creates the directory where it is missing, and takes its lock.
  ///
  /// The lock is `flock`'s: the system releases it when the process ends, however it ends.
  ///
  /// - Parameters:
  ///   - path: where the directory is or will be.
  ///   - bytes: how much room there must be.
  /// - Throws: a sentence when it cannot be created or written, or another run holds it; then
  ///   nothing new is there.
  public init(_ path: String, needing bytes: Int = 0) throws(TrainingError) {
    self.path = path
    let made = Self.missing(path)
    do throws(TrainingError) {
      try Self.checkRoom(path, bytes)
      try Self.create(made.reversed(), for: path)
      lock = try Self.takeLock(path)
    } catch {
      Self.remove(made)
      throw error
    }
    self.made = made
    AtomicFile.removeLeftovers(in: path)
    AtomicFile.removeLeftovers(in: "\(path)/checkpoints")
  }

  deinit { close(lock) }

  /// The path of a file in the directory.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Whether a run has been here before.
  public var isUsed: Bool {
    FileManager.default.fileExists(atPath: file("recipe.yaml"))
  }

  /// Removes what was made for a run that never made a step; a directory that was there stays.
  func discard() {
    guard !made.isEmpty else { return }
    for name in ["recipe.yaml", "history.csv", "log.jsonl", ".lock"] { unlink(file(name)) }
    Self.remove(made)
  }

  // MARK: Making it

  /// The directories of a path that are not there, the innermost first.
  private static func missing(_ path: String) -> [String] {
    var missing = ["\(path)/checkpoints", path]
    while let last = missing.last {
      let parent = parentDirectory(of: last)
      guard parent != last, !FileManager.default.fileExists(atPath: parent) else { break }
      missing.append(parent)
    }
    return missing.filter { !FileManager.default.fileExists(atPath: $0) }
  }

  /// Removes directories that are empty.
  private static func remove(_ directories: [String]) { directories.forEach { rmdir($0) } }

  private static func create(
    _ directories: some Sequence<String>, for path: String
  ) throws(TrainingError) {
    for directory in directories where mkdir(directory, 0o777) != 0 && errno != EEXIST {
      throw TrainingError(
        "Creating the run directory '\(path)' failed: \(String(cString: strerror(errno))). "
          + "Name another with --run DIR.", kind: .output)
    }
    guard access("\(path)/checkpoints", W_OK | X_OK) == 0 else { throw unwritable(path) }
  }

  /// Refuses a file system that has no room for what will surely be written.
  private static func checkRoom(_ path: String, _ bytes: Int) throws(TrainingError) {
    let place = missing(path).last.map(parentDirectory) ?? path
    var room = statvfs()
    // Some file systems do not know their size, and say 0.
    guard statvfs(place, &room) == 0, room.f_blocks > 0 else { return }
    let free = Int(room.f_bavail).multipliedReportingOverflow(by: Int(room.f_frsize))
    guard !free.overflow, free.partialValue < bytes else { return }
    throw TrainingError(
      "The run directory '\(path)' would be on a disk with \(free.partialValue >> 10) KiB left, and "
        + "a checkpoint and a model of this run take \(bytes >> 10) KiB. Free some space, or name "
        + "another directory with --run DIR.", kind: .output)
  }

  private static func takeLock(_ path: String) throws(TrainingError) -> CInt {
    let name = "\(path)/.lock"
    let file = open(name, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw unwritable(path) }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let holder = (try? String(contentsOfFile: name, encoding: .utf8)) ?? ""
      close(file)
      throw TrainingError(
        "The run directory '\(path)' is in use by process \(holder.isEmpty ? "?" : holder). "
          + "Wait for it to end, or name another directory with --run DIR.", kind: .output)
    }
    // The number only helps whoever finds the directory taken; what holds it is the lock.
    let holder = "\(getpid())"
    if ftruncate(file, 0) == 0 { _ = holder.withCString { pwrite(file, $0, strlen($0), 0) } }
    return file
  }

  private static func unwritable(_ path: String) -> TrainingError {
    TrainingError(
      "The run directory '\(path)' cannot be written: \(String(cString: strerror(errno))). "
        + "Name another with --run DIR.", kind: .output)
  }
}

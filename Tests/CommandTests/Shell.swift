import Foundation
import TestSupport
import Testing

/// Commands that need more than arguments: pipes, other users, signals at the right moment.
struct Shell {
  let output: String
  let errors: String
  let status: Int32

  /// Runs a script of bash, in which `$LOCKSTEP` is the command.
  init(_ script: String, in folder: URL) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", script]
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["LOCKSTEP": try Command.program.path, "SWIFT_BACKTRACE": "enable=no"]
    ) { $1 }
    let (out, err) = (Pipe(), Pipe())
    process.standardOutput = out
    process.standardError = err
    process.standardInput = FileHandle.nullDevice
    try process.run()
    // What the scripts print fits into a pipe.
    process.waitUntilExit()
    output = String(decoding: try out.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    errors = String(decoding: try err.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    status = process.terminationStatus
  }
}

/// The command at work, while the test does something.
final class BackgroundCommand {
  private let process = Process()

  init(_ arguments: [String], in folder: URL) throws {
    process.executableURL = try Command.program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  deinit { if process.isRunning { kill(number, SIGKILL) } }

  /// The number of the process.
  var number: Int32 { process.processIdentifier }

  /// Waits until something holds, five minutes at most.
  func wait(_ title: String, until isSo: () -> Bool) throws {
    try process.wait(title, until: isSo)
  }

  func send(_ signal: Int32) { kill(number, signal) }

  /// Waits for the end: the exit code, or the signal that it died of.
  func wait() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }
}

extension Process {
  /// Waits until something holds, five minutes at most; the process must not end before.
  func wait(_ title: String, until isSo: () throws -> Bool) throws {
    let end = ContinuousClock().now + .seconds(300)
    while try !isSo() {
      try #require(isRunning, "the command has ended before \(title)")
      try #require(ContinuousClock().now < end, "there is no \(title)")
      Thread.sleep(forTimeInterval: 0.005)
    }
  }
}

/// A small file system in memory; only root can make one.
final class SmallDisk {
  private let path: String

  /// Whether one can be made here.
  static let isPossible: Bool = {
    guard geteuid() == 0, let scratch = try? ScratchDirectory() else { return false }
    return (try? SmallDisk(scratch.file("probe"), bytes: 1 << 16)) != nil
  }()

  init(_ path: String, bytes: Int) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    self.path = path
    try run("mount", "-t", "tmpfs", "-o", "size=\(bytes)", "tmpfs", path)
  }

  deinit { try? run("umount", "-l", path) }

  /// Fills it but for some bytes.
  func fill(leaving bytes: Int) throws {
    var room = statvfs()
    try #require(statvfs(path, &room) == 0)
    let free = Int(room.f_bavail) * Int(room.f_frsize)
    try Data(count: max(0, free - bytes)).write(to: URL(fileURLWithPath: "\(path)/filling"))
  }

  /// Makes room again.
  func clear() throws { try FileManager.default.removeItem(atPath: "\(path)/filling") }

  private func run(_ command: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(command.joined(separator: " "))")
  }
}

import Foundation
import Testing

/// Runs the command that was built beside the tests.
struct Command {
  let output: String
  let errors: String
  let status: Int32

  /// Where the command is: beside the bundle of the tests.
  static var program: URL {
    get throws {
      let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
      let beside = Bundle.main.executableURL?.deletingLastPathComponent()
      let places = [beside, top.appendingPathComponent(".build/debug")].compactMap(\.self)
      let programs = places.map { $0.appendingPathComponent("lockstep") }
      return try #require(
        programs.first { FileManager.default.isExecutableFile(atPath: $0.path) },
        "the command is not built")
    }
  }

  /// Runs the command to its end.
  ///
  /// - Parameters:
  ///   - arguments: what follows the command's name.
  ///   - folder: where it works; the tests' own by default.
  ///   - environment: variables beside the tests' own.
  ///   - signal: what it is sent, or nothing.
  ///   - bytes: how much it has printed when the signal is sent.
  /// - Throws: what starting it or reading its output throws.
  init(
    _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:],
    interrupt signal: Int32? = nil, after bytes: Int = 0
  ) throws {
    let process = Process()
    process.executableURL = try Self.program
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = folder }
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let scratch = FileManager.default.temporaryDirectory
      .appendingPathComponent("lockstep-\(UUID().uuidString)")
    // Files, since a pipe that nobody empties would stop the command.
    let (out, err) = (scratch.path + ".out", scratch.path + ".err")
    for path in [out, err] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    defer { for path in [out, err] { try? FileManager.default.removeItem(atPath: path) } }
    process.standardOutput = FileHandle(forWritingAtPath: out)
    process.standardError = FileHandle(forWritingAtPath: err)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    if let signal {
      // What a command says that has ended already is for the test to judge.
      try process.wait("output") { try !process.isRunning || Self.size(of: out) >= bytes }
      kill(process.processIdentifier, signal)
    }
    process.waitUntilExit()
    output = try String(contentsOfFile: out, encoding: .utf8)
    errors = try String(contentsOfFile: err, encoding: .utf8)
    status = process.terminationStatus
  }

  private static func size(of path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.size] as? Int)
  }
}

extension Command {
  /// Runs the command to its end.
  init(
    _ arguments: String..., in folder: URL? = nil, environment: [String: String] = [:],
    interrupt signal: Int32? = nil, after bytes: Int = 0
  ) throws {
    try self.init(
      arguments, in: folder, environment: environment, interrupt: signal, after: bytes)
  }
}

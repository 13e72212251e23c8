import Foundation
import TestSupport
import Testing

@testable import Training

extension TrainingTests {
  /// Files appear whole or not at all; a directory has one run at a time.
  @Suite struct FileTests {
    @Test func replacesWholeFiles() throws {
      let scratch = try ScratchDirectory()
      try AtomicFile.write("old", to: scratch.file("a"))
      try AtomicFile.write([Array("ne".utf8), [], Array("w".utf8)], to: scratch.file("a"))
      #expect(try String(contentsOfFile: scratch.file("a"), encoding: .utf8) == "new")
      #expect(try scratch.names == ["a"])
    }

    @Test func failuresLeaveNothing() throws {
      let scratch = try ScratchDirectory()
      try FileManager.default.createDirectory(
        atPath: scratch.file("a/b"), withIntermediateDirectories: true)
      let renaming = try #require(failure { try AtomicFile.write("x", to: scratch.file("a")) })
      #expect(renaming.kind == .inputOutput && renaming.description.contains("renaming"))
      #expect(try scratch.names == ["a"])
      let missing = try #require(
        failure { try AtomicFile.write("x", to: scratch.file("none/a")) })
      #expect(missing.kind == .output && missing.description.contains("No such file"))
    }

    @Test(arguments: [
      ("a", "."), ("a/b", "a"), ("/a", "/"), ("/a/b//", "/a"), ("a//b", "a"), ("/", "/"), ("", "."),
      ("./a", "."), ("../run/x.h5", "../run"),
    ])
    func parents(_ path: String, _ parent: String) { #expect(parentDirectory(of: path) == parent) }

    @Test func lockIsHeldByOneAndFreeAfterwards() throws {
      let scratch = try ScratchDirectory()
      do {
        let first = try RunDirectory(scratch.file("run"))
        let error = try #require(failure { _ = try RunDirectory(scratch.file("run")) })
        #expect(error.description.contains("in use by process \(getpid())"))
        withExtendedLifetime(first) {}
      }
      _ = try RunDirectory(scratch.file("run"))
      try "4711".write(toFile: scratch.file("run/.lock"), atomically: false, encoding: .utf8)
      _ = try RunDirectory(scratch.file("run"))
    }

    @Test func linesAreAppendedUntilOneFails() throws {
      let scratch = try ScratchDirectory()
      do {
        let log = LineLog(scratch.file("log"))
        log.append("one")
        log.append("two")
        #expect(log.takeFailure() == nil)
      }
      #expect(try String(contentsOfFile: scratch.file("log"), encoding: .utf8) == "one\ntwo\n")
      let full = LineLog("/dev/full")
      full.append("three")
      #expect(full.takeFailure()?.contains("No space left") == true)
      full.append("four")
      #expect(full.takeFailure() == nil)
    }
  }
}

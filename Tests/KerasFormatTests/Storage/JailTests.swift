import CPlatform
import Foundation
import KerasFormat
import TestSupport
import Testing

/// Children that crash, hang or lie, each in a process of its own whose environment names them.
@Suite struct JailTests {
  /// Reads a model by a program that is this shell script, and checks the sentence.
  ///
  /// A machine under load may be slow, so that the limit is a second only where it is to be reached.
  private static func check(_ script: String, _ expected: String, seconds: Int = 60) throws {
    try StoredFixture.withDirectory { directory in
      let program = "\(directory)/reader"
      try StoredFixture.write(Array("#!/bin/sh\n\(script)\n".utf8), to: program)
      chmod(program, 0o755)
      setenv("LOCKSTEP_JAIL", program, 1)
      var limits = ReadingLimits()
      limits.seconds = seconds
      let start = ContinuousClock.now
      let text = StoredFixture.sentence {
        _ = try StoredModel.read(path: StoredFixture.path("stored.keras"), limits: limits)
      }
      guard text.contains(expected), ContinuousClock.now - start < limits.longest else {
        FileHandle.standardError.write(Data("expected \(expected), found \(text)\n".utf8))
        _exit(1)
      }
      // Nothing is left behind that could be waited for.
      var status: Int32 = 0
      guard waitpid(-1, &status, WNOHANG) == -1, errno == ECHILD else { _exit(2) }
    }
  }

  @Test func crash() async {
    await #expect(processExitsWith: .success) {
      try JailTests.check("kill -SEGV $$", "damaged or hostile: the process that was kept apart")
    }
  }

  @Test func ownClock() async {
    await #expect(processExitsWith: .success) {
      try JailTests.check("kill -ALRM $$", "damaged or hostile: reading it took more than 60 sec")
    }
  }

  @Test func hang() async {
    await #expect(processExitsWith: .success) {
      try JailTests.check(
        "exec sleep 1000", "damaged or hostile: reading it took more than 1 sec", seconds: 1)
    }
  }

  /// The output is closed, and the process stays.
  @Test func silentHang() async {
    await #expect(processExitsWith: .success) {
      try JailTests.check(
        "exec sleep 1000 >&-", "reading it took more than 1 seconds", seconds: 1)
    }
  }

  @Test func otherVersion() async {
    await #expect(processExitsWith: .success) {
      try JailTests.check("exit 64", "was found to read it is of another version")
      try JailTests.check("echo LSKMODL0 and more of it", "of another version")
    }
  }

  @Test func nonsense() async {
    await #expect(processExitsWith: .success) {
      let head = "printf LSKMODL1"
      let (zero, one) = (#"\000\000\000\000\000\000\000\000"#, #"\001\000\000\000\000\000\000\000"#)
      let endless = #"\377\377\377\377\377\377\377\177"#
      try JailTests.check("\(head); printf '\(zero)\(endless)'", "makes no sense")
      try JailTests.check("\(head); printf '\(zero)\(one)x'", "makes no sense")
      try JailTests.check("\(head); printf '\(zero)'", "the process that was kept apart")
      try JailTests.check("\(head); printf '\(one)\(one)!'", "!")
    }
  }

  /// What is left to the process that reads: its memory and its end.
  @Test func confined() async {
    await #expect(processExitsWith: .success) {
      let pid = getpid()
      lockstep_confine_reader()
      if open("/etc/passwd", O_RDONLY) >= 0 { _exit(1) }
      if socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) >= 0 { _exit(2) }
      if kill(pid, 0) == 0 || unlink("/nowhere") == 0 || errno != EPERM { _exit(3) }
      let memory = malloc(64 << 20)
      if memory == nil { _exit(4) }
      free(memory)
      _exit(0)
    }
  }

  /// Memory beyond the limit is not given, and time beyond it ends the process.
  @Test func limited() async {
    await #expect(processExitsWith: .success) {
      lockstep_limit_reader(64 << 20, 60)
      if let memory = malloc(512 << 20) {
        memset(memory, 1, 1)
        _exit(1)
      }
    }
    await #expect(processExitsWith: .signal(SIGXCPU)) {
      lockstep_limit_reader(64 << 20, 1)
      // Under load the clock would come before the processor's time.
      alarm(0)
      var random = SystemRandomNumberGenerator()
      while random.next() != 0 {}
    }
    await #expect(processExitsWith: .signal(SIGALRM)) {
      lockstep_limit_reader(64 << 20, 1)
      sleep(60)
    }
  }

  @Test func noProgram() async {
    await #expect(processExitsWith: .success) {
      setenv("LOCKSTEP_JAIL", "/nowhere/lockstep", 1)
      let text = StoredFixture.sentence {
        _ = try StoredModel.read(path: StoredFixture.path("stored.keras"))
      }
      if !text.contains("the variable LOCKSTEP_JAIL names '/nowhere/lockstep'") { _exit(1) }
    }
  }
}

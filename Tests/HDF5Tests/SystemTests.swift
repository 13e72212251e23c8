import Foundation
import HDF5
import Testing

extension HDF5Tests {
  /// Limits of the system, each in a process of its own where it would last.
  @Suite struct SystemTests {
    /// A disk that fills up ends in an error at some call, never in a crash, not even at exit.
    @Test(arguments: [0, 1000, 5000, 50_000, 200_000])
    func fullDisk(room: Int) async {
      await #expect(processExitsWith: .success) { [room] in
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: rlim_t(room), rlim_max: rlim_t.max)
        setrlimit(__rlimit_resource_t(1), &limit)
        try Fixture.withDirectory { directory in
          let error = failure { () throws(HDF5Error) in
            try SystemTests.writeRows(to: directory + "/rows.h5")
          }
          guard error?.reason == .cannotWrite,
            error?.description.hasSuffix(": File too large") == true
          else { _exit(2) }
          limit.rlim_cur = rlim_t.max
          setrlimit(__rlimit_resource_t(1), &limit)
          try SystemTests.writeRows(to: directory + "/again.h5")
          let file = try File(reading: directory + "/again.h5")
          guard try file.dataset("x").shape == [2000, 50] else { _exit(3) }
        }
      }
    }

    static func writeRows(to path: String) throws(HDF5Error) {
      let file = try NewFile(at: path)
      try file.setAttribute("about", to: .text("rows"))
      var rows = try file.appendRows(
        of: Float.self, to: "x", rowShape: [50], packing: Packing(chunk: [100, 50]))
      for _ in 0..<20 { try rows.append([Float](repeating: 1, count: 100 * 50)) }
      try rows.close()
      try file.close()
    }

    @Test func openForWritingElsewhere() throws {
      try Fixture.withDirectory { directory in
        let path = directory + "/data.h5"
        try Fixture.write(try Fixture.bytes("numbers.h5"), to: path)
        let descriptor = open(path, O_RDWR)
        defer { close(descriptor) }
        try #require(flock(descriptor, LOCK_EX) == 0)
        let error = failure { () throws(HDF5Error) in _ = try File(reading: path) }
        #expect(error?.reason == .inUse)
        #expect(
          error?.description
            == "the file '\(path)' is open for writing in another program; try again when it is done"
        )
      }
    }

    /// A child has copies of what was open when it was started, the lock of a file being written too.
    @Test func childrenKeepNoLock() throws {
      try Fixture.withDirectory { directory in
        let path = directory + "/data.h5"
        let file = try NewFile(at: path)
        try file.setAttribute("about", to: .text("rows"))
        let child = try Self.startSleeper()
        defer { Self.end(child) }
        try file.close()
        _ = try File(reading: path)
      }
    }

    /// Nor of one with foreign bytes in front, as tests write them.
    @Test func childrenKeepNoLockOfTests() throws {
      try Fixture.withDirectory { directory in
        let path = directory + "/data.h5"
        var layout = ChunkLayout()
        layout.userBlock = 512
        var child: Result<pid_t, any Error>?
        layout.write([UInt8](repeating: 0, count: 120), to: path) { _ in
          child = Result { try Self.startSleeper() }
        }
        let started = try #require(child).get()
        defer { Self.end(started) }
        _ = try File(reading: path)
      }
    }

    private static func startSleeper() throws -> pid_t {
      var child: pid_t = 0
      let program = strdup("sleep")
      let minute = strdup("60")
      defer {
        free(program)
        free(minute)
      }
      try #require(posix_spawnp(&child, "sleep", nil, nil, [program, minute, nil], environ) == 0)
      return child
    }

    private static func end(_ child: pid_t) {
      kill(child, SIGKILL)
      waitpid(child, nil, 0)
    }

    /// The bytes of files in memory are freed with the file, and where it does not open.
    @Test func images() async {
      await #expect(processExitsWith: .success) {
        var padded = try Fixture.bytes("numbers.h5")
        padded += [UInt8](repeating: 0, count: 4 << 20)
        var damaged = padded
        damaged.replaceSubrange(24..<64, with: [UInt8](repeating: 0x7F, count: 40))
        var before = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &before)
        for _ in 0..<60 {
          let file = try File(bytes: padded, name: "image")
          guard try file.dataset("grid").read(as: Int.self, limit: 42)[41] == 41 else { _exit(1) }
          guard (try? File(bytes: damaged, name: "damaged")) == nil else { _exit(2) }
        }
        var after = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &after)
        // In KiB; all of them together are 480 MiB.
        if after.ru_maxrss - before.ru_maxrss > 100 << 10 { _exit(3) }
      }
    }

    /// The environment cannot make libhdf5 look elsewhere for code or data.
    @Test func environment() async {
      await #expect(processExitsWith: .success) {
        let names = ["HDF5_PLUGIN_PATH", "HDF5_EXTFILE_PREFIX", "HDF5_VDS_PREFIX"]
        for name in names { setenv(name, "/tmp", 1) }
        let file = try Fixture.open("packed.h5")
        let error = failure { () throws(HDF5Error) in
          _ = try file.dataset("lzf").read(as: Float.self, limit: 240)
        }
        let isLeft = names.contains { getenv($0) != nil }
        if error?.reason != .missingFilter || isLeft { _exit(1) }
      }
    }
  }
}

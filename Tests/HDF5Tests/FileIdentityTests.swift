import Foundation
import HDF5
import Testing

extension HDF5Tests {
  /// A data file that changes under an open reader, where libhdf5 would give zeros and success.
  @Suite struct FileIdentityTests {
    private func change(_ phrase: String, _ body: (String) throws -> Void) throws {
      try Fixture.withDirectory { directory in
        let path = directory + "/data.h5"
        try Fixture.write(try Fixture.bytes("numbers.h5"), to: path)
        let file = try File(reading: path)
        #expect(file.identity == FileIdentity(path: path))
        let grid = try file.dataset("grid")
        try file.verifyUnchanged()
        // The file system's clock ticks every few milliseconds.
        usleep(20_000)
        try body(path)
        _ = try? grid.read(as: Int.self, limit: 42)
        let error = failure { () throws(HDF5Error) in try file.verifyUnchanged() }
        #expect(error?.reason == .changed)
        #expect(error?.description.contains("'\(path)' changed while it was in use") == true)
        #expect(error?.description.contains(phrase) == true)
      }
    }

    @Test func shrunk() throws {
      let size = try Fixture.bytes("numbers.h5").count
      try change("it shrank from \(size) to 0 bytes") { truncate($0, 0) }
    }

    @Test func grown() throws {
      try change("it grew") { truncate($0, 1 << 20) }
    }

    @Test func rewritten() throws {
      try change("it was written to") { path in
        let handle = try FileHandle(forUpdating: URL(filePath: path))
        try handle.seek(toOffset: 3000)
        try handle.write(contentsOf: Data([1, 2, 3]))
        try handle.close()
      }
    }

    @Test func replaced() throws {
      try change("another file has taken its place") { path in
        try Fixture.write(try Fixture.bytes("numbers.h5"), to: path + ".new")
        rename(path + ".new", path)
      }
    }

    @Test func removed() throws {
      try change("it is no longer there") { unlink($0) }
    }

    @Test func memoryNeverChanges() throws {
      let file = try File(bytes: try Fixture.bytes("numbers.h5"), name: "numbers.h5")
      #expect(file.identity == nil)
      try file.verifyUnchanged()
    }
  }
}

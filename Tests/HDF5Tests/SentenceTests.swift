import Foundation
import HDF5
import Testing

extension HDF5Tests {
  /// What a person reads when a file or a name is not what it should be.
  @Suite struct SentenceTests {
    private func opening(_ path: String) -> HDF5Error? {
      failure { () throws(HDF5Error) in _ = try File(reading: path) }
    }

    @Test func noFile() {
      #expect(opening("/nowhere/x.h5")?.description == "there is no file '/nowhere/x.h5'")
      #expect(opening("/nowhere/x.h5")?.reason == .noSuchFile)
    }

    @Test func notRegular() {
      #expect(opening("/")?.description == "'/' is a directory; expected an HDF5 file")
      #expect(opening("/dev/null")?.reason == .notRegularFile)
    }

    @Test func noPermission() throws {
      try Fixture.withDirectory { directory in
        let path = directory + "/secret.h5"
        try Fixture.write([1], to: path)
        chmod(path, 0)
        // Root reads everything, so the file is then merely not HDF5.
        #expect(opening(path)?.reason == (getuid() == 0 ? .notHDF5 : .noPermission))
      }
    }

    @Test(arguments: [
      ("", "is empty"), ("PK\u{3}\u{4}abc", "looks like a zip archive"),
      ("\u{1F}abc", "looks like data of an unknown kind"), ("hello, world\n", "looks like text"),
      ("version https://git-lfs.github.com/spec/v1\n", "looks like a Git LFS pointer"),
      ("{\"a\": 1}", "looks like JSON text"), ("\0\0\0\0", "looks like nothing but zeros"),
    ])
    func notHDF5(content: String, sentence: String) throws {
      try Fixture.withDirectory { directory in
        let path = directory + "/x.h5"
        try Fixture.write(Array(content.utf8), to: path)
        #expect(opening(path)?.reason == .notHDF5)
        #expect(opening(path)?.description.contains(sentence) == true)
      }
      let error = failure { () throws(HDF5Error) in
        _ = try File(bytes: Array(content.utf8), name: "bytes")
      }
      #expect(error?.description.contains(sentence) == true)
    }

    @Test func cutOff() throws {
      let bytes = try Fixture.bytes("numbers.h5")
      try Fixture.withDirectory { directory in
        let path = directory + "/cut.h5"
        try Fixture.write(Array(bytes.prefix(bytes.count / 2)), to: path)
        #expect(
          opening(path)?.description
            == "the file '\(path)' is cut off: it should have \(bytes.count) bytes and has "
            + "\(bytes.count / 2); copy or download it again")
      }
      let error = failure { () throws(HDF5Error) in
        _ = try File(bytes: Array(bytes.prefix(5000)), name: "cut")
      }
      #expect(error?.reason == .damaged)
    }

    @Test func missingNames() throws {
      let file = try Fixture.open("numbers.h5")
      let error = failure { () throws(HDF5Error) in _ = try file.dataset("float32_litle") }
      #expect(error?.reason == .missing)
      #expect(
        error?.description.hasPrefix(
          "there is no '/float32_litle' in '\(file.name)', expected a dataset; '/' has "
            + "'float32_little', 'float16_little', ") == true)
      #expect(error?.description.hasSuffix(" more") == true)
      let inner = failure { () throws(HDF5Error) in _ = try file.group("group/outer") }
      #expect(
        inner?.description
          == "there is no '/group/outer' in '\(file.name)', expected a group; '/group' has 'inner'")
    }

    @Test func wrongKinds() throws {
      let file = try Fixture.open("numbers.h5")
      let group = failure { () throws(HDF5Error) in _ = try file.dataset("group") }
      #expect(group?.description == "'/group' in '\(file.name)' is a group; expected a dataset")
      let dataset = failure { () throws(HDF5Error) in _ = try file.group("scalar") }
      #expect(dataset?.description == "'/scalar' in '\(file.name)' is a dataset; expected a group")
      let through = failure { () throws(HDF5Error) in _ = try file.dataset("scalar/x") }
      #expect(
        through?.description
          == "'/scalar' in '\(file.name)' is a dataset, so there is no 'x' in it")
      for path in ["a/./b", "../x", "a\0b", String(repeating: "a/", count: 65)] {
        let error = failure { () throws(HDF5Error) in _ = try file.dataset(path) }
        #expect(error?.reason == .refused)
      }
    }

    @Test func wrongShapes() throws {
      let file = try Fixture.open("numbers.h5")
      let grid = try file.dataset("grid")
      try grid.verifyShape([7, nil, 2])
      let rank = failure { () throws(HDF5Error) in try grid.verifyShape([nil, 3]) }
      #expect(
        rank?.description
          == "'/grid' in '\(file.name)' has the shape [7, 3, 2] of rank 3; expected rank 2, "
          + "[any, 3]")
      let limit = failure { () throws(HDF5Error) in _ = try grid.read(as: Int.self, limit: 41) }
      #expect(limit?.reason == .tooLarge)
      var memory = [Float](repeating: 0, count: 12)
      memory.withUnsafeMutableBufferPointer { memory in
        let beyond = failure { () throws(HDF5Error) in try grid.read(rows: 6..<8, into: memory) }
        #expect(
          beyond?.description == "'/grid' in '\(file.name)' has 7 rows; rows 6 to 7 were asked for")
        let room = failure { () throws(HDF5Error) in try grid.read(rows: 0..<1, into: memory) }
        #expect(room?.reason == .wrongShape)
      }
    }

    @Test func wrongTypes() throws {
      let file = try Fixture.open("numbers.h5")
      for (name, phrase) in [("complex", "compound"), ("opaque", "opaque bytes")] {
        let error = failure { () throws(HDF5Error) in
          _ = try file.dataset(name).read(as: Float.self, limit: 9)
        }
        #expect(error?.reason == .wrongType)
        #expect(error?.description.contains(phrase) == true)
      }
      for name in ["fractions", "large", "halves_big"] {
        let error = failure { () throws(HDF5Error) in
          _ = try file.dataset(name).read(as: Int32.self, limit: 11)
        }
        #expect(error?.reason == .wrongType)
        #expect(error?.description.contains("not whole numbers in the range of int32") == true)
      }
      #expect(try file.dataset("large").read(limit: 2) == [1 << 40, -1])
      let text = failure { () throws(HDF5Error) in
        _ = try file.dataset("grid").readStrings(limit: 9)
      }
      #expect(text?.reason == .wrongType)
    }

    @Test(arguments: ["lzf", "blosc", "zstd"])
    func missingFilters(name: String) throws {
      let file = try Fixture.open("packed.h5")
      let dataset = try file.dataset(name)
      let error = failure { () throws(HDF5Error) in _ = try dataset.read(as: Float.self, limit: 240)
      }
      #expect(error?.reason == .missingFilter)
      #expect(error?.description.contains("the filter \(name), which") == true)
      #expect(error?.description.contains("h5repack -f GZIP=4 old.h5 new.h5") == true)
      #expect(failure { () throws(HDF5Error) in try dataset.verifyReadable() } == error)
    }

    @Test func unknownFilter() throws {
      let file = try Fixture.open("packed.h5")
      let dataset = try file.dataset("unknown")
      let error = failure { () throws(HDF5Error) in try dataset.verifyReadable() }
      #expect(error?.description.contains("the filter number 4711") == true)
    }

    /// Everything in a file that leads out of it, or to more memory than it should.
    @Test func traps() throws {
      let file = try Fixture.open("traps.h5")
      for (name, phrase) in [
        ("soft", "a soft link to '/real/x'; links are not followed"), ("loop", "soft link"),
        ("external_link", "a link to another file"),
      ] {
        let error = failure { () throws(HDF5Error) in _ = try file.dataset(name) }
        #expect(error?.reason == .refused)
        #expect(error?.description.contains(phrase) == true)
      }
      for (name, phrase) in [
        ("external_storage", "keeps its values in another file"),
        ("virtual", "is a virtual dataset"), ("bomb", "damaged or made to harm"),
      ] {
        let dataset = try file.dataset(name)
        let error = failure { () throws(HDF5Error) in
          _ = try dataset.read(as: Int32.self, limit: 100)
        }
        #expect(error?.reason == .refused)
        #expect(error?.description.contains(phrase) == true)
      }
      let claims = failure { () throws(HDF5Error) in
        _ = try file.dataset("claims").read(as: Float.self, limit: 1 << 20)
      }
      #expect(claims?.reason == .tooLarge)
    }
  }
}

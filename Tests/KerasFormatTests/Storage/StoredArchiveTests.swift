import HDF5
import KerasFormat
import Testing

/// Archives as other programs write them, and as nobody should.
@Suite struct StoredArchiveTests {
  private static let config = Array(#"{"class_name": "Sequential", "config": {}}"#.utf8)

  private func weights() throws -> [UInt8] {
    let file = try NewFile(inMemory: "weights")
    try file.write([Float(1), 2, 3], shape: [3], to: "layers/dense/vars/0")
    return try file.image()
  }

  /// An archive that is in order, before a test changes it.
  private func builder() throws -> ZipBuilder {
    ZipBuilder(members: [
      .init("metadata.json", Array(#"{"keras_version": "3.9.9"}"#.utf8)),
      .init("config.json", Self.config), .init("model.weights.h5", try weights()),
    ])
  }

  private func read(_ builder: ZipBuilder) throws -> StoredModel {
    try StoredModel(readingTrusted: builder.bytes, name: "made.keras")
  }

  private func sentence(_ change: (inout ZipBuilder) throws -> Void) throws -> String {
    var builder = try builder()
    try change(&builder)
    return StoredFixture.sentence { _ = try read(builder) }
  }

  @Test func otherWritersArchives() throws {
    let usual = try read(builder())
    #expect(usual.kerasVersion == "3.9.9" && usual.variables.map(\.values) == [[1, 2, 3]])
    var builder = try builder()
    builder.members.reverse()
    #expect(try read(builder) == usual)
    for index in builder.members.indices {
      builder.members[index].method = 8
      builder.members[index].packed = ZipBuilder.deflate(builder.members[index].content)
    }
    #expect(try read(builder) == usual)
    builder.members[0].hasDescriptor = true
    builder.members[1].hasDescriptor = true
    #expect(try read(builder) == usual)
    builder.members.append(.init("assets/both/vocabulary.txt", [1, 2, 3]))
    #expect(try read(builder) == usual)
  }

  @Test func metadataMayBeMissing() throws {
    var builder = try builder()
    builder.members[0].content = Array("{}".utf8)
    #expect(try read(builder).kerasVersion == nil)
    builder.members.removeFirst()
    #expect(try read(builder).kerasVersion == nil)
  }

  @Test func members() throws {
    #expect(
      try sentence { $0.members.append(.init("extra.txt", [1])) }
        .contains("it has a member 'extra.txt', where Keras writes metadata.json"))
    #expect(
      try sentence { $0.members.append($0.members[1]) }.contains("two members 'config.json'"))
    #expect(
      try sentence { $0.members.removeLast() }.contains("it has no member 'model.weights.h5'"))
    for name in ["../config.json", "assets/../../x", "/etc/x", "assets\\x"] {
      let text = try sentence { $0.members.append(.init(name, [1])) }
      #expect(text.contains("has a name that leads out of the archive"), "\(name): \(text)")
    }
    #expect(try sentence { $0.members[2].flags = 1 }.contains("is encrypted"))
    #expect(try sentence { $0.members[2].attributes = 0xA1FF << 16 }.contains("symbolic link"))
    #expect(try sentence { $0.members[2].method = 12 }.contains("is packed by method 12"))
  }

  @Test func twoReadings() throws {
    #expect(
      try sentence { $0.members[1].localName = "configXjson" }
        .contains("'config.json' has two descriptions that differ"))
    #expect(try sentence { $0.overlaps = true }.contains("two descriptions that differ"))
    #expect(
      try sentence {
        $0.members[1] = $0.members[0]
        $0.overlaps = true
      }.contains("overlaps another"))
    #expect(try sentence { $0.hidden = [1, 2, 3] }.contains("belong to no member"))
    #expect(try sentence { $0.trailing = [0] }.contains("does not end with a directory"))
    #expect(try sentence { $0.trailing = try builder().bytes }.contains("directory is not where"))
    #expect(try sentence { $0.leading = Array("PK\u{3}\u{4}".utf8) }.contains("overlaps another"))
    #expect(try sentence { $0.claimedCount = 2 }.contains("more than its entries"))
    #expect(try sentence { $0.claimedCount = 4 }.contains("directory is damaged"))
  }

  @Test func contents() throws {
    let wrong = "does not unpack to the size and checksum"
    #expect(try sentence { $0.members[2].checksum = 1 }.contains(wrong))
    #expect(try sentence { $0.members[2].claimedSize = 100 }.contains("has two sizes"))
    for size in [10, 1 << 20] {
      let text = try sentence {
        $0.members[2].method = 8
        $0.members[2].packed = ZipBuilder.deflate($0.members[2].content)
        $0.members[2].claimedSize = size
      }
      #expect(text.contains(wrong), "\(size): \(text)")
    }
    #expect(
      try sentence {
        $0.members[2].method = 8
        $0.members[2].claimedSize = 0x7FFF_FFFF
      }.contains("its member 'model.weights.h5' has 2147483647 bytes"))
    #expect(try sentence { $0.members[1].content = [0xFF] }.contains("is not UTF-8"))
    #expect(
      try sentence {
        $0.members[1].method = 8
        $0.members[1].claimedSize = 17 << 20
      }.contains("16777216 are the most that we read"))
  }

  @Test(arguments: [
    (["archive/data.pkl", "archive/version"], "a PyTorch file"),
    (["x.npy", "y.npy"], "a numpy .npz file"), (["a/saved_model.pb"], "TensorFlow SavedModel"),
    (["a", "b"], "a zip archive with 'a', 'b'"), ([], "an empty zip archive"),
  ])
  func otherArchives(_ names: [String], _ what: String) {
    let builder = ZipBuilder(members: names.map { .init($0, [1]) })
    let text = StoredFixture.sentence { _ = try read(builder) }
    #expect(text.contains("is not a Keras model") && text.contains(what))
  }

  /// Every cut and many edits of a whole archive: a model or a sentence, never a trap.
  @Test func damage() throws {
    let bytes = try StoredFixture.bytes("stored.keras")
    for length in stride(from: 0, to: bytes.count, by: 331) {
      let text = StoredFixture.sentence {
        _ = try StoredModel(readingTrusted: Array(bytes.prefix(length)), name: "cut")
      }
      #expect(!text.isEmpty)
    }
    // Behind the names and sizes: those are where readers differ.
    let directory = bytes.count - 300
    for place in directory..<bytes.count {
      for value in [0, 0xFF, bytes[place] ^ 1] {
        var edited = bytes
        edited[place] = value
        _ = StoredFixture.sentence { _ = try StoredModel(readingTrusted: edited, name: "edited") }
      }
    }
  }
}

import HDF5
import Testing

extension HDF5Tests {
  /// Strings of every kind, as h5py and others write them.
  @Suite struct TextTests {
    static let words = ["a", "Grüße", "", "tail "]

    @Test func attributes() throws {
      let file = try Fixture.open("texts.h5")
      let attributes = try file.group("g").attributes
      #expect(try attributes.string("str") == "Grüße")
      #expect(try attributes.string("bytes") == "plain")
      #expect(try attributes.string("one_element") == "alone")
      #expect(try attributes.strings("bytes") == ["plain"])
      for list in ["list_str", "list_bytes", "array_fixed"] {
        #expect(try attributes.strings(list) == Self.words)
      }
      #expect(try attributes.strings("list_empty") == [])
      #expect(try attributes.strings("empty") == [])
      #expect(try attributes.integer("int") == 7)
      #expect(try attributes.number("int") == 7)
      #expect(try attributes.number("float") == 1.5)
      #expect(try attributes.integers("big_endian") == [1, 2])
      #expect(try attributes.integer("true") == 1)
      let list = try attributes.type(of: "array_fixed")
      #expect(list?.element.description == "string of 7 bytes" && list?.shape == [4])
    }

    @Test func wrongAttributes() throws {
      let file = try Fixture.open("texts.h5")
      let attributes = try file.group("g").attributes
      let place = "'/g@"
      for (name, reason) in [
        ("int", HDF5Error.Reason.wrongType), ("list_str", .wrongShape), ("list_empty", .wrongShape),
        ("latin1", .wrongType),
      ] {
        let error = failure { () throws(HDF5Error) in _ = try attributes.string(name) }
        #expect(error?.reason == reason)
        #expect(error?.description.contains(place + name) == true)
      }
      for name in ["str", "float", "huge"] {
        let error = failure { () throws(HDF5Error) in _ = try attributes.integer(name) }
        #expect(error?.reason == .wrongType)
      }
    }

    @Test func datasets() throws {
      let file = try Fixture.open("texts.h5")
      #expect(try file.dataset("vlen").readStrings(limit: 100) == Self.words)
      #expect(try file.dataset("scalar").readStrings(limit: 100) == ["model"])
      #expect(try file.dataset("fixed").readStrings(limit: 100) == ["ab", "c", "", "defg"])
      for kind in ["null_padded", "null_terminated", "space_padded"] {
        #expect(try file.dataset(kind).readStrings(limit: 100) == ["full", "ab"])
        #expect(try file.root.attributes.strings(kind) == ["full", "ab"])
      }
    }

    @Test(arguments: ["vlen", "fixed", "scalar"])
    func limit(name: String) throws {
      let file = try Fixture.open("texts.h5")
      let dataset = try file.dataset(name)
      let error = failure { () throws(HDF5Error) in _ = try dataset.readStrings(limit: 4) }
      #expect(error?.reason == .tooLarge)
    }

    @Test func writtenDatasets() throws {
      let file = try NewFile(inMemory: "strings.h5")
      try file.write(strings: Self.words, to: "g/list")
      try file.write(strings: ["one"], to: "g/one", isScalar: true)
      let error = failure { () throws(HDF5Error) in try file.write(strings: ["a\0b"], to: "nul") }
      #expect(error?.description.contains("contains a NUL") == true)
      let read = try File(bytes: try file.image(), name: "strings.h5")
      #expect(try read.dataset("g/list").readStrings(limit: 100) == Self.words)
      #expect(try read.dataset("g/one").readStrings(limit: 100) == ["one"])
      #expect(try read.dataset("g/one").shape == [])
    }

    /// Lists below and above the limit of an attribute, in Keras's form.
    @Test(arguments: [1, 4031, 4032, 4033, 5000, 20_000])
    func longLists(count: Int) throws {
      let names = (0..<count).map { String("layer_number_\($0)".prefix(16)) }
      let file = try NewFile(inMemory: "names.h5")
      try file.setAttribute("layer_names", of: "model_weights", to: .names(names))
      let read = try File(bytes: try file.image(), name: "names.h5")
      let attributes = try read.group("model_weights").attributes
      #expect(try attributes.strings("layer_names") == names)
      let parts = try attributes.names()
      #expect(parts.contains("layer_names") == (count <= 4032))
      for part in parts where count > 4032 {
        let type = try attributes.type(of: part)
        #expect((type?.shape.first ?? 0) * 16 <= 64_512)
      }
    }

    @Test func shortNamesInGreatNumber() throws {
      let names = (0..<6000).map { "n\($0)" }
      let file = try NewFile(inMemory: "names.h5")
      try file.setAttribute("weight_names", to: .names(names))
      let read = try File(bytes: try file.image(), name: "names.h5")
      #expect(try read.root.attributes.names() == ["weight_names"])
      #expect(try read.root.attributes.strings("weight_names") == names)
    }

    @Test func nameTooLong() throws {
      let file = try NewFile(inMemory: "names.h5")
      let name = String(repeating: "n", count: 64_513)
      let error = failure { () throws(HDF5Error) in
        try file.setAttribute("layer_names", to: .names([name]))
      }
      #expect(error?.description.contains("a name of 64513 bytes is longer") == true)
    }
  }
}

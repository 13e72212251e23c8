import Foundation
import HDF5
import KerasFormat
import TestSupport
import Testing

/// Files made to make the reader open others, fill the memory, or never end.
@Suite struct StoredGadgetTests {
  @Test(arguments: [
    ("external_link", "is a link to another file; links are not followed"),
    ("soft_link", "is a soft link to '/a'; links are not followed"),
    ("external_storage", "keeps its values in another file; external storage is not followed"),
    ("virtual", "is a virtual dataset, whose values are in other files"),
    ("bomb", "has 10209 packed bytes, where 8256 are the most"),
    ("unknown_filter", "packed with number 4711; expected numbers"),
    ("scaleoffset", "packed with scaleoffset; expected numbers"),
    ("huge", "of the shape [1048576, 1048576] its arrays claim more than"),
    ("cycle", "'/layers/lstm/again' leads back to itself"),
    ("wide", "groups and links make more than 100000 objects"),
    ("texts", "holds elements of the type string; expected numbers"),
    ("compound", "holds elements of the type compound"),
  ])
  func gadgets(_ name: String, _ expected: String) {
    let path = StoredFixture.path("gadget_\(name).h5")
    let text = StoredFixture.sentence { _ = try StoredModel.read(path: path) }
    #expect(text.contains(expected) && text.contains(path), "\(text)")
  }

  @Test(arguments: [
    ("\u{89}PNG\r\n", "a PNG picture"), ("", "an empty file"), ("<!DOCTYPE html>", "a web page"),
    ("version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"), ("hello", "text"),
    ("\u{1C}\0\0\0TFL3", "a TensorFlow Lite model"), ("[1, 2]", "text"),
  ])
  func otherFiles(_ content: String, _ what: String) throws {
    try StoredFixture.withDirectory { directory in
      let bytes =
        content.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
      try StoredFixture.write(bytes, to: "\(directory)/model.h5")
      let text = StoredFixture.sentence {
        _ = try StoredModel.read(path: "\(directory)/model.h5")
      }
      #expect(text.contains("is not a Keras model: it looks like \(what)"), "\(text)")
    }
  }

  @Test func notFiles() throws {
    try StoredFixture.withDirectory { directory in
      func text(_ path: String) -> String {
        StoredFixture.sentence { _ = try StoredModel.read(path: path) }
      }
      #expect(text("\(directory)/none.h5") == "there is no file '\(directory)/none.h5'")
      #expect(text(directory).contains("is a directory or a device; expected a file"))
      try StoredFixture.write([8], to: "\(directory)/saved_model.pb")
      #expect(text(directory).contains("is a TensorFlow SavedModel; expected one file"))
      #expect(text("/dev/zero").contains("is a directory or a device"))
    }
  }

  @Test(arguments: [
    (#"{"weight_map": {"/layers/a/vars": "../x.h5"}}"#, "which is no file beside it"),
    (#"{"weight_map": {"/layers/a/vars": 3}}"#, "names 3, which is no file"),
    (#"{"weight_map": []}"#, "is not an object of paths and files"),
    (#"{"weight_map": {"/layers/a/vars": "list.json"}}"#, "'list.json' is not HDF5"),
    (#"{"weight_map": {"/layers/a/vars": "none.h5"}}"#, "there is no file"),
    (#"{"weight_map": {"/layers/a/vars": "part.h5"}}"#, "has the variables of 'layers/a'"),
    (#"{"a": 1}"#, "it is JSON without 'class_name' and 'config'"), ("{", "Reading JSON"),
    (String(repeating: "{\"a\":", count: 70), "nest deeper than 64"),
  ])
  func lists(_ json: String, _ expected: String) throws {
    try StoredFixture.withDirectory { directory in
      let file = try NewFile(inMemory: "part")
      try file.write([Float(1)], shape: [1], to: "layers/dense/vars/0")
      try StoredFixture.write(file.image(), to: "\(directory)/part.h5")
      let path = "\(directory)/list.json"
      try StoredFixture.write(Array(json.utf8), to: path)
      let text = StoredFixture.sentence { _ = try StoredModel.read(path: path) }
      #expect(text.contains(expected), "\(text)")
    }
  }

  @Test func limits() throws {
    var limits = ReadingLimits()
    limits.fileBytes = 1000
    let path = StoredFixture.path("stored.keras")
    let large = StoredFixture.sentence { _ = try StoredModel.read(path: path, limits: limits) }
    #expect(large.contains("bytes, where 1000 are the most that we read"))
    limits = ReadingLimits()
    limits.textBytes = 1000
    let long = StoredFixture.sentence { _ = try StoredModel.read(path: path, limits: limits) }
    #expect(long.contains("its member 'config.json' has"))
    let legacy = StoredFixture.path("legacy_model.h5")
    let attribute = StoredFixture.sentence {
      _ = try StoredModel.read(path: legacy, limits: limits)
    }
    #expect(attribute.contains("its model_config has 1959 bytes, where 1000"))
  }

  /// What a child that was taken over might send.
  @Test func packets() throws {
    let bytes = try StoredFixture.bytes("legacy_model.h5")
    let packet = try StoredModel(readingTrusted: bytes, name: "x").packet
    var random = SeededRandom(seed: 3)
    var taken = 0
    for _ in 0..<2000 {
      var edited = packet
      for _ in 0...Int.random(in: 0...3, using: &random) {
        let place = Int.random(in: 0..<edited.count, using: &random)
        edited[place] = UInt8.random(in: 0...255, using: &random)
      }
      if Bool.random(using: &random) {
        edited.removeLast(Int.random(in: 0..<edited.count, using: &random))
      }
      if let model = try? StoredModel(packet: edited, name: "x", mostValues: 1000) {
        #expect(model.arrays.map(\.count).reduce(0, +) <= 1000)
        taken += 1
      }
    }
    #expect(taken > 0 && taken < 2000)
  }
}

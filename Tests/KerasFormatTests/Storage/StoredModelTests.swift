import Foundation
import KerasFormat
import Testing

/// One small model in each layout that real Keras writes, read by a child process.
@Suite struct StoredModelTests {
  /// Keras 3's paths of the fixture's variables in the model's order.
  static let paths =
    ["forward_layer/cell", "backward_layer/cell"].flatMap { cell in
      (0..<3).map { "layers/bidirectional/\(cell)/vars/\($0)" }
    } + ["layers/dense/vars/0", "layers/dense/vars/1"]

  private func numbered(_ model: StoredModel) throws -> [StoredArray] {
    #expect(Set(model.variables.map(\.name)) == Set(Self.paths))
    return try Self.paths.map { path in
      try #require(model.variables.first { $0.name == path })
    }
  }

  @Test func archive() throws {
    let model = try StoredModel.read(path: StoredFixture.path("stored.keras"))
    #expect(model.layout == .archive && model.kerasVersion == "3.15.1")
    #expect(model.layers.isEmpty && model.training == nil)
    #expect(try JSON(parsing: try #require(model.config))["class_name"]?.string == "Sequential")
    expectNumbered(try numbered(model))
    #expect(model.names["layers/bidirectional"] == "both" && model.names[""] == "stored")
    #expect(model.optimizer.map(\.name) == ["optimizer/vars/0", "optimizer/vars/1"])
    #expect(model.optimizer.map(\.integer) == [0, nil] && model.optimizer[1].values == [0.5])
    #expect(model.optimizer.map(\.elementType) == ["int64", "float32"])
  }

  @Test func weights3() throws {
    let model = try StoredModel.read(path: StoredFixture.path("stored.weights.h5"))
    #expect(model.layout == .weights3 && model.config == nil && model.optimizer.isEmpty)
    expectNumbered(try numbered(model))
  }

  @Test func shards() throws {
    let model = try StoredModel.read(path: StoredFixture.path("shards.weights.json"))
    #expect(model.layout == .sharded)
    expectNumbered(try numbered(model))
    #expect(model.optimizer.map(\.name) == ["optimizer/vars/0", "optimizer/vars/1"])
  }

  @Test(arguments: ["legacy_weights.h5", "legacy_model.h5"])
  func legacy(_ name: String) throws {
    let model = try StoredModel.read(path: StoredFixture.path(name))
    let isModel = name == "legacy_model.h5"
    #expect(model.layout == (isModel ? .legacyModel : .legacyWeights))
    #expect(model.kerasVersion == "2.21.0" && model.backend == "tensorflow")
    #expect(model.layers.map(\.name) == ["both", "dense"])
    #expect(model.layers[1].weights.map(\.name) == ["dense/kernel:0", "dense/bias:0"])
    expectNumbered(model.layers.flatMap(\.weights))
    #expect((model.config != nil) == isModel && (model.training != nil) == isModel)
    #expect(model.optimizer.map(\.name) == (isModel ? ["iteration:0"] : []))
    #expect(model.variables.isEmpty && model.topLevel.isEmpty)
  }

  @Test func configAlone() throws {
    let model = try StoredModel.read(path: StoredFixture.path("stored.json"))
    #expect(model.layout == .json && model.arrays.isEmpty)
    #expect(try JSON(parsing: try #require(model.config))["config"]?["name"]?.string == "stored")
  }

  /// The name of a file says nothing.
  @Test(arguments: [
    ("stored.keras", "model.h5"), ("legacy_model.h5", "model.keras"),
    ("stored.weights.h5", "model.json"), ("stored.json", "model.weights.h5"),
  ])
  func contentsDecide(_ name: String, _ other: String) throws {
    try StoredFixture.withDirectory { directory in
      let path = "\(directory)/\(other)"
      try FileManager.default.copyItem(atPath: StoredFixture.path(name), toPath: path)
      var copy = try StoredModel.read(path: path)
      copy.name = StoredFixture.path(name)
      #expect(copy == (try StoredModel.read(path: copy.name)))
    }
  }

  @Test(arguments: ["stored.keras", "stored.weights.h5", "legacy_model.h5"])
  func theSameInThisProcess(_ name: String) throws {
    let path = StoredFixture.path(name)
    let trusted = try StoredModel(readingTrusted: StoredFixture.bytes(name), name: path)
    #expect(trusted == (try StoredModel.read(path: path)))
  }

  @Test(arguments: ["stored.keras", "legacy_model.h5", "shards.weights.json", "stored.json"])
  func whatIsNotAcceptedIsNotRead(_ name: String) throws {
    struct Refused: Error {}
    var seen = 0
    #expect(throws: Refused.self) {
      try StoredModel.read(path: StoredFixture.path(name)) { model in
        #expect(model.arrays.allSatisfy { $0.values.isEmpty })
        seen += 1
        throw Refused()
      }
    }
    #expect(seen == 1)
  }

  @Test func packetsComeBack() throws {
    let bytes = try StoredFixture.bytes("legacy_model.h5")
    var model = try StoredModel(readingTrusted: bytes, name: "x")
    let count = model.arrays.map(\.count).reduce(0, +)
    let back = try StoredModel(packet: model.packet, name: "x", mostValues: count)
    #expect(back.arrays.map(\.shape) == model.arrays.map(\.shape))
    #expect(back.config == model.config && back.optimizer[0].integer == 0)
    #expect(throws: PacketReader.Malformed.self) {
      try StoredModel(packet: model.packet, name: "x", mostValues: count - 1)
    }
    model.names = ["a": "b"]
    model.extraAttributes = ["c@d": "e"]
    let other = try StoredModel(packet: model.packet, name: "x", mostValues: count)
    #expect(other.names == ["a": "b"] && other.extraAttributes == ["c@d": "e"])
  }
}

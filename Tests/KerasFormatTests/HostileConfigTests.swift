import HDF5
import KerasFormat
import Networks
import TestSupport
import Testing

/// Texts that nobody meant to write: a model or a sentence, never a trap.
@Suite struct HostileConfigTests {
  private func config(_ name: String) throws -> String {
    let file = try File(reading: Fixture.path(name))
    return try #require(try file.root.attributes.string("model_config"))
  }

  /// Builds the model as far as it goes; true if it is one.
  private func build(_ config: JSON) -> Bool {
    do {
      let description = try ModelDescription(config: config, source: .file(.keras3))
      let network = try description.network(rows: 64)
      for style in [ConfigStyle.keras3, .keras2, .archive] {
        _ = try? description.config(style: style)
      }
      return network.parameterCount >= 0
    } catch {
      return "\(error)".isEmpty
    }
  }

  @Test(arguments: SavedModelTests.names)
  func randomEditsGiveAModelOrASentence(_ name: String) throws {
    let original = Array(try config(name).utf8)
    var random = SeededRandom(seed: 0x5EED)
    var models = 0
    for _ in 0..<60 {
      var bytes = original
      for _ in 0...Int.random(in: 0...2, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: Int.random(in: 0..<256, using: &random))
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(contentsOf: "99999999".utf8, at: place)
        default: bytes.removeLast(Int.random(in: 0..<bytes.count / 2, using: &random))
        }
      }
      let json = try? JSON(parsing: String(decoding: bytes, as: UTF8.self))
      if let json, build(json) { models += 1 }
    }
    #expect(models > 0 && models < 60)
  }

  /// Every number and word of a config, replaced by what cannot be meant.
  @Test(arguments: ["gru_rmsprop", "rnn_sgd"])
  func everyValueMayBeNonsense(_ name: String) throws {
    let nonsense: [JSON] = [
      nil, -1, 0, 9_223_372_036_854_775_807, 16_777_216, 1e308, .double(.nan), "", "a/b", [], [:],
      true, [[1]], ["class_name": "LSTM", "config": ["units": 16_777_216]],
    ]
    let original = try JSON(parsing: try config(name))
    for value in nonsense {
      for variant in variants(of: original, with: value) { _ = build(variant) }
    }
  }

  /// The value with each of its parts in turn replaced.
  private func variants(of json: JSON, with value: JSON) -> [JSON] {
    var all = [value]
    if let values = json.array {
      for (index, old) in values.enumerated() {
        for new in variants(of: old, with: value) {
          var changed = values
          changed[index] = new
          all.append(.array(changed))
        }
      }
    }
    if let object = json.object {
      for (key, old) in object.pairs {
        for new in variants(of: old, with: value) {
          var changed = object
          changed[key] = new
          all.append(.object(changed))
        }
      }
    }
    return all
  }
}

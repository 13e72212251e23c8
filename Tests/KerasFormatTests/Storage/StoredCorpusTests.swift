import Foundation
import KerasFormat
import TestSupport
import Testing

/// Many files: damaged ones of our own, and the collections that may stand beside the checkout.
@Suite(.serialized) struct StoredCorpusTests {
  static let broken = StoredFixture.shared("h5-broken")
  static let models = (StoredFixture.shared("fixtures/open") + StoredFixture.shared("keras-wild"))
    .filter { !$0.contains("expected.h5") && !$0.contains("losses.h5") }
    .filter { path in [".h5", ".hdf5", ".keras", "weights.json"].contains { path.hasSuffix($0) } }

  /// Reads a file, in no more time than it is given, and returns the sentence or nothing.
  private func outcome(_ path: String) -> String {
    let start = ContinuousClock.now
    let text = StoredFixture.sentence {
      let model = try StoredModel.read(path: path)
      #expect(model.arrays.allSatisfy { $0.values.count == $0.count })
    }
    #expect(ContinuousClock.now - start < ReadingLimits().longest, "\(path)")
    #expect(!text.contains("\n"), "\(path): \(text)")
    return text
  }

  @Test(arguments: [
    "stored.keras", "stored.weights.h5", "legacy_model.h5", "legacy_weights.h5", "stored.json",
  ])
  func edited(_ name: String) throws {
    let original = try StoredFixture.bytes(name)
    var random = SeededRandom(seed: UInt64(original.count))
    try StoredFixture.withDirectory { directory in
      for number in 0..<60 {
        var bytes = original
        for _ in 0...Int.random(in: 0...5, using: &random) {
          let place = Int.random(in: 0..<bytes.count, using: &random)
          bytes[place] = UInt8.random(in: 0...255, using: &random)
        }
        try StoredFixture.write(bytes, to: "\(directory)/edited-\(number)")
        _ = outcome("\(directory)/edited-\(number)")
      }
    }
  }

  @Test(.enabled(if: !broken.isEmpty), .timeLimit(.minutes(15)))
  func brokenFiles() {
    #expect(Self.broken.count > 500)
    for path in Self.broken { #expect(!outcome(path).isEmpty, "\(path)") }
  }

  /// Every file that any Keras wrote.
  @Test(.enabled(if: !models.isEmpty), .timeLimit(.minutes(15)))
  func everyModel() {
    #expect(Self.models.count > 180)
    for path in Self.models { #expect(outcome(path) == "", "\(path)") }
  }
}

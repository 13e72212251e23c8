import Foundation
import HDF5
import TestSupport
import Testing

@testable import Training

extension TrainingTests {
  /// Texts as files of tokens.
  @Suite struct TextConversionTests {
    let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    func write(_ text: String, _ name: String = "text.txt") throws -> String {
      try Data(text.utf8).write(to: URL(fileURLWithPath: scratch.file(name)))
      return scratch.file(name)
    }

    func tokens(_ path: String) throws -> [Int] {
      try File(reading: path).dataset("/tokens").read(as: Int.self, limit: 1 << 20)
    }

    @Test func charactersComeBack() throws {
      let text = "In un lugar de la Mancha,\r\nde cuyo nombre… señor 🐎"
      let facts = try TextConversion(TextSource(paths: [try write("\u{FEFF}" + text)]))
        .write(to: scratch.file("a.h5"))[0]
      let file = try File(reading: scratch.file("a.h5"))
      let vocabulary = try Vocabulary(path: scratch.file("a.h5"))
      #expect(vocabulary == facts.vocabulary && vocabulary.unknown == nil)
      #expect(vocabulary.entries == Set(text.unicodeScalars).sorted().map { String($0) })
      #expect(Array(vocabulary.decode(try tokens(scratch.file("a.h5"))).utf8) == Array(text.utf8))
      #expect(try file.dataset("/tokens").elementType == .integer(signed: false, bits: 8))
      #expect(try file.kind(of: "/documents") == nil)
      #expect(try file.root.attributes.string("format") == "lockstep-text")
      #expect(try file.root.attributes.integer("format_version") == 1)
      #expect(try file.root.attributes.integer("unknown") == -1)
      #expect(try scratch.names == ["a.h5", "text.txt"], "nothing is left behind")
    }

    @Test func wordsByFrequency() throws {
      var conversion = TextConversion(TextSource(paths: [try write("b a. B c a b\nd, c a b")]))
      (conversion.level, conversion.cleaning) = (.word, .tutorial)
      conversion.minimumCount = 1
      let facts = try conversion.write(to: scratch.file("a.h5"))[0]
      #expect(facts.vocabulary.entries == ["<unk>", "b", "a", "c"])
      #expect(try tokens(scratch.file("a.h5")) == [1, 2, 1, 3, 2, 1, 0, 3, 2, 1])
      #expect(abs(facts.coverage - 0.9) < 1e-12)
    }

    @Test func entropies() throws {
      let facts = try TextConversion(
        TextSource(paths: [try write("abab"), try write("aa", "b.txt")])
      )
      .write(to: scratch.file("a.h5"))[0]
      // a four times, b twice; of the pairs ab ba ab aa the first letters are a, b, a, a.
      let third = -(2.0 / 3 * log(2.0 / 3) + 1.0 / 3 * log(1.0 / 3))
      #expect(abs(facts.unigramEntropy - third) < 1e-12)
      #expect(abs(facts.bigramEntropy - 0.75 * third) < 1e-12)
      let file = try File(reading: scratch.file("a.h5"))
      #expect(try file.root.attributes.number("unigram_entropy") == facts.unigramEntropy)
      #expect(try file.root.attributes.number("bigram_entropy") == facts.bigramEntropy)
      #expect(try file.dataset("/documents").read(as: Int.self, limit: 9) == [0, 4])
    }

    @Test func manyEntriesTakeWiderNumbers() throws {
      let text = (0x4E00..<0x4E00 + 300).compactMap(Unicode.Scalar.init).map { String($0) }.joined()
      _ = try TextConversion(TextSource(paths: [try write(text)])).write(to: scratch.file("a.h5"))
      let type = try File(reading: scratch.file("a.h5")).dataset("/tokens").elementType
      #expect(type == .integer(signed: false, bits: 16))
      #expect(try tokens(scratch.file("a.h5")) == Array(0..<300))
    }

    /// Against cutting the whole text at once.
    @Test(arguments: ["aab", "abab", "aaa", "b"])
    func separators(_ separator: String) throws {
      var random = SeededRandom(seed: 8)
      for _ in 0..<100 {
        let text = String((0..<40).map { _ in Bool.random(using: &random) ? "a" : "b" } + ["é"])
        var source = TextSource(paths: [try write(text)])
        source.separator = separator
        var documents = [""]
        try source.read { event in
          switch event {
          case .scalar(let scalar, _): documents[documents.count - 1] += String(scalar)
          case .documentEnd: documents.append("")
          }
        }
        #expect(documents.dropLast() == text.components(separatedBy: separator)[...], "\(text)")
      }
    }

    @Test func validationIsTheTail() throws {
      let path = try write("abcdefghij")
      var conversion = TextConversion(TextSource(paths: [path]))
      conversion.trainFraction = 0.8
      let facts = try conversion.write(
        to: scratch.file("a.h5"), validation: scratch.file("b.h5"))
      #expect(facts.map(\.tokens) == [8, 2])
      #expect(try tokens(scratch.file("b.h5")) == [8, 9])
      #expect(try Vocabulary(path: scratch.file("b.h5")) == facts[0].vocabulary)
    }

    @Test func theEndOfEachPartIsValidatedWith() throws {
      let path = try write("abcdefghijklmnopqrstuv")
      var conversion = TextConversion(TextSource(paths: [path]))
      (conversion.trainFraction, conversion.parts) = (0.8, 4)
      let (train, validation) = (scratch.file("a.h5"), scratch.file("b.h5"))
      let facts = try conversion.write(to: train, validation: validation)
      let text = { path throws in try Vocabulary(path: path).decode(try self.tokens(path)) }
      // Four parts of five, the two left over belong to the last one.
      #expect(try text(train) == "abcdfghiklmnpqrs")
      #expect(try text(validation) == "ejotuv")
      let starts = { path throws in
        try File(reading: path).dataset("/documents").read(as: Int.self, limit: 100)
      }
      #expect(try starts(train) == [0, 4, 8, 12] && starts(validation) == [0, 1, 2, 3])
      #expect(facts.map(\.documents) == [4, 4])
      // What follows across a gap is no pair: within the pieces each letter says the next.
      #expect(facts[0].bigramEntropy == 0)
    }

    @Test func vocabularyOfAnother() throws {
      var conversion = TextConversion(TextSource(paths: [try write("abc")]))
      _ = try conversion.write(to: scratch.file("a.h5"))
      conversion.vocabulary = try Vocabulary(path: scratch.file("a.h5"))
      conversion.source.paths = [try write("cab", "b.txt")]
      _ = try conversion.write(to: scratch.file("b.h5"))
      #expect(try tokens(scratch.file("b.h5")) == [2, 0, 1])
      conversion.source.paths = [try write("añ\tb", "c.txt")]
      let said = sentence { _ = try conversion.write(to: scratch.file("c.h5")) }
      #expect(said.contains("'ñ', U+0009"), "\(said)")
      #expect(try !scratch.names.contains { $0.hasPrefix("c.h5") })
    }

    @Test func whatIsNoText() throws {
      // The bad byte stands behind the first block, and a character across the border is good.
      let block = [UInt8](repeating: 0x61, count: 1 << 20 - 1) + Array("é".utf8)
      let path = scratch.file("bad.txt")
      try Data(block + [0xE9, 0x20]).write(to: URL(fileURLWithPath: path))
      let said = sentence { try TextSource(paths: [path]).read { _ in } }
      #expect(said.contains("'\(path)'") && said.contains("byte \(block.count) "), "\(said)")
      try Data("ab".utf8 + [0xC3]).write(to: URL(fileURLWithPath: path))
      #expect(sentence { try TextSource(paths: [path]).read { _ in } }.contains("byte 2 "))
      try Data("a\0b".utf8).write(to: URL(fileURLWithPath: path))
      #expect(sentence { try TextSource(paths: [path]).read { _ in } }.contains("byte 1 "))
      let missing = failure { try TextSource(paths: [path + "x"]).read { _ in } }
      #expect(missing?.kind == .missing)
      let none = sentence {
        _ = try TextConversion(TextSource(paths: [try write("")])).write(to: scratch.file("n.h5"))
      }
      #expect(none.contains("no characters"), "\(none)")
    }

    @Test func beginningsAreSkipped() throws {
      var source = TextSource(paths: [try write("HEADabc")])
      source.skip = 4
      let facts = try TextConversion(source).write(to: scratch.file("a.h5"))[0]
      #expect(facts.vocabulary.entries == ["a", "b", "c"])
    }
  }
}

import Foundation
import TestSupport
import Testing

@testable import Training

extension TrainingTests {
  /// Text as ids and back, and what no vocabulary can be.
  @Suite struct VocabularyTests {
    @Test func charactersAreScalars() throws {
      let text = "e\u{301}é\r\n🇪🇸"
      let entries = Array(Set(text.unicodeScalars)).sorted().map { String($0) }
      let vocabulary = try Vocabulary(entries, level: .char)
      let encoded = vocabulary.encode(text)
      #expect(encoded.unknown.isEmpty)
      #expect(encoded.ids.count == 7, "e, its accent, é, two for the line's end, two for the flag")
      #expect(Array(vocabulary.decode(encoded.ids).utf8) == Array(text.utf8))
    }

    @Test func wordsThatLookAlikeDiffer() throws {
      let vocabulary = try Vocabulary(["é", "e\u{301}", "x"], level: .word)
      #expect(vocabulary.encode("e\u{301} é\n x").ids == [1, 0, 2])
    }

    @Test func unknownTokens() throws {
      let strict = try Vocabulary(["a", "b"], level: .char)
      let encoded = strict.encode("abcbdc")
      #expect(encoded.ids == [0, 1, 1] && encoded.unknown == ["c", "d"])
      let lenient = try Vocabulary(["<unk>", "a", "b"], level: .word, unknown: 0)
      #expect(lenient.encode("a c b d").ids == [1, 0, 2, 0])
      #expect(lenient.encode("a c b d").unknown == ["c", "d"])
      #expect(lenient.decode([1, 0, 2, 7]) == "a <unk> b")
    }

    @Test func cleaning() throws {
      let cases = [
        (
          "Thou art, more-lovely;  and 'temperate'!\n\nRough winds\t",
          "thou art more-lovely and 'temperate' rough winds"
        ),
        (" ¿«Qué—dijo—es ESO»? ", "qué dijo es eso"),
        ("Don\u{2019}t 100% $5 + x_y", "don't 100 5 x y"),
        ("!!! ...", ""),
      ]
      for (text, expected) in cases {
        var (tokenizer, found) = (Tokenizer(level: .char, cleaning: .tutorial), "")
        for scalar in text.unicodeScalars { tokenizer.read(scalar) { found += $0 } }
        tokenizer.finish { found += $0 }
        #expect(found == expected)
        var (words, list) = (Tokenizer(level: .word, cleaning: .tutorial), [String]())
        for scalar in text.unicodeScalars { words.read(scalar) { list.append($0) } }
        words.finish { list.append($0) }
        #expect(list == expected.split(separator: " ").map(String.init))
      }
    }

    @Test func json() throws {
      let one = try Vocabulary(
        ["<unk>", "año", "o"], level: .word, unknown: 0, cleaning: .tutorial)
      let two = try Vocabulary(["\n", "é"], level: .char)
      for vocabulary in [one, two] {
        let data = try JSONEncoder().encode(vocabulary)
        #expect(try JSONDecoder().decode(Vocabulary.self, from: data) == vocabulary)
      }
      #expect(one != two)
    }

    @Test(arguments: [
      ([], Vocabulary.Level.char, nil, "none"),
      (["a", "a"], .char, nil, "twice"),
      (["ab"], .char, nil, "one character"),
      ([""], .word, nil, "a word"),
      (["a\0"], .word, nil, "a word"),
      (["a"], .char, 1, "0 to 0"),
    ])
    func refusals(
      _ entries: [String], _ level: Vocabulary.Level, _ unknown: Int?, _ expected: String
    ) {
      let said = sentence { _ = try Vocabulary(entries, level: level, unknown: unknown) }
      #expect(said.contains(expected), "\(said)")
    }

    /// Against Swift's own decoder, on bytes of which many are nearly text.
    @Test func utf8() {
      var random = SeededRandom(seed: 4)
      let bytes: [UInt8] = [
        0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF,
        0xF0, 0xF1, 0xF4, 0xF5, 0xFF,
      ]
      var valid = 0
      for _ in 0..<50_000 {
        let text = (0..<Int.random(in: 1...6, using: &random)).map { _ in
          bytes[Int.random(in: 0..<bytes.count, using: &random)]
        }
        var (decoder, scalars, isValid) = (UTF8Decoder(), String.UnicodeScalarView(), true)
        for (offset, byte) in text.enumerated() where isValid {
          switch decoder.read(byte, at: offset) {
          case .scalar(let scalar): scalars.append(scalar)
          case .more: break
          case .invalid: isValid = false
          }
        }
        isValid = isValid && !decoder.isInside
        let expected = String(validating: text, as: UTF8.self)
        #expect(isValid == (expected != nil), "\(text)")
        if isValid, let expected { #expect(scalars.elementsEqual(expected.unicodeScalars)) }
        valid += isValid ? 1 : 0
      }
      #expect(valid > 1000)
    }
  }
}

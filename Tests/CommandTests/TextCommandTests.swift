import Foundation
import TestSupport
import Testing

/// From a text to a model that goes on with it, by the command.
@Suite("Text by the command")
struct TextCommandTests {
  /// A folder with a text, its tokens, and a model that was trained on them for a moment.
  static func trained() throws -> ScratchDirectory {
    let scratch = try ScratchDirectory()
    try scratch.write(
      String(repeating: "¡el niño vio la luna! la luna 🌙 vio al niño\n", count: 10), to: "text.txt")
    let dataset = try Command("dataset", "text", "text.txt", "-o", "text.h5", in: scratch.url)
    try #require(dataset.status == 0, "\(dataset.errors)")
    try scratch.write(
      """
      model:
        layers:
          - Embedding: {input_dim: 14, output_dim: 5}
          - LSTM: {units: 6, return_sequences: true, stateful: true}
          - Dense: {units: 14, activation: softmax}
      data: {train: text.h5, steps: 6}
      training:
        loss: sparse_categorical_crossentropy
        batch_size: 5
        samples: {every_steps: 4, primes: [la luna], length: 8}
      """, to: "text.yaml")
    let run = try Command("train", "text.yaml", "--run", "run", "--quiet", in: scratch.url)
    try #require(run.status == 0, "\(run.errors)")
    return scratch
  }

  @Test func tokens() throws {
    let scratch = try ScratchDirectory()
    try scratch.write("To be, or not to be.", to: "a.txt")
    let words = try Command(
      "dataset", "text", "a.txt", "-o", "a.h5", "--level", "word", "--clean", "tutorial",
      "--min-count", "1", in: scratch.url)
    #expect(words.status == 0)
    #expect(
      words.output == """
        a.h5
          tokens      6 words
          vocabulary  3 entries
          coverage    66.67 %
          unigrams    1.0986 nats, 1.5850 bits a word
          bigrams     0.2773 nats, 0.4000 bits a word

        """, "\(words.output)")
    try Data([0x61, 0xFF]).write(to: scratch.url.appendingPathComponent("bad.txt"))
    let bad = try Command("dataset", "text", "bad.txt", "-o", "b.h5", in: scratch.url)
    #expect(bad.status == 65 && bad.errors.contains("byte 1"), "\(bad.errors)")
    let missing = try Command("dataset", "text", "none.txt", "-o", "b.h5", in: scratch.url)
    #expect(missing.status == 66, "\(missing.errors)")
    let usage = try Command(
      "dataset", "text", "a.txt", "-o", "b.h5", "--train-fraction", "0.5", in: scratch.url)
    #expect(usage.status == 64 && usage.errors.contains("--validation"), "\(usage.errors)")
  }

  @Test func generation() throws {
    let scratch = try Self.trained()
    let generate = { (arguments: [String]) in
      try Command(["generate", "run"] + arguments, in: scratch.url)
    }
    let text = try generate(["--prime", "la luna", "--length", "40", "--seed", "3"])
    #expect(text.status == 0 && text.errors.isEmpty, "\(text.errors)")
    #expect(text.output.hasPrefix("la luna") && text.output.unicodeScalars.count == 48)
    let again = try generate(["--prime", "la luna", "--length", "40", "--seed", "3"])
    #expect(again.output == text.output)
    let other = try generate(["--prime", "la luna", "--length", "40", "--seed", "4"])
    #expect(other.output != text.output)
    let random = try generate(["--length", "9"])
    #expect(random.output.unicodeScalars.count == 11)
    let beam = try generate(["--prime", "la", "--length", "9", "--beam", "4"])
    #expect(beam.output.hasPrefix("la") && beam.output.unicodeScalars.count == 12)
    let unknown = try generate(["--prime", "Xé"])
    #expect(unknown.status == 65 && unknown.output.isEmpty)
    #expect(unknown.errors.contains("the characters 'X', 'é'"), "\(unknown.errors)")
    for wrong in [["--temperature", "-1"], ["--top-p", "0"], ["--beam", "2", "--top-k", "3"]] {
      let status = try generate(wrong).status
      #expect(status == 64, "\(wrong)")
    }
  }

  @Test func readersThatGoAway() throws {
    let scratch = try Self.trained()
    let closed = try Shell(
      "$LOCKSTEP generate run --length 100000000 | head -c 300 | wc -c; echo ${PIPESTATUS[0]}",
      in: scratch.url)
    #expect(
      closed.output == "300\n0\n" && closed.errors.isEmpty, "\(closed.output)\(closed.errors)")
    let interrupted = try Command(
      "generate", "run", "--length", "100000000", in: scratch.url, interrupt: SIGINT, after: 80)
    #expect(interrupted.status == 130 && interrupted.errors.isEmpty, "\(interrupted.errors)")
    #expect(interrupted.output.unicodeScalars.count > 10 && interrupted.output.hasSuffix("\n"))
    #expect(!interrupted.output.contains("\u{FFFD}"))
  }
}

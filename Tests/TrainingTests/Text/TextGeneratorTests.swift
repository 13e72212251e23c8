import Foundation
import KerasFormat
import Networks
import Tensors
import TestSupport
import Testing

@testable import Training

extension TrainingTests {
  /// Text of small models with random weights.
  @Suite struct TextGeneratorTests {
    static let letters = ["\u{FFFD}", " ", "a", "b", "ñ", "\u{301}", "世", "🐎", "\n"]

    struct Probe {
      let network: Network
      let weights: Arena
      let generator: TextGenerator

      init(
        _ layers: [any Layer], input: Shape = Shape([6]), letters: [String] = letters,
        unknown: Int? = 0, scale: Float = 3
      ) throws {
        let model = Sequential(name: "probe", input: input, layers)
        network = try model.network(rows: 1)
        weights = Arena(count: network.parameterCount)
        network.initialize(weights, seed: 9)
        for index in 0..<weights.count { weights.base[index] *= scale }
        generator = try TextGenerator(
          ModelDescription(model: model), network,
          vocabulary: Vocabulary(letters, level: .char, unknown: unknown))
        generator.load(weights)
      }

      func text(_ prime: String, length: Int, seed: UInt64 = 0) throws -> [UInt8] {
        var (text, bytes) = (TokenBytes(generator.vocabulary), [UInt8]())
        try generator.generate(after: generator.prime(prime), length: length, seed: seed) { id in
          text.append(id, to: &bytes)
          return true
        }
        return bytes
      }
    }

    static func languageModel(_ recurrent: (inout RecurrentOptions) -> Void) -> [any Layer] {
      [
        Embedding(9, 5), LSTM(7, configure: recurrent), Dropout(0.5),
        Dense(9, activation: .softmax),
      ]
    }

    static let sequences: @Sendable (inout RecurrentOptions) -> Void = { $0.returnSequences = true }

    /// Step by step the network says what it says of the whole sequence.
    @Test(arguments: 0..<4)
    func stepsAreTheSequence(_ kind: Int) throws {
      let layers: [any Layer] =
        switch kind {
        case 0: Self.languageModel(Self.sequences)
        case 3:
          [
            CategoryEncoding(9), LSTM(6) { $0.returnSequences = true },
            GRU(5) { $0.returnSequences = true }, Dense(9, activation: .softmax),
          ]
        case 1:
          [
            GRU(6) { $0.returnSequences = true }, LayerNormalization(),
            RNN(StackedRNNCells([LSTMCell(LSTM(4)), GRUCell(GRU(5))])) {
              $0.returnSequences = true
            },
            TimeDistributed(Dense(9)),
          ]
        default:
          [
            Sequential(
              name: "inner", input: Shape([6, 9]),
              [SimpleRNN(6) { $0.returnSequences = true }, LSTM(5) { $0.returnSequences = true }]),
            Dense(9, activation: .softmax),
          ]
        }
      let isOneHot = kind == 1 || kind == 2
      let probe = try Probe(layers, input: isOneHot ? Shape([6, 9]) : Shape([6]))
      let ids = [3, 1, 8, 0, 5, 2]
      let numbers =
        isOneHot
        ? ids.flatMap { id in (0..<9).map { $0 == id ? Float(1) : 0 } } : ids.map { Float($0) }
      let whole = Inference(probe.network, weights: probe.weights).outputs([numbers], rows: 1)[0]
      let stepper = try TokenStepper(
        ModelDescription(model: Sequential(input: Shape(isOneHot ? [6, 9] : [6]), layers)),
        probe.network, vocabulary: 9)
      stepper.load(probe.weights)
      let states = stepper.states()
      for (step, id) in ids.enumerated() {
        let logits = UnsafeBufferPointer(start: stepper.step(id, states), count: 9)
        let exponentials = logits.map { exp(Double($0)) }
        let sum = kind == 1 ? 1 : exponentials.reduce(0, +)
        for token in 0..<9 {
          let found = kind == 1 ? Double(logits[token]) : exponentials[token] / sum
          #expect(abs(found - Double(whole[step * 9 + token])) < 1e-5, "\(step), \(token)")
        }
      }
    }

    @Test func theSeedDecides() throws {
      let probe = try Probe(Self.languageModel { _ in })
      let texts = try (0..<5).map { try probe.text("ab", length: 60, seed: $0) }
      #expect(Set(texts).count == 5)
      #expect(try probe.text("ab", length: 60, seed: 3) == texts[3])
      #expect(try probe.text("", length: 60, seed: 3) == probe.text("", length: 60, seed: 3))
      #expect(try probe.text("", length: 0, seed: 3).isEmpty == false, "the random beginning")
      #expect(String(validating: texts[0], as: UTF8.self)?.contains("\u{FFFD}") == false)
    }

    /// Ten thousand primes of any Unicode: none crashes, and what comes out is whole characters.
    @Test func anyPrimeText() throws {
      let lenient = try Probe(Self.languageModel(Self.sequences))
      let strict = try Probe(Self.languageModel(Self.sequences), unknown: nil)
      var random = SeededRandom(seed: 6)
      var (made, refused) = (0, 0)
      for round in 0..<10_000 {
        var prime = ""
        for _ in 0..<Int.random(in: 0...12, using: &random) {
          let own = Self.letters[Int.random(in: 0..<9, using: &random)]
          let any = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random))
          prime += Int.random(in: 0...2, using: &random) > 0 ? own : any.map { String($0) } ?? own
        }
        let probe = round % 2 == 0 ? lenient : strict
        do {
          let bytes = try probe.text(prime, length: 5, seed: UInt64(round))
          let text = try #require(String(validating: bytes, as: UTF8.self))
          let expected = probe.generator.vocabulary.encode(prime).ids.isEmpty ? 6 : 5
          #expect(text.unicodeScalars.count == expected)
          made += 1
        } catch let error as TrainingError {
          #expect(round % 2 == 1 && error.kind == .data)
          #expect(error.description.contains("does not know the character"), "\(error)")
          refused += 1
        }
      }
      #expect(made > 5000 && refused > 1000, "\(made), \(refused)")
    }

    @Test func unknownIsNoticed() throws {
      let probe = try Probe(Self.languageModel(Self.sequences))
      var notices: [String] = []
      #expect(try probe.generator.prime("aXbX\u{7}") { notices.append($0) } == [2, 0, 3, 0, 0])
      #expect(notices.count == 1 && notices[0].contains("the characters 'X', U+0007"), "\(notices)")
    }

    /// Against all texts that there are.
    @Test func beamsFindTheLikeliest() throws {
      let letters = ["a", "b", "c", "d"]
      let probe = try Probe(
        [
          Embedding(4, 5), LSTM(7, configure: Self.sequences), Dense(4, activation: .softmax),
        ], letters: letters, unknown: nil)
      let length = 5
      var best: (score: Double, ids: [Int]) = (-.infinity, [])
      let inference = Inference(
        try Sequential(
          input: Shape([length + 1]),
          [Embedding(4, 5), LSTM(7, configure: Self.sequences), Dense(4, activation: .softmax)]
        ).network(rows: 1), weights: probe.weights)
      for number in 0..<1024 {
        let ids = (0..<length).map { number >> (2 * $0) & 3 }
        let output = inference.outputs([[2] + ids.map { Float($0) }], rows: 1)[0]
        let score = ids.enumerated().reduce(0.0) {
          $0 + log(Double(output[4 * $1.offset + $1.element]))
        }
        if score > best.score { best = (score, ids) }
      }
      func search(_ beams: Int, _ length: Int) throws -> [Int] {
        var found: [Int] = []
        try probe.generator.search(after: [2], length: length, beams: beams) { id in
          found.append(id)
          return true
        }
        return found
      }
      #expect(try search(256, length) == best.ids)
      var greedy: [Int] = []
      var options = SamplingOptions()
      options.temperature = 0
      try probe.generator.generate(after: [2], length: 40, options: options) { id in
        greedy.append(id)
        return true
      }
      #expect(try search(1, 40) == greedy)
      #expect(try search(3, 40).count == 40)
    }

    /// Models of real Keras say what they say there.
    @Test(arguments: ["ids.keras", "onehot.h5"])
    func modelsOfKeras(_ name: String) throws {
      let folder = URL(fileURLWithPath: DataFile.types).deletingLastPathComponent()
        .appendingPathComponent("../text").standardizedFileURL.path
      let json = try JSON(
        parsing: String(contentsOfFile: "\(folder)/outputs.json", encoding: .utf8))
      let ids = json["ids"]?.array?.compactMap(\.int) ?? []
      let expected = json[name]?.array?.compactMap(\.double) ?? []
      try #require(ids.count == 12 && expected.count == 12 * 9)
      let vocabulary = try Vocabulary(Self.letters, level: .char)
      let stepper = try TextGenerator(path: "\(folder)/\(name)", vocabulary: vocabulary).stepper
      let states = stepper.states()
      for (step, id) in ids.enumerated() {
        let logits = UnsafeBufferPointer(start: stepper.step(id, states), count: 9)
        let exponentials = logits.map { exp(Double($0)) }
        let sum = exponentials.reduce(0, +)
        for token in 0..<9 {
          let found = exponentials[token] / sum
          #expect(abs(found - expected[step * 9 + token]) < 1e-5, "\(step), \(token)")
        }
      }
    }

    @Test func modelsThatMakeNoText() throws {
      let cases: [([any Layer], String)] = [
        ([Embedding(9, 5), Bidirectional(LSTM(4)), Dense(9)], "is a Bidirectional"),
        ([Embedding(9, 5), LSTM(4) { $0.goBackwards = true }, Dense(9)], "walks backwards"),
        ([Embedding(9, 5), Conv1D(4, kernelSize: 3), LSTM(4), Dense(9)], "is a Conv1D"),
        ([Embedding(9, 5), LSTM(4), Dense(8)], "vocabulary has 9"),
        ([Embedding(9, 5), LSTM(4) { $0.returnSequences = true }, Flatten(), Dense(9)], "Flatten"),
      ]
      for (layers, expected) in cases {
        let said = sentence { _ = try Probe(layers) }
        #expect(said.contains(expected), "\(said)")
      }
      let vectors = sentence { _ = try Probe([LSTM(4), Dense(9)], input: Shape([6, 3])) }
      #expect(vectors.contains("expected the ids of tokens"), "\(vectors)")
    }

    @Test func weightsThatAreNotFinite() throws {
      let probe = try Probe(Self.languageModel { _ in })
      probe.weights.base[probe.weights.count - 1] = .nan
      probe.generator.load(probe.weights)
      let error = failure { _ = try probe.text("a", length: 3) }
      #expect(error?.kind == .diverged)
    }
  }
}

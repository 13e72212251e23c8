import HDF5
import KerasFormat
import Kernels
import Networks
import Tensors

/// Makes text with a language model, token by token.
///
/// ```swift
/// let generator = try TextGenerator(path: "runs/lstm-1")
/// let prime = try generator.prime("thou art ")
/// try generator.generate(after: prime, length: 200, seed: 1) { id in
///   print(generator.vocabulary.entries[id], terminator: "")
///   return true
/// }
/// ```
public final class TextGenerator {
  /// What the ids mean.
  public let vocabulary: Vocabulary
  let stepper: TokenStepper
  /// Random numbers of its own: "GENERATE".
  private static let stream: UInt64 = 0x4745_4E45_5241_5445

  /// Opens a model.
  ///
  /// - Parameters:
  ///   - path: a model of ours, of any Keras, or the directory of a run.
  ///   - vocabulary: what the ids mean; nil where the model carries it.
  /// - Throws: a sentence when the model cannot make text.
  public convenience init(path: String, vocabulary: Vocabulary? = nil) throws {
    let file = try TrainedModel.file(of: path)
    var vocabulary = vocabulary
    if vocabulary == nil, try Checkpoint.isOurs(file) {
      vocabulary = try Vocabulary(ofModel: File(reading: file))
    }
    guard let vocabulary else {
      throw TrainingError(
        "The model '\(file)' does not say what its ids mean. Name the text it was trained on by "
          + "--vocabulary TEXT.h5.", kind: .data)
    }
    let saved = try Self.model(file, vocabulary.count)
    try self.init(saved.description, saved.network, vocabulary: vocabulary)
    load(saved.weights)
  }

  /// A model whose file may leave open how long texts are, and mean more than one step.
  private static func model(_ file: String, _ vocabulary: Int) throws -> SavedModel {
    do { return try SavedModel(of: file) } catch {
      for input in [Shape([2]), Shape([2, vocabulary])] {
        if let saved = try? SavedModel(of: file, inputs: [input]) { return saved }
      }
      throw error
    }
  }

  /// Makes ready for a model whose weights are loaded later.
  ///
  /// - Parameters:
  ///   - description: the model.
  ///   - network: its network, as it is trained.
  ///   - vocabulary: what the ids mean.
  /// - Throws: a sentence when the model cannot make text.
  public init(
    _ description: ModelDescription, _ network: Network, vocabulary: Vocabulary
  ) throws {
    self.vocabulary = vocabulary
    stepper = try TokenStepper(description, network, vocabulary: vocabulary.count)
  }

  /// Takes over weights.
  public func load(_ weights: Arena) { stepper.load(weights) }

  /// Turns the text to go on from into ids.
  ///
  /// - Parameters:
  ///   - text: the text; where nothing is left of it, a random token takes its place.
  ///   - notice: is told what was taken as unknown.
  /// - Returns: the ids.
  /// - Throws: a sentence that names what has no entry, where nothing stands for it.
  public func prime(_ text: String, notice: (String) -> Void = { _ in }) throws -> [Int] {
    let encoded = vocabulary.encode(text)
    guard !encoded.unknown.isEmpty else { return encoded.ids }
    let missing = encoded.unknown.listed(vocabulary.level)
    guard let unknown = vocabulary.unknown else {
      throw TrainingError(
        "The model does not know \(missing) of the prime text; use what is in the text that it was "
          + "trained on.", kind: .data)
    }
    notice(
      "the model does not know \(missing) of the prime text, and reads "
        + "'\(vocabulary.entries[unknown])' instead")
    return encoded.ids
  }

  /// Chooses tokens one by one.
  ///
  /// - Parameters:
  ///   - prime: what is read first; where it is empty, a random token is chosen and told as well.
  ///   - length: how many tokens are chosen.
  ///   - options: how.
  ///   - seed: what the choice is a function of.
  ///   - stream: which of several texts of the same seed this is.
  ///   - body: is told each token as soon as it is chosen; ends it all by `false`.
  /// - Throws: a sentence when the model's numbers are not finite, and what `body` throws.
  public func generate(
    after prime: [Int], length: Int, options: SamplingOptions = SamplingOptions(), seed: UInt64 = 0,
    stream: UInt64 = 0, _ body: (Int) throws -> Bool
  ) throws {
    let mode = flushDenormals()
    defer { restoreFloatMode(mode) }
    var random = RandomStream(seed: seed, stream: Self.stream &+ stream)
    let first = prime.isEmpty ? [start(&random)] : prime
    for id in prime.isEmpty ? first : [] { guard try body(id) else { return } }
    var sampler = TokenSampler(
      options, count: vocabulary.count, excluding: excluded, random)
    let states = stepper.states()
    guard var logits = read(first, states) else { return }
    for _ in 0..<length {
      guard let id = sampler.next(logits) else { throw notFinite }
      guard try body(id) else { return }
      logits = stepper.step(id, states)
    }
  }

  /// Finds the tokens that are likeliest together, as far as a few best beginnings lead there.
  ///
  /// - Parameters:
  ///   - prime: what is read first; where it is empty, a random token is chosen and told as well.
  ///   - length: how many tokens are found.
  ///   - beams: how many beginnings are kept.
  ///   - seed: what the random token is a function of.
  ///   - body: is told tokens as soon as all beginnings agree on them; ends it all by `false`.
  /// - Throws: a sentence when the model's numbers are not finite, and what `body` throws.
  public func search(
    after prime: [Int], length: Int, beams: Int, seed: UInt64 = 0, _ body: (Int) throws -> Bool
  ) throws {
    let mode = flushDenormals()
    defer { restoreFloatMode(mode) }
    var random = RandomStream(seed: seed, stream: Self.stream)
    let first = prime.isEmpty ? [start(&random)] : prime
    for id in prime.isEmpty ? first : [] { guard try body(id) else { return } }
    let states = stepper.states()
    guard let logits = read(first, states), length > 0 else { return }
    var search = BeamSearch(
      stepper, beams: beams, vocabulary: vocabulary.count, excluding: excluded)
    guard search.begin(logits, states) else { throw notFinite }
    for place in 1...length {
      for id in search.takeSettled(isLast: place == length) {
        guard try body(id) else { return }
      }
      guard place == length || search.extend() else { throw notFinite }
    }
  }

  /// The unknown is no text; where there is nothing else it must do.
  private var excluded: Int? { vocabulary.count > 1 ? vocabulary.unknown : nil }

  private func start(_ random: inout RandomStream) -> Int {
    let count = excluded == nil ? vocabulary.count : vocabulary.count - 1
    let id = Int(random.uniform(below: UInt64(count)))
    return excluded.map { id >= $0 ? id + 1 : id } ?? id
  }

  private func read(_ ids: [Int], _ states: States) -> UnsafePointer<Float>? {
    var logits: UnsafePointer<Float>?
    for id in ids { logits = stepper.step(id, states) }
    return logits
  }

  private var notFinite: TrainingError {
    TrainingError(
      "The model puts out numbers that are not finite, so there is no next token; take an earlier "
        + "checkpoint.", kind: .diverged)
  }
}

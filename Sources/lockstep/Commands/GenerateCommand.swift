import ArgumentParser
import Foundation
import Training

/// `lockstep generate`: text by a language model.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Make text with a language model.",
    usage: """
      lockstep generate MODEL [--prime TEXT] [--length N] [--seed N]
                        [--temperature T] [--top-k K] [--top-p P] [--beam B]
                        [--vocabulary TEXT.h5]
      """,
    discussion: """
      Text is written as it is made. It goes on from the prime text, or from a random token where \
      there is none; the same seed gives the same text. A model of ours carries its vocabulary; \
      for one of Keras name the file that 'lockstep dataset text' wrote.

      A temperature below 1 makes the likely likelier, and 0 always takes the likeliest. --top-k \
      and --top-p choose among the likeliest only; --beam finds the likeliest text that B \
      beginnings kept at a time lead to, and prints what they agree on.
      """)

  @Argument(help: "A model file, a checkpoint or a run.", completion: .file()) var model: String
  @Option(help: ArgumentHelp("The text to go on from.", valueName: "text")) var prime = ""
  @Option(help: ArgumentHelp("How many tokens to make.", valueName: "n")) var length = 500
  @Option(help: "What the choice is a function of.") var seed: UInt64 = 0
  @Option(help: "What differences in likelihood are divided by.") var temperature: Double?
  @Option(help: ArgumentHelp("Choose among so many tokens.", valueName: "k")) var topK: Int?
  @Option(
    help: ArgumentHelp(
      "Choose among the tokens that make up this probability.", valueName: "p"))
  var topP: Double?
  @Option(help: ArgumentHelp("Keep so many beginnings.", valueName: "b")) var beam: Int?
  @Option(
    help: ArgumentHelp("What the ids of the model mean.", valueName: "file"),
    completion: .file())
  var vocabulary: String?

  func validate() throws {
    guard length >= 0 else { throw ValidationError("--length must not be negative.") }
    if let temperature, !(temperature >= 0 && temperature.isFinite) {
      throw ValidationError("--temperature must be 0 or more, not \(temperature).")
    }
    if let topP, !(topP > 0 && topP <= 1) {
      throw ValidationError("--top-p must be above 0 and at most 1, not \(topP).")
    }
    for (name, value) in [("top-k", topK ?? 1), ("beam", beam ?? 1)] where value < 1 {
      throw ValidationError("--\(name) must be positive, not \(value).")
    }
    guard beam ?? 1 <= 1000 else { throw ValidationError("--beam must be at most 1000.") }
    guard beam == nil || (temperature == nil && topK == nil && topP == nil) else {
      throw ValidationError(
        "--beam finds the likeliest text; leave --temperature, --top-k and --top-p out.")
    }
  }

  func run() throws {
    let given = try vocabulary.map { path throws in try Vocabulary(path: path) }
    let generator = try TextGenerator(path: model, vocabulary: given)
    let ids = try generator.prime(prime) { Output.warning($0) }
    let watch = SignalWatch(notice: nil)
    let writer = TextWriter(generator.vocabulary)
    ids.forEach { writer.add($0) }
    writer.flush()
    let add = { (id: Int) in
      writer.add(id)
      writer.flushIfDue()
      return !watch.stop.isRaised && writer.isOpen
    }
    if let beam {
      try generator.search(after: ids, length: length, beams: beam, seed: seed, add)
    } else {
      try generator.generate(after: ids, length: length, options: options, seed: seed, add)
    }
    writer.finish()
    if let status = watch.status { throw Stopped(status: status) }
  }

  private var options: SamplingOptions {
    var options = SamplingOptions()
    options.temperature = temperature ?? options.temperature
    (options.topK, options.topP) = (topK, topP)
    return options
  }
}

/// Writes tokens to standard output, whole ones only, soon after they are there.
private final class TextWriter {
  /// Whether somebody reads.
  private(set) var isOpen = true
  private var text: TokenBytes
  private var pending: [UInt8] = []
  private let clock = ContinuousClock()
  private var lastTime: ContinuousClock.Instant
  private static let room = 1 << 12

  init(_ vocabulary: Vocabulary) {
    text = TokenBytes(vocabulary)
    lastTime = clock.now
    pending.reserveCapacity(2 * Self.room)
  }

  func add(_ id: Int) { text.append(id, to: &pending) }

  /// Writes when a person would notice the wait.
  func flushIfDue() {
    guard pending.count >= Self.room || clock.now - lastTime >= .milliseconds(20) else { return }
    flush()
  }

  /// Ends the last line.
  func finish() {
    pending.append(0x0A)
    flush()
  }

  func flush() {
    lastTime = clock.now
    isOpen = isOpen && Output.write(pending)
    pending.removeAll(keepingCapacity: true)
  }
}

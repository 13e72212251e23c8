import Foundation
import KerasFormat
import Networks
import Tensors

/// Makes text with a model that is being trained, from a copy of its weights and with states and
/// random numbers of its own: no bit of the training depends on it.
final class TrainingSampler {
  private let recipe: SampleRecipe
  private let seed: UInt64
  private let generator: TextGenerator
  private let weights: Arena
  private let primes: [[Int]]
  /// What a person should know about the prime texts.
  private(set) var notices: [String] = []

  /// Makes ready to sample.
  ///
  /// - Parameters:
  ///   - recipe: what is wanted.
  ///   - frame: the model, with its vocabulary.
  ///   - seed: the run's seed.
  /// - Throws: a sentence when the model does not make text, or does not know a prime text.
  init(_ recipe: SampleRecipe, _ frame: Checkpoint.Frame, seed: UInt64) throws {
    guard let vocabulary = frame.vocabulary else {
      throw TrainingError(
        "training.samples: the data is no text, so the model cannot make any; leave it out.",
        kind: .data)
    }
    self.recipe = recipe
    self.seed = seed
    generator = try TextGenerator(frame.model, frame.network, vocabulary: vocabulary)
    weights = Arena(count: frame.network.parameterCount)
    var (primes, notices): ([[Int]], [String]) = ([], [])
    for text in recipe.primes.isEmpty ? [""] : recipe.primes {
      primes.append(try generator.prime(text) { notices.append("training.samples: \($0).") })
    }
    (self.primes, self.notices) = (primes, notices)
  }

  /// Makes the texts that are due after an update, writes them down, and tells of them.
  func sampleIfDue(
    _ trainer: Trainer, _ smoothedLoss: Double?, _ log: RunLog, _ report: (RunEvent) -> Void
  ) {
    guard trainer.step % recipe.everySteps == 0 else { return }
    trainer.meanWeights(into: weights)
    generator.load(weights)
    for index in primes.indices {
      do {
        let facts = try sample(index, step: trainer.step, smoothedLoss)
        log.write("sample", facts.fields)
        report(.sample(facts))
      } catch {
        report(.warning("No sample after step \(trainer.step): \(error)"))
      }
    }
  }

  private func sample(
    _ index: Int, step: Int, _ smoothedLoss: Double?
  ) throws -> SampleFacts {
    var (text, bytes) = (TokenBytes(generator.vocabulary), [UInt8]())
    for id in primes[index] { text.append(id, to: &bytes) }
    try generator.generate(
      after: primes[index], length: recipe.length, options: recipe.options, seed: seed,
      stream: UInt64(step * primes.count + index)
    ) { id in
      text.append(id, to: &bytes)
      return true
    }
    return SampleFacts(
      step: step, prime: generator.vocabulary.decode(primes[index]),
      text: String(decoding: bytes, as: UTF8.self), smoothedLoss: smoothedLoss)
  }
}

extension SampleFacts {
  /// What the log says of it.
  public var fields: [(String, JSON)] {
    [
      ("step", .int(step)), ("prime", .string(prime)), ("text", .string(text)),
    ] + (smoothedLoss.map { [("smoothed_loss", .double($0))] } ?? [])
  }
}

/// The loss of a guess that follows the batches slowly, as the tutorials print it: it begins with
/// what knowing nothing costs, and takes over a thousandth of each update's loss.
enum SmoothedLoss {
  /// -ln(1/V) for as many classes as the model's output has.
  static func initial(_ network: Network) -> Double {
    log(Double(network.outputs.first?.shape.dimensions.last ?? 1))
  }

  /// What follows a batch's loss.
  static func next(_ smoothed: Double, _ trainer: Trainer) -> Double {
    0.999 * smoothed + 0.001 * trainer.scores.values[0]
  }
}

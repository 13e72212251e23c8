import Foundation
import Networks
import Tensors
import Training

/// Random numbers for a shape: data, and weights where they are to be other than usual.
struct SyntheticData {
  let shape: BenchShape
  /// Whether numbers have magnitudes from 10⁻⁴⁴ to 10⁻¹⁰: some are denormal, and most products are.
  let denormals: Bool
  private var random = RandomStream(seed: 1, stream: 0)

  init(_ shape: BenchShape, denormals: Bool) {
    self.shape = shape
    self.denormals = denormals
  }

  /// One batch: inputs [B, T, features] or ids [B, T], targets [B, outputs] or classes [B, T, 1].
  ///
  /// - Returns: a dataset with the rows of one batch.
  /// - Throws: a sentence when the shape makes no dataset.
  mutating func batch() throws -> MemoryDataset {
    let places = shape.batch * shape.steps
    let isNumbers = shape.task == .numbers
    return try MemoryDataset(
      inputs: isNumbers ? numbers(places * shape.features) : classes(places, of: shape.vocabulary),
      targets: isNumbers
        ? usual(shape.batch * shape.outputs) : classes(places, of: shape.outputs),
      shape: SampleShape(
        input: shape.inputShape, target: Shape(isNumbers ? [shape.outputs] : [shape.steps, 1])))
  }

  /// Gives all parameters of a trainer such numbers, where they are to be denormal.
  mutating func replaceWeights(of trainer: Trainer) {
    guard denormals else { return }
    let values = numbers(trainer.network.parameterCount)
    for (place, value) in values.enumerated() { trainer.weights.base[place] = value }
    trainer.spreadWeights()
  }

  /// Numbers from -1 to 1, or of such magnitudes.
  mutating func numbers(_ count: Int) -> [Float] {
    guard denormals else { return usual(count) }
    return (0..<count).map { _ in
      let magnitude = Float(pow(10, -44 + 34 * random.uniform()))
      return random.uniform() < 0.5 ? -magnitude : magnitude
    }
  }

  private mutating func usual(_ count: Int) -> [Float] {
    (0..<count).map { _ in Float(2 * random.uniform() - 1) }
  }

  private mutating func classes(_ places: Int, of count: Int) -> [Float] {
    (0..<places).map { _ in Float(random.uniform(below: UInt64(count))) }
  }
}

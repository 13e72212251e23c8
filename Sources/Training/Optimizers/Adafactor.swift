import Foundation
import Kernels
import Tensors

/// Adam's mean squares in factors, one for each row and column of a matrix (Shazeer and Stern 2018),
/// as Keras's `Adafactor`.
///
///     β = 1 - tᵈ;  r, c ← mean squares of g over rows and columns;  v = r / mean(r) · c
///     u = g / √v;  w ← w - max(ε₂, rms(w))·min(lr, 1/√t)·u / max(1, rms(u) / clip)
public struct Adafactor: Optimizer {
  /// Keras's name of the class.
  public let name = "Adafactor"
  /// What every optimizer has.
  public var settings: OptimizerSettings
  /// d, which says how fast old squares are forgotten; Keras's `beta_2_decay`.
  public var beta2Decay: Double
  /// Added to squares; Keras's `epsilon_1`.
  public var epsilon1: Double
  /// The least size of the weights that steps are measured by; Keras's `epsilon_2`.
  public var epsilon2: Double
  /// The largest root mean square of a step before it is scaled; Keras's `clip_threshold`.
  public var clipThreshold: Double
  /// Whether the learning rate shrinks as 1/√t; Keras's `relative_step`.
  ///
  /// Keras's equation has the same limit in another place, so that this changes nothing.
  public var relativeStep: Bool

  /// Adafactor with Keras's defaults.
  public init(
    learningRate: any LearningRate = ConstantRate(0.001), beta2Decay: Double = -0.8,
    epsilon1: Double = 1e-30, epsilon2: Double = 1e-3, clipThreshold: Double = 1,
    relativeStep: Bool = true, weightDecay: Double? = nil, clipping: Clipping? = nil
  ) {
    settings = OptimizerSettings(
      learningRate: learningRate, weightDecay: weightDecay, clipping: clipping)
    self.beta2Decay = beta2Decay
    self.epsilon1 = epsilon1
    self.epsilon2 = epsilon2
    self.clipThreshold = clipThreshold
    self.relativeStep = relativeStep
  }

  /// Keras's names of the moments.
  public var momentNames: [String] { ["r", "c", "velocity"] }

  /// A sentence about settings that make no sense.
  public var problem: String? {
    (beta2Decay > 0 || beta2Decay.isNaN
      ? "beta_2_decay must be a number up to 0, not \(beta2Decay)." : nil)
      ?? negative("epsilon_1", epsilon1) ?? negative("epsilon_2", epsilon2)
      ?? (clipThreshold > 0 ? nil : "clip_threshold must be positive, not \(clipThreshold).")
      ?? settings.problem
  }

  /// Mean squares are those of whole parameters.
  public var updatesWholeParameters: Bool { true }

  /// Updates a range of the weights and of the moments.
  public func update(
    _ range: Range<Int>, in parameter: Slot, of weights: Arena, gradient: Arena, moments: [Arena],
    scale: Float, step: Int, learningRate: Float
  ) {
    let (count, first) = (range.count, range.lowerBound)
    let (weights, slopes) = (weights.base + first, gradient.base + first)
    let velocity = moments[2].base + first
    let preparation = preparation(scale: scale, learningRate: learningRate)
    let t = Float(step + 1)
    decayWeights(count: count, weights, preparation: preparation)
    measure(parameter, slopes, moments, beta: 1 - pow(t, Float(beta2Decay)), preparation)
    let squares = sumOfAdafactorSquares(
      count: count, gradient: slopes, velocity: velocity, preparation: preparation)
    let size = Float((sumOfSquares(count: count, weights) / Double(count)).squareRoot())
    let length = Float((squares / Double(count)).squareRoot()) / Float(clipThreshold)
    let rate = max(Float(epsilon2), size) * min(learningRate, 1 / t.squareRoot())
    applyAdafactor(
      count: count, weights: weights, gradient: slopes, velocity: velocity,
      rate: length.isNaN ? length : rate / max(1, length), preparation: preparation)
  }

  /// Renews the mean squares of a parameter: matrix by matrix over the last two axes, or directly
  /// where there are not two.
  private func measure(
    _ parameter: Slot, _ gradient: UnsafePointer<Float>, _ moments: [Arena], beta: Float,
    _ preparation: UpdatePreparation
  ) {
    let (first, epsilon) = (parameter.offset, Float(epsilon1))
    let velocity = moments[2].base + first
    guard parameter.shape.count >= 2, parameter.count > 0 else {
      return updateAdafactorVelocity(
        count: parameter.count, gradient: gradient, velocity: velocity, beta: beta,
        epsilon: epsilon, preparation: preparation)
    }
    let columns = parameter.shape[parameter.shape.count - 1]
    let rows = parameter.shape[parameter.shape.count - 2]
    for matrix in 0..<parameter.count / (rows * columns) {
      let place = matrix * rows * columns
      let rowMeans = moments[0].base + first + matrix * rows
      let columnMeans = moments[1].base + first + matrix * columns
      updateAdafactorMeans(
        rows: rows, columns: columns, gradient: gradient + place, rowMeans: rowMeans,
        columnMeans: columnMeans, beta: beta, epsilon: epsilon, preparation: preparation)
      combineAdafactorMeans(
        rows: rows, columns: columns, rowMeans: rowMeans, columnMeans: columnMeans,
        into: velocity + place)
    }
  }
}

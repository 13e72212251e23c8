import KerasFormat

/// The gradient noise scale: how many rows an update may have before more of them hardly help.
///
/// It is the simple one of McCandlish, Kaplan and Amodei (2018), tr(Σ) / |G|². Far below it k times the
/// rows take nearly 1/k of the updates; far above it they take nearly as many. Single updates tell
/// little, so both parts are averaged over about the last hundred, and then divided.
struct NoiseScale: Codable, Sendable, Hashable {
  /// Running means, which begin at zero, and the weight of what is in them.
  private var variance = 0.0
  private var signal = 0.0
  private var weight = 0.0
  private static let share = 0.01

  /// Nothing yet.
  init() {}

  /// Takes in an update's estimate; nil where it has none.
  mutating func add(_ noise: GradientNoise?) {
    // Squares of very large gradients may not be finite, and would stay in the mean for good.
    guard let noise, noise.variance.isFinite, noise.signal.isFinite else { return }
    variance += (noise.variance - variance) * Self.share
    signal += (noise.signal - signal) * Self.share
    weight += (1 - weight) * Self.share
  }

  /// Rows; nil while the gradient cannot be told from its noise.
  var rows: Double? { signal > 0 ? max(variance, 0) / signal : nil }

  /// The fields of an event; none before the first estimate.
  var fields: [(String, JSON)] {
    guard weight > 0 else { return [] }
    return (rows.map { [("noise_scale", JSON.double($0))] } ?? []) + [
      ("gradient_variance", .double(variance / weight)),
      ("gradient_signal", .double(signal / weight)),
    ]
  }
}

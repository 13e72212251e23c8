/// How much the gradients of single samples differ, beside the gradient that they agree on; both
/// estimated without bias from the shards of one update (McCandlish, Kaplan and Amodei 2018, "An
/// Empirical Model of Large-Batch Training", appendix A.1).
///
/// Of B rows in n shards of bᵢ rows each, with Gᵢ the sum of the gradients of shard i:
///
///     tr(Σ) = (Σᵢ |Gᵢ|² / bᵢ - |Σᵢ Gᵢ|² / B) / (n - 1)        |G|² = (|Σᵢ Gᵢ|² / B - tr(Σ)) / B
///
/// With equal shards these are the paper's formulas; shards of other sizes, as in a short last batch,
/// are as exact, since E |Gᵢ|² = bᵢ·tr(Σ) + bᵢ²·|G|² for each.
public struct GradientNoise: Sendable, Hashable {
  /// tr(Σ): the variances of one sample's gradient, summed over all trained parameters.
  public var variance: Double
  /// |G|²: the squared norm of the true gradient; an estimate may be negative.
  public var signal: Double

  /// An estimate.
  public init(variance: Double, signal: Double) {
    self.variance = variance
    self.signal = signal
  }

  /// What is added up over the batches of an update.
  struct Sums {
    /// Σᵢ |Gᵢ|² / bᵢ.
    var shares = 0.0
    /// n.
    var shards = 0
  }
}

extension Trainer {
  /// Adds up the squares of a batch's shards, in their order: pieces may have been measured by any
  /// worker.
  func sumShardSquares(_ batch: Batch) {
    guard let shardSquares else { return }
    let used = settings.plan.used(batch.rows)
    for shard in 0..<used {
      let square = shardSquares[shard].reduce(0, +)
      pending.noise.shares += square / Double(settings.plan.rows(of: shard, in: batch.rows).count)
    }
    pending.noise.shards += used
  }

  /// Estimates the noise of the update under way, without penalties, which have none.
  func measureNoise() {
    let (sums, rows, weight) = (pending.noise, Double(pending.rows), pending.weights[0])
    guard shardSquares != nil, sums.shards > 1, weight > 0 else { return noise = nil }
    // Gradients are sums over what is scored; rows are what a batch is made of.
    let scale = (rows / weight) * (rows / weight)
    let whole = scale * pieces.indices.reduce(0) { $0 + squares[$1][1] } / rows
    let variance = (scale * sums.shares - whole) / Double(sums.shards - 1)
    noise = GradientNoise(variance: variance, signal: (whole - variance) / rows)
  }
}

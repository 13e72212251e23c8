/// How a batch is cut: a fixed number of shards, a power of two, of equal numbers of rows.
///
/// Shards decide the numbers, workers only the speed: the plan comes from the settings and the
/// batch size, never from the machine, and is kept in the checkpoint.
public struct ShardPlan: Sendable, Hashable {
  /// How many rows a full batch has.
  public let batchSize: Int
  /// How many shards a full batch is cut into.
  public let shards: Int

  /// A plan; about 32 rows a shard when `shards` is nil.
  ///
  /// - Parameters:
  ///   - batchSize: the rows of a full batch.
  ///   - shards: a power of two, or nil.
  /// - Throws: a sentence when the numbers do not fit.
  public init(batchSize: Int, shards: Int? = nil) throws(TrainingError) {
    guard batchSize > 0 else {
      throw TrainingError("The batch size must be positive, not \(batchSize).")
    }
    let shards = shards ?? Self.usualShards(batchSize)
    guard shards > 0, shards & (shards - 1) == 0 else {
      throw TrainingError(
        "The number of shards must be a power of two (1, 2, 4, …), not \(shards): gradients are "
          + "combined in a binary tree.")
    }
    guard shards <= batchSize else {
      throw TrainingError(
        "\(shards) shards need a batch of at least \(shards) rows, and it has \(batchSize).")
    }
    self.batchSize = batchSize
    self.shards = shards
  }

  /// The most rows of a shard.
  public var shardRows: Int { (batchSize + shards - 1) / shards }

  /// The rows of a shard in a batch of `rows` rows; the last ones may be short or empty.
  public func rows(of shard: Int, in rows: Int) -> Range<Int> {
    let first = min(shard * shardRows, rows)
    return first..<min(first + shardRows, rows)
  }

  /// How many shards of a batch of `rows` rows are not empty.
  public func used(_ rows: Int) -> Int { (rows + shardRows - 1) / shardRows }

  /// A power of two of shards of about 32 rows; smaller batches get up to four of eight or more,
  /// so that a few cores have work.
  private static func usualShards(_ batchSize: Int) -> Int {
    var shards = 1
    while batchSize / (2 * shards) >= (shards < 4 ? 8 : 23) { shards *= 2 }
    return shards
  }
}

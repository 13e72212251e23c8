/// What to do about NaN and infinity in data.
public enum NonFinitePolicy: String, Sendable, Hashable, CaseIterable {
  /// Stop with the name of the dataset and the row.
  case error
  /// Leave rows that have them out, and count them.
  case skip
  /// Train on them.
  case allow
}

/// How rows become batches.
public struct DataSettings: Sendable, Hashable {
  /// Rows in a batch.
  public var batchSize = 32
  /// Whether the order of rows changes from epoch to epoch; else it is the file's.
  public var shuffles = true
  /// Whether rows that do not fit the memory are shuffled uniformly all the same, by way of scratch space.
  ///
  /// Each epoch then lays out all of them on disk in an order of its own. Of no account where they fit.
  public var isUniform = false
  /// The directory of that scratch space; nil for what `TMPDIR` names, or else `/tmp`.
  public var scratch: String?
  /// What the order is a function of, together with the epoch.
  public var seed: UInt64 = 0
  /// Whether a last batch with fewer rows is left out.
  public var dropsRemainder = false
  /// Bytes for rows kept in memory to draw batches from; batches and libhdf5's own come on top.
  public var memory = 128 << 20
  /// Batches that may be filled ahead.
  public var buffers = 4
  /// Into how many classes sequences are sorted that have a length of their own.
  public var buckets = 8
  /// What to do about NaN and infinity.
  public var nonFinite = NonFinitePolicy.error

  /// The defaults.
  public init() {}
}

/// A place in the sequence of batches of a run: what a checkpoint keeps.
public struct DataPosition: Sendable, Hashable, Codable {
  /// The epoch, from zero.
  public var epoch: Int
  /// The batch in the epoch, from zero; the number of batches stands for the epoch's end.
  public var batch: Int

  /// The first batch of the first epoch, unless told otherwise.
  public init(epoch: Int = 0, batch: Int = 0) {
    self.epoch = epoch
    self.batch = batch
  }
}

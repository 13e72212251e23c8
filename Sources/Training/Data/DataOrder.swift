import Tensors

/// The order in which rows are trained on: a pure function of rows, settings, seed and epoch.
///
/// Rows are read in *blocks*: runs of neighbours, whole chunks of the file, of about 1 MiB. Blocks are
/// gathered into *windows*, as many as fit the memory setting.
///
/// - All rows fit: one window. An epoch is a uniform permutation; any row can be anywhere.
/// - They do not: two windows of half the memory each, one in use and one being read. Each epoch
///   shuffles all blocks uniformly, deals them into windows, and permutes the rows of each window
///   uniformly. With M blocks in the file and K in a window, a row can be in any place of an epoch,
///   and that place is as good as independent of its place in the file. What differs from a uniform
///   permutation: rows of one block are in the same window, so never further apart than K/M of an
///   epoch (a 4 GiB file with the default memory: M = 4096, K = 64, one 64th), and a batch of B rows
///   draws from K blocks instead of M, so that two of its rows are from the same block with
///   probability 1/K (1/64) instead of 1/M.
/// - They do not, and the settings ask for a uniform order: rows are dealt to windows at random, and laid
///   out on scratch space so. An epoch is a uniform permutation; see `ScatteredRows`.
/// - Without shuffling: the order of the file.
///
/// Nothing depends on what was read before, so any batch of any epoch can be the next.
public struct DataOrder: Sendable {
  /// A block of the file that has rows to train on.
  struct Block: Sendable {
    let number: Int
    /// How many of its rows are in the set.
    let count: Int
  }

  /// The rows that take part.
  public let rows: RowSet
  /// The settings that the order follows.
  public let settings: DataSettings
  /// How many neighbouring rows are read at a time.
  public let blockRows: Int
  /// The most rows that a window has.
  public let windowRows: Int
  let blocks: [Block]
  /// How many windows rows are dealt to at random; nil where blocks are.
  let randomWindows: Int?
  /// The classes of similar length that batches are of; nil where all rows have the same length.
  let buckets: LengthBuckets?

  /// Plans blocks and windows.
  ///
  /// - Parameters:
  ///   - rows: the rows that take part.
  ///   - shape: the extents of a sample.
  ///   - chunkRows: how many neighbouring rows the dataset keeps as one piece.
  ///   - settings: batch size, seed, memory and the like.
  ///   - lengths: how many steps each row has, where they have lengths of their own.
  /// - Throws: `DataError` if there is no batch, or not even one row fits the memory setting.
  public init(
    rows: RowSet, shape: SampleShape, chunkRows: Int, settings: DataSettings,
    lengths: [Int]? = nil
  ) throws(DataError) {
    try self.init(
      rows: rows, shape: shape, chunkRows: chunkRows, settings: settings, blockBytes: 1 << 20,
      lengths: lengths)
  }

  /// Plans with blocks of another size than 1 MiB.
  package init(
    rows: RowSet, shape: SampleShape, chunkRows: Int, settings: DataSettings, blockBytes: Int,
    lengths: [Int]? = nil
  ) throws(DataError) {
    precondition(settings.batchSize > 0 && settings.buffers > 0, "settings are checked before")
    let room = settings.memory / (shape.bytes + Self.bytesPerRow)
    let fits = rows.count <= room
    let scatters = settings.shuffles && settings.isUniform && !fits
    windowRows = fits ? rows.count : (scatters ? room - room / 8 : room) / 2
    randomWindows = scatters ? Self.randomWindows(of: rows.count, room: windowRows) : nil
    let chunks = max(1, blockBytes / shape.bytes / chunkRows)
    blockRows = max(1, min(chunks * chunkRows, fits ? rows.universe : windowRows))
    self.rows = rows
    self.settings = settings
    buckets = lengths.map {
      LengthBuckets($0, count: settings.buckets, longest: shape.longest ?? 1)
    }
    try Self.check(rows, settings, shape, windowRows: windowRows)
    let (size, universe) = (blockRows, rows.universe)
    blocks = stride(from: 0, to: universe, by: size).enumerated().compactMap { number, first in
      let count = rows.count(in: first..<min(first + size, universe))
      return count > 0 ? Block(number: number, count: count) : nil
    }
  }

  /// How many windows rows are dealt to at random, so that they fit.
  ///
  /// With m rows expected in a window, six standard deviations more are m + 6 √m: more come to one
  /// window of 10⁹.
  private static func randomWindows(of count: Int, room: Int) -> Int {
    let root = Double(room + 9).squareRoot() - 3
    return root > 0 ? Int((Double(count) / (root * root)).rounded(.up)) : count
  }

  /// What a row in memory costs besides its floats: its number, and its place in the order.
  private static let bytesPerRow = 16

  private static func check(
    _ rows: RowSet, _ settings: DataSettings, _ shape: SampleShape, windowRows: Int
  ) throws(DataError) {
    if rows.count == 0 {
      throw DataError(.empty, "there are no rows to make batches of")
    }
    if windowRows == 0 {
      throw DataError(
        .badSetting,
        "one row of the data takes \(shape.bytes) bytes, and rows are given \(settings.memory) "
          + "bytes of memory; expected room for two at least, so raise the memory setting")
    }
    if settings.dropsRemainder && rows.count < settings.batchSize {
      throw DataError(
        .badSetting,
        "there are \(rows.count) rows, fewer than a batch of \(settings.batchSize), and short "
          + "batches are dropped: nothing is left to train on, so lower the batch size")
    }
  }

  /// Whether all rows stay in memory.
  public var isResident: Bool { rows.count <= windowRows }

  /// Whether each epoch is laid out on scratch space.
  public var isScattered: Bool { randomWindows != nil }

  /// Bytes for rows on their way to scratch space.
  var scatterMemory: Int { settings.memory / 8 }

  /// How many batches an epoch has.
  public var batchCount: Int {
    let (whole, rest) = rows.count.quotientAndRemainder(dividingBy: settings.batchSize)
    return rest > 0 && !settings.dropsRemainder ? whole + 1 : whole
  }

  /// The places in an epoch's sequence that a batch takes.
  public func places(ofBatch batch: Int) -> Range<Int> {
    precondition(batch >= 0 && batch < batchCount, "a batch that the epoch does not have")
    let first = batch * settings.batchSize
    return first..<min(first + settings.batchSize, rows.count)
  }

  /// The rows of a block of the file, whether in the set or not.
  func range(ofBlock number: Int) -> Range<Int> {
    number * blockRows..<min((number + 1) * blockRows, rows.universe)
  }

  /// The order of one epoch.
  public func epoch(_ epoch: Int) -> EpochOrder { EpochOrder(self, epoch: epoch) }
}

import Dispatch
import Glibc

/// Some rows of a dataset as batches, in an order that settings and seed decide.
///
/// ```swift
/// let dataset = try HDF5Dataset(path: "train.h5")
/// let (training, validation) = try DataSplit.tail(0.1).rows(of: dataset.count, name: dataset.name)
/// let source = try BatchSource(dataset, rows: training, settings: DataSettings())
/// let batches = source.prefetch(epochs: 3)
/// for _ in 0..<3 {
///   while let loan = try batches.next() { train(loan.batch) }
/// }
/// ```
public final class BatchSource: Sendable {
  /// The dataset that rows are read from.
  public let dataset: any Dataset
  /// Which row comes when.
  public let order: DataOrder
  /// How many rows are left out because of NaN or infinity.
  public let skippedRows: Int
  let reader: BatchReader
  /// Where all reading happens.
  let queue = DispatchQueue(label: "lockstep.data", qos: .userInitiated)

  /// Plans order and memory; reads rows only to find those to skip.
  ///
  /// - Parameters:
  ///   - dataset: the dataset.
  ///   - rows: the rows to use, or nil for all.
  ///   - settings: batch size, shuffling, memory and the like.
  /// - Throws: `DataError` if settings and data do not go together, or what the dataset throws.
  public init(
    _ dataset: any Dataset, rows: RowSet? = nil, settings: DataSettings = DataSettings()
  ) throws {
    try Self.check(settings)
    let wanted = rows ?? RowSet(allOf: dataset.count)
    let used =
      settings.nonFinite == .skip
      ? wanted.subtracting(try BlockReader.rowsNotFinite(in: dataset)) : wanted
    skippedRows = wanted.count - used.count
    if used.count == 0 && skippedRows > 0 {
      throw DataError(
        .empty,
        "all \(skippedRows) rows of '\(dataset.name)' have NaN or infinity and are skipped: "
          + "nothing is left, so clean the data")
    }
    order = try DataOrder(
      rows: used, shape: dataset.shape, chunkRows: dataset.chunkRows, settings: settings,
      lengths: dataset.lengths)
    reader = BatchReader(dataset, order)
    self.dataset = dataset
    try checkBuffers()
  }

  /// Begins to read batches ahead.
  ///
  /// - Parameters:
  ///   - position: the first batch wanted.
  ///   - epochs: the epoch to stop before; reading goes on from one to the next without a pause.
  /// - Returns: the batches, to be taken in order.
  public func prefetch(
    from position: DataPosition = DataPosition(), epochs: Int = .max
  ) -> Prefetcher {
    Prefetcher(self, from: position, before: epochs)
  }

  /// The most rows that a batch of this source has.
  public var batchCapacity: Int { min(order.settings.batchSize, order.rows.count) }

  /// Whether rows are in memory, and a batch of them so small that it is copied sooner than a thread is
  /// woken for it.
  ///
  /// On two cores the thread comes in between two workers' steps: with steps of 0.5 ms each took a tenth longer.
  var fillsAtOnce: Bool {
    order.isResident && order.rows.count <= 1 << 16
      && dataset.shape.bytes * batchCapacity <= 1 << 16
  }

  /// Bytes that rows take in memory, all windows and buffers together.
  public var memory: Int {
    let windows = order.windowRows * (order.isResident ? 1 : 2)
    return dataset.shape.bytes * (windows + order.settings.buffers * batchCapacity)
      + (order.isScattered ? order.scatterMemory : 0)
  }

  /// What a person should know about the data, one sentence each.
  public var notices: [String] {
    var notices: [String] = []
    let (count, size) = (order.rows.count, order.settings.batchSize)
    if skippedRows > 0 {
      notices.append(
        "\(skippedRows) rows of '\(dataset.name)' have NaN or infinity and are skipped")
    }
    if count < size {
      notices.append(
        "'\(dataset.name)' gives \(count) rows, fewer than a batch of \(size): each epoch is one "
          + "short batch")
    }
    if let buckets = order.buckets {
      notices.append(
        buckets.notice(dataset.name, rows: order.epoch(0).rows, batchSize: size))
    }
    if order.isScattered {
      notices.append(
        "'\(dataset.name)' has \((count * dataset.shape.bytes) >> 20) MiB of rows, more than the memory "
          + "setting: each epoch is laid out on scratch space in "
          + "'\(order.settings.scratch ?? ScratchFile.usualDirectory)', which takes up to twice that"
      )
    }
    if !order.isResident && order.blockRows < dataset.chunkRows {
      notices.append(
        "'\(dataset.name)' has chunks of \(dataset.chunkRows) rows, more than the memory setting "
          + "holds, and each is unpacked several times; raise the setting, or rewrite the file "
          + "with smaller chunks")
    }
    return notices
  }

  private static func check(_ settings: DataSettings) throws {
    guard settings.batchSize > 0 && settings.buffers > 0 else {
      throw DataError(
        .badSetting,
        "a batch size of \(settings.batchSize) in \(settings.buffers) buffers makes no batches; "
          + "expected one or more of each")
    }
  }

  private func checkBuffers() throws {
    let bytes = dataset.shape.bytes.multipliedReportingOverflow(
      by: batchCapacity * order.settings.buffers)
    let machine = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    if !bytes.overflow && bytes.partialValue <= machine / 2 { return }
    throw DataError(
      .badSetting,
      "\(order.settings.buffers) batches of \(batchCapacity) rows of \(dataset.shape.bytes) bytes "
        + "take more than half of this machine's memory; lower the batch size")
  }
}

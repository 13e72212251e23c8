/// Fills batches of any epoch in any order; fastest in the order of training.
///
/// One window is in use. While its batches are filled the next one is read, a share for each batch,
/// so that no batch waits for a whole window.
///
/// Unchecked because it is only used by work on the serial queue of the `BatchSource` that owns it.
final class BatchReader: @unchecked Sendable {
  private let order: DataOrder
  private let blocks: BlockReader
  private let shape: SampleShape
  private lazy var current = makeWindow()
  private lazy var next = makeWindow()
  private var epochs: [EpochOrder] = []
  /// Epochs on scratch space: the one in use, and the next.
  private var scattered: [ScatteredRows] = []
  private let dataset: any Dataset

  init(_ dataset: any Dataset, _ order: DataOrder) {
    self.order = order
    self.dataset = dataset
    shape = dataset.shape
    blocks = BlockReader(
      dataset, blockRows: order.blockRows, policy: order.settings.nonFinite)
  }

  /// Fills a batch; after an error it must not be used.
  ///
  /// - Parameters:
  ///   - batch: room for a batch.
  ///   - position: which one.
  /// - Throws: what the dataset throws, or `DataError` for a number that is not finite.
  func fill(_ batch: Batch, at position: DataPosition) throws {
    let epoch = epochOrder(position.epoch)
    var places = order.places(ofBatch: position.batch)
    batch.clear()
    while !places.isEmpty {
      try use(epoch, window: epoch.window(at: places.lowerBound))
      places = current.copy(places, into: batch)
    }
  }

  /// Reads its share of what comes next, after a batch was filled and given away; keeps failures for those
  /// who need the rows.
  ///
  /// - Parameters:
  ///   - position: the batch.
  ///   - end: the epoch that will not be read, so that nothing is read ahead for it.
  func readAhead(after position: DataPosition, before end: Int) {
    if order.isResident { return }
    let places = order.places(ofBatch: position.batch)
    readAhead(epochOrder(position.epoch), from: places.upperBound, before: end)
  }

  /// Makes a window the current one, whole.
  private func use(_ epoch: EpochOrder, window: Int) throws {
    let key = RowWindow.Key(epoch: epoch.epoch, window: window)
    if current.key != key {
      if order.isResident && current.key.epoch >= 0 {
        current.reorder(epoch, key)
      } else if !order.isResident && next.key == key {
        swap(&current, &next)
      } else {
        current.restart(epoch, key)
      }
    }
    try current.finish(from: source(of: epoch))
  }

  /// Reads as much of the next window as is used up of the current one.
  private func readAhead(_ epoch: EpochOrder, from place: Int, before end: Int) {
    if order.isScattered && epoch.epoch + 1 < end { layAhead(epoch, from: place) }
    let key = current.key
    let isLast = key.window + 1 == epoch.windows.count
    let following = isLast ? key.epoch + 1 : key.epoch
    guard following < end else { return }
    let wanted = RowWindow.Key(epoch: following, window: isLast ? 0 : key.window + 1)
    let order = epochOrder(following)
    if next.key != wanted { next.restart(order, wanted) }
    next.load(fraction: current.progress(at: place), from: source(of: order))
  }

  /// Lays out as much of the next epoch as is used up of this one, so that it is there before the last
  /// window of this one begins.
  private func layAhead(_ epoch: EpochOrder, from place: Int) {
    let all = epoch.windows[epoch.windows.count - 1].places.lowerBound
    scatteredRows(epochOrder(epoch.epoch + 1)).lay(fraction: Double(place) / Double(max(all, 1)))
  }

  private func source(of epoch: EpochOrder) -> any RowSource {
    order.isScattered ? scatteredRows(epoch) : blocks
  }

  private func scatteredRows(_ epoch: EpochOrder) -> ScatteredRows {
    if let known = scattered.first(where: { $0.epoch.epoch == epoch.epoch }) { return known }
    // The one before is gone, and its space with it, before there is another.
    scattered.removeFirst(max(0, scattered.count - 1))
    scattered.append(ScatteredRows(epoch, blocks, of: dataset))
    return scattered[scattered.count - 1]
  }

  private func epochOrder(_ epoch: Int) -> EpochOrder {
    if let known = epochs.first(where: { $0.epoch == epoch }) { return known }
    let made = order.epoch(epoch)
    epochs = epochs.suffix(1) + [made]
    return made
  }

  private func makeWindow() -> RowWindow {
    RowWindow(RowStore(shape, capacity: order.windowRows))
  }
}

extension Batch {
  fileprivate func clear() {
    rows = 0
    rowNumbers.removeAll(keepingCapacity: true)
  }
}

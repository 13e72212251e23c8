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

  init(_ dataset: any Dataset, _ order: DataOrder) {
    self.order = order
    shape = dataset.shape
    blocks = BlockReader(
      dataset, blockRows: order.blockRows, policy: order.settings.nonFinite)
  }

  /// Fills a batch; after an error it must not be used.
  ///
  /// - Parameters:
  ///   - batch: room for a batch.
  ///   - position: which one.
  ///   - end: the epoch that will not be read, so that nothing is read ahead for it.
  /// - Throws: what the dataset throws, or `DataError` for a number that is not finite.
  func fill(_ batch: Batch, at position: DataPosition, before end: Int = .max) throws {
    let epoch = epochOrder(position.epoch)
    var places = order.places(ofBatch: position.batch)
    let last = places.upperBound - 1
    batch.clear()
    while !places.isEmpty {
      try use(epoch, window: epoch.window(at: places.lowerBound))
      places = current.copy(places, into: batch)
    }
    if !order.isResident { readAhead(epoch, from: last + 1, before: end) }
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
    try current.finish(with: blocks)
  }

  /// Reads as much of the next window as is used up of the current one.
  private func readAhead(_ epoch: EpochOrder, from place: Int, before end: Int) {
    let key = current.key
    let isLast = key.window + 1 == epoch.windows.count
    let following = isLast ? key.epoch + 1 : key.epoch
    guard following < end else { return }
    let wanted = RowWindow.Key(epoch: following, window: isLast ? 0 : key.window + 1)
    if next.key != wanted { next.restart(epochOrder(following), wanted) }
    next.load(fraction: current.progress(at: place), with: blocks)
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

/// The rows of one window in memory, perhaps still being read, and the order they are used in.
final class RowWindow {
  /// Which window of which epoch it is.
  struct Key: Equatable {
    let epoch: Int
    let window: Int
  }

  private(set) var store: RowStore
  private(set) var key = Key(epoch: -1, window: -1)
  private var blocks: [DataOrder.Block] = []
  private var loadedBlocks = 0
  private var loadedRows = 0
  private var places = 0..<0
  private var numbers: [Int] = []
  private var permutation: [Int] = []
  /// What happened while it was read ahead; reported when its rows are needed.
  private var failure: (any Error)?

  init(_ store: RowStore) { self.store = store }

  /// Forgets all rows and becomes another window.
  func restart(_ epoch: EpochOrder, _ key: Key) {
    blocks = epoch.windows[key.window].blocks
    loadedBlocks = 0
    loadedRows = 0
    failure = nil
    numbers = epoch.numbers(of: key.window)
    // Windows of rows dealt at random differ in size, and by far less than this room as a rule.
    if numbers.count > store.capacity { store = RowStore(store.shape, capacity: numbers.count) }
    reorder(epoch, key)
  }

  /// Keeps all rows and takes the order of another epoch.
  func reorder(_ epoch: EpochOrder, _ key: Key) {
    self.key = key
    places = epoch.windows[key.window].places
    permutation = epoch.permutation(of: key.window)
  }

  /// Reads blocks until a fraction of them is there; keeps a failure for later.
  func load(fraction: Double, from source: any RowSource) {
    guard failure == nil else { return }
    let wanted = min(blocks.count, Int((Double(blocks.count) * fraction).rounded(.up)))
    do {
      while loadedBlocks < wanted { try loadBlocks(from: source) }
    } catch {
      failure = error
    }
  }

  /// Reads what is missing.
  func finish(from source: any RowSource) throws {
    load(fraction: 1, from: source)
    if let failure { throw failure }
  }

  /// How much of the window lies before a place of the epoch, from 0 to 1.
  func progress(at place: Int) -> Double {
    Double(place - places.lowerBound) / Double(max(places.count, 1))
  }

  /// Copies the rows of the places it has in common with a range; returns what is left of it.
  func copy(_ wanted: Range<Int>, into batch: Batch) -> Range<Int> {
    let part = wanted.clamped(to: places)
    let source = store.memory(from: 0)
    let target = batch.memory(from: batch.rows)
    let first = places.lowerBound
    let rows = permutation[part.lowerBound - first..<part.upperBound - first]
    for kind in SamplePart.allCases {
      let width = store.shape.count(of: kind)
      var to = target[kind]
      let from = source[kind]
      for row in rows {
        to.update(from: from + row * width, count: width)
        to += width
      }
    }
    for row in rows { batch.rowNumbers.append(numbers[row]) }
    batch.rows += rows.count
    return part.upperBound..<wanted.upperBound
  }

  /// Reads the next blocks, as many as are best read at once.
  private func loadBlocks(from source: any RowSource) throws {
    var place = loadedRows
    let pieces = blocks[loadedBlocks...].prefix(source.atOnce).map { block in
      defer { place += block.count }
      return RowPiece(rows: numbers[place..<place + block.count], place: place)
    }
    try source.read(pieces, of: key.window, into: store)
    loadedBlocks += pieces.count
    loadedRows = place
  }
}

extension Batch {
  /// The room from a row on.
  func memory(from row: Int) -> RowMemory {
    RowMemory(
      inputs: inputs.base + row * shape.inputCount,
      targets: targets.base + row * shape.targetCount,
      weights: weights.base + row * shape.weights)
  }
}

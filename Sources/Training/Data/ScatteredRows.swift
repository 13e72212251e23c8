import Tensors

/// The rows of an epoch on scratch space, those of a window together: a uniform shuffle of more rows than
/// fit in memory, in two passes.
///
/// The first pass reads the dataset from front to back, and appends each row to the window that the epoch
/// dealt it to; the second reads a window whole and permutes it in memory. Rows dealt at random and
/// permuted in their windows are a uniform permutation of all (Rao 1961, Sandelius 1962). Both passes
/// write and read large neighbouring pieces only.
///
/// Not to be used by two threads; the queue of a `BatchSource` sees to that.
final class ScatteredRows: RowSource {
  let atOnce = 1
  let epoch: EpochOrder
  private let blocks: BlockReader
  private let shape: SampleShape
  private let name: String
  /// How many blocks of the dataset, and how many rows of it, are laid out.
  private var laidBlocks = 0
  private var laidRows = 0
  private var file: ScratchFile?
  /// Rows on their way to the file; nil when all are there.
  private var pass: ScatterPass?
  /// What happened while rows were laid out ahead; reported when they are needed.
  private var failure: (any Error)?

  /// Plans; nothing is read or written yet.
  init(_ epoch: EpochOrder, _ blocks: BlockReader, of dataset: any Dataset) {
    self.epoch = epoch
    self.blocks = blocks
    (shape, name) = (dataset.shape, dataset.name)
  }

  /// Lays out rows until a fraction of them is there; keeps a failure for later.
  func lay(fraction: Double) {
    guard failure == nil else { return }
    let all = epoch.order.blocks.count
    let wanted = min(all, Int((Double(all) * min(fraction, 1)).rounded(.up)))
    do {
      while laidBlocks < wanted { try layBlocks() }
    } catch {
      failure = error
    }
    if laidBlocks == all || failure != nil { pass = nil }
  }

  /// Reads rows of a window, all of which are laid out first.
  func read(_ pieces: [RowPiece], of window: Int, into store: RowStore) throws {
    lay(fraction: 1)
    if let failure { throw failure }
    guard let file else { preconditionFailure("rows are laid out before they are read") }
    let first = epoch.windows[window].places.lowerBound
    for piece in pieces {
      let bytes = piece.rows.count * shape.bytes
      let rows = Arena(count: bytes / MemoryLayout<Float>.stride)
      try file.read(
        into: UnsafeMutableRawBufferPointer(start: rows.base, count: bytes),
        at: (first + piece.place) * shape.bytes)
      for row in 0..<piece.rows.count {
        store.memory(from: piece.place + row).unpack(rows.base, row: row, of: shape)
      }
      withExtendedLifetime(rows) {}
    }
  }

  private func layBlocks() throws {
    let order = epoch.order
    let bytes = order.rows.count * shape.bytes
    let file = try self.file ?? ScratchFile(in: order.settings.scratch, bytes: bytes, for: name)
    self.file = file
    let pass = self.pass ?? ScatterPass(epoch, shape, blocksAtOnce: blocks.atOnce)
    self.pass = pass
    var place = 0
    let group = order.blocks[laidBlocks...].prefix(blocks.atOnce)
    let pieces = group.map { block in
      defer { place += block.count }
      let rows = order.rows.rows(in: order.range(ofBlock: block.number))
      return RowPiece(rows: rows[...], place: place)
    }
    try blocks.read(pieces, of: 0, into: pass.store)
    for row in 0..<place {
      try pass.append(row, to: epoch.window(ofRow: laidRows + row), in: file)
    }
    laidBlocks += group.count
    laidRows += place
    if laidBlocks == order.blocks.count { try pass.finish(in: file) }
  }
}

/// The first pass of a shuffle: blocks of the dataset, and rows gathered for each window until they are a
/// piece that is worth writing.
private final class ScatterPass {
  /// The blocks that were read last.
  let store: RowStore
  private let shape: SampleShape
  /// The rows that a window gathers before they are written.
  private let gathered: Int
  private let rowCount: Int
  private let buffer: Arena
  /// The rows of each window that are in the buffer, and the place in the file for the first of them.
  private var waiting: [Int]
  private var places: [Int]

  init(_ epoch: EpochOrder, _ shape: SampleShape, blocksAtOnce: Int) {
    let windows = epoch.windows.count
    let bytes = min(256 << 10, epoch.order.scatterMemory / windows)
    self.shape = shape
    rowCount = shape.bytes / MemoryLayout<Float>.stride
    gathered = max(1, bytes / shape.bytes)
    buffer = Arena(count: windows * gathered * rowCount)
    waiting = [Int](repeating: 0, count: windows)
    places = epoch.windows.map(\.places.lowerBound)
    store = RowStore(shape, capacity: epoch.order.blockRows * blocksAtOnce)
  }

  func append(_ row: Int, to window: Int, in file: ScratchFile) throws(DataError) {
    store.memory(from: row).pack(buffer.base, row: window * gathered + waiting[window], of: shape)
    waiting[window] += 1
    if waiting[window] == gathered { try write(window, to: file) }
  }

  func finish(in file: ScratchFile) throws(DataError) {
    for window in waiting.indices { try write(window, to: file) }
  }

  private func write(_ window: Int, to file: ScratchFile) throws(DataError) {
    let bytes = UnsafeRawBufferPointer(
      start: buffer.base + window * gathered * rowCount, count: waiting[window] * shape.bytes)
    try file.write(bytes, at: places[window] * shape.bytes)
    places[window] += waiting[window]
    waiting[window] = 0
  }
}

extension RowMemory {
  /// Copies the first row to a place among rows whose parts stand one after the other.
  fileprivate func pack(_ rows: UnsafeMutablePointer<Float>, row: Int, of shape: SampleShape) {
    var target = rows + row * (shape.bytes / MemoryLayout<Float>.stride)
    for part in SamplePart.allCases {
      let count = shape.count(of: part)
      target.update(from: self[part], count: count)
      target += count
    }
  }

  /// Copies such a row to the first row here.
  fileprivate func unpack(_ rows: UnsafeMutablePointer<Float>, row: Int, of shape: SampleShape) {
    var source = rows + row * (shape.bytes / MemoryLayout<Float>.stride)
    for part in SamplePart.allCases {
      let count = shape.count(of: part)
      self[part].update(from: source, count: count)
      source += count
    }
  }
}

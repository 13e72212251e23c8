import Tensors

/// The order of one epoch: blocks, or single rows, dealt into windows, and rows permuted in each.
public struct EpochOrder: Sendable {
  /// Blocks that are in memory together.
  struct Window: Sendable {
    var blocks: [DataOrder.Block] = []
    /// Its places in the sequence of the epoch.
    var places: Range<Int>
  }

  /// The order that it is an epoch of.
  public let order: DataOrder
  /// The number of the epoch.
  public let epoch: Int
  let windows: [Window]
  /// The window of each row that takes part, in their order in the dataset; empty where blocks are dealt.
  private let dealt: [UInt32]

  init(_ order: DataOrder, epoch: Int) {
    self.order = order
    self.epoch = epoch
    if let count = order.randomWindows {
      dealt = Self.deal(order, epoch, to: count)
      windows = Self.windows(of: dealt, count: count, pieceRows: order.blockRows)
    } else {
      dealt = []
      windows = Self.deal(Self.blocks(order, epoch), rows: order.windowRows)
    }
  }

  /// The rows of a batch, in its order.
  ///
  /// For looking at: it permutes a window for each call. `BatchSource` does that once.
  public func rows(ofBatch batch: Int) -> [Int] {
    var places = order.places(ofBatch: batch)
    var rows: [Int] = []
    while !places.isEmpty {
      let index = window(at: places.lowerBound)
      let window = windows[index]
      let part = places.clamped(to: window.places)
      let numbers = self.numbers(of: index)
      let permutation = self.permutation(of: index)
      rows += part.map { numbers[permutation[$0 - window.places.lowerBound]] }
      places = part.upperBound..<places.upperBound
    }
    return rows
  }

  /// All rows in their order, those of a last batch that is dropped included.
  public var rows: [Int] {
    windows.indices.flatMap { window in
      let numbers = self.numbers(of: window)
      return permutation(of: window).map { numbers[$0] }
    }
  }

  /// The window that has a place of the sequence.
  func window(at place: Int) -> Int {
    var (low, high) = (0, windows.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if windows[middle].places.upperBound > place { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The window that a row was dealt to, by its place among those that take part.
  func window(ofRow place: Int) -> Int { Int(dealt[place]) }

  /// The numbers of the rows of a window, as its blocks bring them into memory.
  func numbers(of window: Int) -> [Int] {
    if order.isScattered { return dealtNumbers(of: window) }
    return windows[window].blocks.flatMap { order.rows.rows(in: order.range(ofBlock: $0.number)) }
  }

  /// For each place of a window, which of its rows in memory comes there.
  func permutation(of window: Int) -> [Int] {
    let count = windows[window].places.count
    if !order.settings.shuffles { return Array(0..<count) }
    let seed = order.settings.seed
    let permutation = Tensors.permutation(
      count: count, seed: seed, stream: DataStream.window(window, epoch: epoch))
    guard let buckets = order.buckets else { return permutation }
    return buckets.arranged(
      permutation, numbers(of: window), from: windows[window].places.lowerBound,
      batchSize: order.settings.batchSize, seed: seed,
      stream: DataStream.batches(of: window, epoch: epoch))
  }

  /// The blocks in the order in which they are read.
  ///
  /// One window needs no shuffling of them.
  private static func blocks(_ order: DataOrder, _ epoch: Int) -> [DataOrder.Block] {
    if !order.settings.shuffles || order.isResident { return order.blocks }
    let shuffled = Tensors.permutation(
      count: order.blocks.count, seed: order.settings.seed,
      stream: DataStream.blocks(epoch: epoch))
    return shuffled.map { order.blocks[$0] }
  }

  /// The rows that were dealt to a window, in their order in the dataset.
  private func dealtNumbers(of window: Int) -> [Int] {
    var numbers: [Int] = []
    numbers.reserveCapacity(windows[window].places.count)
    var place = 0
    for block in order.blocks {
      for row in order.rows.rows(in: order.range(ofBlock: block.number)) {
        if dealt[place] == UInt32(window) { numbers.append(row) }
        place += 1
      }
    }
    return numbers
  }

  /// Draws a window for each row.
  private static func deal(_ order: DataOrder, _ epoch: Int, to count: Int) -> [UInt32] {
    var random = RandomStream(
      seed: order.settings.seed, stream: DataStream.blocks(epoch: epoch))
    return (0..<order.rows.count).map { _ in UInt32(random.uniform(below: UInt64(count))) }
  }

  /// Windows of rows that were dealt, to be read in pieces.
  private static func windows(of dealt: [UInt32], count: Int, pieceRows: Int) -> [Window] {
    var sizes = [Int](repeating: 0, count: count)
    for window in dealt { sizes[Int(window)] += 1 }
    var first = 0
    return sizes.map { size in
      defer { first += size }
      let blocks = stride(from: 0, to: size, by: pieceRows).enumerated().map {
        DataOrder.Block(number: $0, count: min(pieceRows, size - $1))
      }
      return Window(blocks: blocks, places: first..<first + size)
    }
  }

  /// Fills one window after the other with as many blocks as fit.
  private static func deal(_ blocks: [DataOrder.Block], rows: Int) -> [Window] {
    var windows: [Window] = []
    var window = Window(places: 0..<0)
    for block in blocks {
      if window.places.count + block.count > rows {
        windows.append(window)
        window = Window(places: window.places.upperBound..<window.places.upperBound)
      }
      window.blocks.append(block)
      window.places = window.places.lowerBound..<window.places.upperBound + block.count
    }
    return windows + [window]
  }
}

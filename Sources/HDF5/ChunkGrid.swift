import CHDF5

/// The chunks that a dataset is cut into, numbered row-major.
struct ChunkGrid: Sendable {
  /// The extents of the dataset.
  let shape: [Int]
  /// The extents of a chunk, of the same rank; it may reach over the edges of the dataset.
  let chunk: [Int]
  /// The elements of a chunk.
  let chunkCount: Int
  /// How many chunks there are along each axis.
  private let counts: [Int]

  /// Cuts a shape, or gives nil where there is nothing to cut or no memory could hold a chunk.
  init?(shape: [Int], chunk: [Int]) {
    guard !shape.isEmpty, shape.count == chunk.count, chunk.allSatisfy({ $0 > 0 }) else {
      return nil
    }
    let counts = zip(shape, chunk).map { $0 / $1 + ($0 % $1 == 0 ? 0 : 1) }
    guard let chunkCount = Extent.count(of: chunk), Extent.count(of: counts) != nil else {
      return nil
    }
    self.shape = shape
    self.chunk = chunk
    self.chunkCount = chunkCount
    self.counts = counts
  }

  /// The number of the chunk that begins at an element, or nil if none does.
  func number(ofFirst first: some Collection<hsize_t>) -> Int? {
    var number = 0
    for (axis, place) in first.enumerated() {
      guard let place = Int(exactly: place), place % chunk[axis] == 0,
        place / chunk[axis] < counts[axis]
      else { return nil }
      number = number * counts[axis] + place / chunk[axis]
    }
    return number
  }

  /// How many chunks hold one row.
  private var acrossCount: Int { counts.dropFirst().reduce(1, *) }

  /// The numbers of the chunks that hold a range of rows.
  func numbers(of rows: Range<Int>) -> Range<Int> {
    let last = (rows.upperBound - 1) / chunk[0]
    return rows.lowerBound / chunk[0] * acrossCount..<(last + 1) * acrossCount
  }

  /// The part of a chunk that lies in a range of rows.
  func part(_ number: Int, of rows: Range<Int>) -> ChunkPart {
    var rest = number
    var origin = [Int](repeating: 0, count: shape.count)
    for axis in shape.indices.reversed() {
      origin[axis] = rest % counts[axis] * chunk[axis]
      rest /= counts[axis]
    }
    var extents = zip(zip(origin, chunk), shape).map { min($0.0 + $0.1, $1) - $0.0 }
    let lower = max(rows.lowerBound, origin[0])
    let isWhole = rows.lowerBound <= origin[0] && rows.upperBound >= origin[0] + extents[0]
    extents[0] = min(rows.upperBound, origin[0] + extents[0]) - lower
    return ChunkPart(
      number: number, origin: origin, firstRow: lower, extents: extents, isWhole: isWhole)
  }
}

/// The part of a chunk that is wanted: some of its rows, and all of the dataset across.
struct ChunkPart {
  let number: Int
  /// The element of the dataset that the chunk begins with.
  let origin: [Int]
  /// The first row of the dataset that is wanted.
  let firstRow: Int
  /// How many elements are wanted along each axis.
  let extents: [Int]
  /// Whether that is all that the dataset has of the chunk.
  let isWhole: Bool
}

extension ChunkGrid {
  /// Calls for each run of elements that is one piece in the chunk and in the rows in memory.
  ///
  /// - Parameters:
  ///   - part: the part of a chunk.
  ///   - firstRow: the row of the dataset that the memory begins with.
  ///   - body: gets the run's place in the chunk, its place in memory and its length, in elements.
  func forEachRun(
    _ part: ChunkPart, from firstRow: Int,
    _ body: (_ source: Int, _ target: Int, _ count: Int) -> Void
  ) {
    // An axis that both have whole joins the runs of the axis before it.
    var axis = shape.count - 1
    var count = part.extents[axis]
    while axis > 0, part.extents[axis] == chunk[axis], part.extents[axis] == shape[axis] {
      axis -= 1
      count *= part.extents[axis]
    }
    let within = part.extents.indices.map { $0 == 0 ? part.firstRow - part.origin[0] : 0 }
    var source = Self.place(within, in: chunk)
    let start = part.origin.indices.map { $0 == 0 ? part.firstRow - firstRow : part.origin[$0] }
    var target = Self.place(start, in: shape)
    let sourceSteps = Self.steps(chunk)
    let targetSteps = Self.steps(shape)
    var counter = [Int](repeating: 0, count: axis)
    while true {
      body(source, target, count)
      var moving = axis - 1
      while moving >= 0 {
        counter[moving] += 1
        source += sourceSteps[moving]
        target += targetSteps[moving]
        if counter[moving] < part.extents[moving] { break }
        source -= counter[moving] * sourceSteps[moving]
        target -= counter[moving] * targetSteps[moving]
        counter[moving] = 0
        moving -= 1
      }
      if moving < 0 { return }
    }
  }

  /// The place in memory of a chunk that is wanted whole and is one piece there; nil if it is not.
  ///
  /// - Parameters:
  ///   - part: the chunk.
  ///   - firstRow: the row of the dataset that the memory begins with.
  /// - Returns: the place, in elements.
  func onePiece(_ part: ChunkPart, from firstRow: Int) -> Int? {
    guard part.extents == chunk, chunk.dropFirst() == shape.dropFirst() else { return nil }
    return (part.firstRow - firstRow) * shape.dropFirst().reduce(1, *)
  }

  /// How far apart neighbours along each axis are in memory of a shape.
  private static func steps(_ shape: [Int]) -> [Int] {
    var steps = shape
    var step = 1
    for axis in shape.indices.reversed() {
      steps[axis] = step
      step *= shape[axis]
    }
    return steps
  }

  private static func place(_ element: [Int], in shape: [Int]) -> Int {
    zip(element, shape).reduce(0) { $0 * $1.1 + $1.0 }
  }
}

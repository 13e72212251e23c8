import CHDF5

/// Reads rows of packed chunks without libhdf5, which unpacks one chunk at a time in the whole process.
///
/// libhdf5 says once where the chunks are; their bytes come with `pread` from the file that it has open
/// itself, and are unpacked and checked by whichever thread reads, as many at once as there are. Where
/// the file is not a plain one on the disk, or has more chunks than libhdf5 lists quickly, it hands out
/// the packed bytes one chunk at a time. What is read is the same to the bit as what libhdf5 reads, and
/// whatever is not known here is left to it.
final class ChunkReader: Sendable {
  private let location: Location
  private let grid: ChunkGrid
  private let filters: ChunkFilters
  private let number: StoredNumber
  private let elementSize: Int
  /// The bytes of an unpacked chunk.
  private let size: Int
  private let source = Locked<PackedChunks?>(nil)
  private let pool = Locked<[ChunkScratch]>([])
  private let unpacked: UnpackedChunks

  /// Looks at a dataset, or gives nil where libhdf5 has to read it.
  init?(_ type: borrowing StoredType, _ storage: Storage, shape: [Int], _ location: Location) {
    guard case .chunked(let chunk) = storage.layout, !storage.hasPlainEdges,
      let grid = ChunkGrid(shape: shape, chunk: chunk), grid.chunkCount <= 1 << 36,
      let filters = ChunkFilters(storage.filters, elementSize: type.size),
      let number = StoredNumber(type)
    else { return nil }
    self.location = location
    self.grid = grid
    self.filters = filters
    self.number = number
    elementSize = type.size
    size = grid.chunkCount * type.size
    let kept = ChunkCache.bytes(storage, elementSize: type.size, shape: shape) ?? 1 << 20
    unpacked = UnpackedChunks(bytes: kept, chunkBytes: size)
  }

  /// Reads a range of rows.
  ///
  /// - Parameters:
  ///   - rows: the range, not empty and within the dataset.
  ///   - dataset: the open dataset.
  ///   - memory: room for the rows.
  /// - Returns: false where libhdf5 has to read them: numbers that only it converts, or a chunk that was
  ///   never written.
  /// - Throws: `HDF5Error` that names the chunk that is damaged.
  func read<T: StorableNumber>(
    _ rows: Range<Int>, of dataset: hid_t, into memory: UnsafeMutablePointer<T>
  ) throws(HDF5Error) -> Bool {
    guard number.converts(to: T.numberKind) else { return false }
    let source = try packedChunks(of: dataset)
    for chunk in grid.numbers(of: rows) {
      let part = grid.part(chunk, of: rows)
      let isThere =
        part.isWhole
        ? try readWhole(part, of: source, rows, into: memory)
        : try readPart(part, of: source, rows, into: memory)
      if !isThere { return false }
    }
    return true
  }

  /// Unpacks a chunk, to its place in memory right away where it is one piece of the same bytes there.
  private func readWhole<T: StorableNumber>(
    _ part: ChunkPart, of source: PackedChunks, _ rows: Range<Int>,
    into memory: UnsafeMutablePointer<T>
  ) throws(HDF5Error) -> Bool {
    let scratch = try borrow()
    defer { giveBack(scratch) }
    guard let packed = try fetch(part, of: source, scratch) else { return false }
    if number.isStored(as: T.numberKind), let place = grid.onePiece(part, from: rows.lowerBound) {
      try unpack(
        part, packed, into: UnsafeMutableRawBufferPointer(start: memory + place, count: size),
        scratch)
    } else {
      let target = try scratch.take(.result, size, location)
      try unpack(part, packed, into: target, scratch)
      copy(part, UnsafeRawBufferPointer(target), rows, into: memory)
    }
    return true
  }

  /// Takes a part of a chunk that other reads may have unpacked.
  private func readPart<T: StorableNumber>(
    _ part: ChunkPart, of source: PackedChunks, _ rows: Range<Int>,
    into memory: UnsafeMutablePointer<T>
  ) throws(HDF5Error) -> Bool {
    let bytes = try unpacked.bytes(of: part.number) { () throws(HDF5Error) in
      let scratch = try borrow()
      defer { giveBack(scratch) }
      guard let packed = try fetch(part, of: source, scratch) else { return nil }
      let made = try ChunkBytes(count: size, location)
      try unpack(part, packed, into: made.bytes, scratch)
      return made
    }
    guard let bytes else { return false }
    copy(part, UnsafeRawBufferPointer(bytes.bytes), rows, into: memory)
    return withExtendedLifetime(bytes) { true }
  }

  private func copy<T: StorableNumber>(
    _ part: ChunkPart, _ bytes: UnsafeRawBufferPointer, _ rows: Range<Int>,
    into memory: UnsafeMutablePointer<T>
  ) {
    guard let base = bytes.baseAddress else { return }
    grid.forEachRun(part, from: rows.lowerBound) { source, target, count in
      number.copy(base + source * elementSize, to: memory + target, count: count)
    }
  }
}

extension ChunkReader {
  /// Scratch that nobody else uses meanwhile.
  private func borrow() throws(HDF5Error) -> ChunkScratch {
    if let idle = pool.withLock({ $0.popLast() }) { return idle }
    return try ChunkScratch(location)
  }

  private func giveBack(_ scratch: ChunkScratch) { pool.withLock { $0.append(scratch) } }

  /// The packed bytes of a chunk, and the filters it was packed without.
  private struct Packed {
    let bytes: UnsafeRawBufferPointer
    let skipped: UInt32
  }

  /// Where the packed bytes come from, found by the first who reads.
  private func packedChunks(of dataset: hid_t) throws(HDF5Error) -> PackedChunks {
    try source.withLock { (source) throws(HDF5Error) in
      if let source { return source }
      let made = try PackedChunks(dataset, grid, location)
      source = made
      return made
    }
  }

  /// The packed bytes of a chunk if it was ever written, checked for their number: a chunk that claims
  /// more than its bytes can hold gets no memory.
  private func fetch(
    _ part: ChunkPart, of source: PackedChunks, _ scratch: ChunkScratch
  ) throws(HDF5Error) -> Packed? {
    guard let place = source.place(of: part) else { return nil }
    guard place.bytes <= PackedSize.most(ofUnpacked: size) else {
      throw damaged(part, "it has \(place.bytes) packed bytes for \(size)")
    }
    let memory = try scratch.take(.packed, place.bytes, location)
    guard let skipped = try source.read(part, place, into: memory, location) else {
      throw damaged(part, "the file ends before it does")
    }
    if let damage = filters.damage(packed: place.bytes, unpacked: size, skipped: skipped) {
      throw damaged(part, damage)
    }
    return Packed(bytes: UnsafeRawBufferPointer(memory), skipped: skipped)
  }

  private func unpack(
    _ part: ChunkPart, _ packed: Packed, into target: UnsafeMutableRawBufferPointer,
    _ scratch: ChunkScratch
  ) throws(HDF5Error) {
    let damage = try filters.undo(
      packed.bytes, skipped: packed.skipped, into: target, scratch, location)
    if let damage { throw damaged(part, damage) }
  }

  private func damaged(_ part: ChunkPart, _ damage: String) -> HDF5Error {
    HDF5Error(
      .damaged,
      "cannot read \(location): the chunk at \(part.origin) is damaged: \(damage); restore the file "
        + "from a copy, or write its other rows to a new one")
  }
}

/// The filters of a dataset's chunks, and how to undo them without libhdf5.
struct ChunkFilters: Sendable {
  private enum Step: Sendable {
    case deflate
    case shuffle(size: Int)
    case fletcher32
  }

  /// In the order of packing.
  private let steps: [Step]

  /// Takes the filters of a dataset, or gives nil where libhdf5 has to undo them.
  init?(_ filters: [Filter], elementSize: Int) {
    var steps: [Step] = []
    for filter in filters {
      switch filter.id {
      case 1: steps.append(.deflate)
      case 2 where filter.values == [UInt32(clamping: elementSize)]:
        steps.append(.shuffle(size: elementSize))
      case 3: steps.append(.fletcher32)
      default: return nil
      }
    }
    // How many bytes came out of a first deflate is not known when it is not the only one.
    let deflates = steps.count { if case .deflate = $0 { true } else { false } }
    guard (1...8).contains(steps.count), deflates <= 1 else { return nil }
    self.steps = steps
  }

  /// Checks the packed size of a chunk before memory is taken for its unpacked bytes.
  ///
  /// - Parameters:
  ///   - packed: how many packed bytes there are.
  ///   - unpacked: how many bytes the chunk has.
  ///   - skipped: the filters that this chunk was packed without, a bit each.
  /// - Returns: what is wrong, or nil.
  func damage(packed: Int, unpacked: Int, skipped: UInt32) -> String? {
    let (bytes, deflates) = active(skipped).reduce((unpacked, false)) { sizes, index in
      switch steps[index] {
      case .deflate: (sizes.0, true)
      case .fletcher32: (sizes.0 + 4, sizes.1)
      case .shuffle: sizes
      }
    }
    if !deflates {
      return packed == bytes ? nil : "it has \(packed) bytes, where \(bytes) were expected"
    }
    // Deflate makes 1032 bytes of one at most.
    return unpacked / 1032 <= packed ? nil : "it has only \(packed) packed bytes for \(unpacked)"
  }

  /// Undoes the filters of a chunk.
  ///
  /// - Parameters:
  ///   - packed: its bytes in the file.
  ///   - skipped: the filters that it was packed without, a bit each.
  ///   - output: room for the whole chunk.
  ///   - scratch: memory for what is between.
  ///   - location: the dataset, for messages.
  /// - Returns: what is wrong with the bytes, or nil.
  /// - Throws: `HDF5Error` if there is no memory.
  func undo(
    _ packed: UnsafeRawBufferPointer, skipped: UInt32, into output: UnsafeMutableRawBufferPointer,
    _ scratch: ChunkScratch, _ location: Location
  ) throws(HDF5Error) -> String? {
    var bytes = packed
    var room = ChunkScratch.Room.first
    let active = active(skipped)
    for (place, index) in zip(active.indices, active).reversed() {
      if case .fletcher32 = steps[index] {
        guard let data = Self.checked(bytes) else {
          return "its checksum is another than that of its bytes"
        }
        bytes = data
        continue
      }
      var size = bytes.count
      if case .deflate = steps[index] { size = output.count + 4 * checksums(active[..<place]) }
      guard place > 0 || size == output.count else { return Self.unexpected(size, output.count) }
      let target = place == 0 ? output : try scratch.take(room, size, location)
      room = room == .first ? .second : .first
      if let damage = undo(steps[index], bytes, into: target, scratch) { return damage }
      bytes = UnsafeRawBufferPointer(target)
    }
    guard bytes.count == output.count else { return Self.unexpected(bytes.count, output.count) }
    if bytes.baseAddress != UnsafeRawPointer(output.baseAddress) { output.copyMemory(from: bytes) }
    return nil
  }

  /// Undoes a step that makes other bytes.
  private func undo(
    _ step: Step, _ bytes: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer,
    _ scratch: ChunkScratch
  ) -> String? {
    guard case .shuffle(let size) = step else {
      return scratch.inflater.unpack(bytes, into: target)
    }
    if let base = target.baseAddress { ByteShuffle.undo(bytes, into: base, size: size) }
    return nil
  }

  /// Bytes without the checksum behind them, or nil if it is another than theirs.
  private static func checked(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    guard bytes.count >= 4 else { return nil }
    let data = UnsafeRawBufferPointer(rebasing: bytes.dropLast(4))
    let stored = bytes.loadUnaligned(fromByteOffset: data.count, as: UInt32.self)
    return Fletcher32.matches(UInt32(littleEndian: stored), data) ? data : nil
  }

  /// How many of some steps put a checksum behind the bytes.
  private func checksums(_ indices: ArraySlice<Int>) -> Int {
    indices.count { if case .fletcher32 = steps[$0] { true } else { false } }
  }

  /// The steps that a chunk went through.
  private func active(_ skipped: UInt32) -> [Int] {
    steps.indices.filter { skipped >> UInt32($0) & 1 == 0 }
  }

  private static func unexpected(_ found: Int, _ expected: Int) -> String {
    "it has \(found) bytes, where \(expected) were packed"
  }
}

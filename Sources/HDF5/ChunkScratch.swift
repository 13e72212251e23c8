import Glibc

/// Memory in which one chunk at a time is unpacked.
///
/// Unchecked because whoever borrowed it from a pool is the only one to use it.
final class ChunkScratch: @unchecked Sendable {
  /// What a piece of the memory is for.
  enum Room: Int, CaseIterable {
    case packed, first, second, result
  }

  let inflater: Inflater
  private var rooms = Room.allCases.map { _ in UnsafeMutableRawBufferPointer(start: nil, count: 0) }

  /// Empty rooms.
  ///
  /// - Parameter location: for whom, for messages.
  /// - Throws: `HDF5Error` if there is no memory.
  init(_ location: Location) throws(HDF5Error) {
    guard let inflater = Inflater() else { throw Self.noMemory(12 << 10, location) }
    self.inflater = inflater
  }

  deinit { for room in rooms { free(room.baseAddress) } }

  /// Room for some bytes, whose content is lost when it is asked for again.
  ///
  /// - Parameters:
  ///   - room: which.
  ///   - count: how many bytes.
  ///   - location: for whom, for messages.
  /// - Returns: the room.
  /// - Throws: `HDF5Error` if there is no memory.
  func take(
    _ room: Room, _ count: Int, _ location: Location
  ) throws(HDF5Error) -> UnsafeMutableRawBufferPointer {
    if rooms[room.rawValue].count < count {
      free(rooms[room.rawValue].baseAddress)
      rooms[room.rawValue] = UnsafeMutableRawBufferPointer(start: nil, count: 0)
      guard let block = malloc(count) else {
        throw Self.noMemory(count, location)
      }
      rooms[room.rawValue] = UnsafeMutableRawBufferPointer(start: block, count: count)
    }
    return UnsafeMutableRawBufferPointer(rebasing: rooms[room.rawValue][..<count])
  }

  static func noMemory(_ count: Int, _ location: Location) -> HDF5Error {
    HDF5Error(
      .tooLarge, "there is no memory to unpack a chunk of \(location), which takes \(count) bytes")
  }
}

import CHDF5
import Glibc

/// The packed bytes of a dataset's chunks, and how to come by them.
///
/// With a descriptor of our own and the places of all chunks, any number of threads read at once; else
/// libhdf5 hands out one chunk at a time, under its lock.
final class PackedChunks: Sendable {
  private let dataset: hid_t
  private let descriptor: Int32
  private let table: ChunkTable?

  /// Asks libhdf5 for a descriptor and for the places of all chunks.
  init(_ dataset: hid_t, _ grid: ChunkGrid, _ location: Location) throws(HDF5Error) {
    self.dataset = dataset
    let descriptor = library.attempt { chdf5_descriptor(dataset) }.result
    do throws(HDF5Error) {
      table = descriptor >= 0 ? try ChunkTable(dataset, grid, location) : nil
    } catch {
      if descriptor >= 0 { close(descriptor) }
      throw error
    }
    self.descriptor = descriptor
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Where a chunk is, or nil if libhdf5 knows of none.
  func place(of part: ChunkPart) -> ChunkPlace? {
    if let table { return table[part.number] }
    let first = part.origin.map { hsize_t($0) }
    let bytes = library.attempt { chdf5_packed_bytes(dataset, first) }.result
    return bytes > 0 ? ChunkPlace(offset: nil, bytes: Int(bytes), skipped: 0) : nil
  }

  /// Reads the packed bytes of a chunk.
  ///
  /// - Parameters:
  ///   - part: says which chunk.
  ///   - place: where it is.
  ///   - memory: room for exactly its bytes.
  ///   - location: the dataset, for messages.
  /// - Returns: the filters that the chunk was packed without, a bit each, or nil where the file ends
  ///   before the chunk does.
  /// - Throws: `HDF5Error` if system or libhdf5 fail.
  func read(
    _ part: ChunkPart, _ place: ChunkPlace, into memory: UnsafeMutableRawBufferPointer,
    _ location: Location
  ) throws(HDF5Error) -> UInt32? {
    guard let offset = place.offset else {
      let first = part.origin.map { hsize_t($0) }
      var skipped: UInt32 = 0
      _ = try library.call("cannot read", location, .damaged) {
        chdf5_read_packed(dataset, first, memory.count, &skipped, memory.baseAddress)
      }
      return skipped
    }
    let (count, code) = Descriptor.fill(memory, from: descriptor, at: offset)
    guard code == 0 else {
      throw HDF5Error(.failed, "cannot read \(location): \(String(cString: strerror(code)))")
    }
    return count == memory.count ? place.skipped : nil
  }
}

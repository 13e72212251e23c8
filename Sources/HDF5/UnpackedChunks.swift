import Glibc

/// The unpacked bytes of one chunk, which never change once they are there.
///
/// Unchecked because they are written before any other thread gets to see them.
final class ChunkBytes: @unchecked Sendable {
  let bytes: UnsafeMutableRawBufferPointer

  /// Room for the bytes of a chunk.
  init(count: Int, _ location: Location) throws(HDF5Error) {
    guard let block = malloc(count) else { throw ChunkScratch.noMemory(count, location) }
    bytes = UnsafeMutableRawBufferPointer(start: block, count: count)
  }

  deinit { free(bytes.baseAddress) }
}

/// Chunks that reads took a part of, kept for those that want the rest.
///
/// A chunk is unpacked while the lock is held: two threads that want parts of one chunk unpack it
/// once. Chunks that are wanted whole do not come here.
final class UnpackedChunks: Sendable {
  private struct State {
    var chunks: [Int: (bytes: ChunkBytes, used: Int)] = [:]
    var uses = 0
  }

  /// How many chunks are kept.
  private let most: Int
  private let state = Locked(State())

  /// Room for some bytes of chunks that have `chunkBytes` each.
  init(bytes: Int, chunkBytes: Int) { most = bytes / max(chunkBytes, 1) }

  /// The bytes of a chunk, unpacked by a function if they are not here.
  func bytes(
    of number: Int, _ unpack: () throws(HDF5Error) -> ChunkBytes?
  ) throws(HDF5Error) -> ChunkBytes? {
    try state.withLock { (state) throws(HDF5Error) in
      state.uses += 1
      if let found = state.chunks[number]?.bytes {
        state.chunks[number]?.used = state.uses
        return found
      }
      guard let made = try unpack() else { return nil }
      if most > 0 {
        if state.chunks.count >= most { dropOldest(&state) }
        state.chunks[number] = (made, state.uses)
      }
      return made
    }
  }

  private func dropOldest(_ state: inout State) {
    let oldest = state.chunks.min { $0.value.used < $1.value.used }
    if let oldest { state.chunks[oldest.key] = nil }
  }
}

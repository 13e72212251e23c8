import CHDF5
import Foundation
import TestSupport
import Testing

@testable import HDF5

extension HDF5Tests {
  /// Damaged chunks give one sentence and never other numbers than libhdf5 would.
  @Suite struct ChunkDamageTests {
    private static let values = (0..<900).map { Float($0 % 37) / 7 }

    /// A file of `/x` [300, 3] in chunks of 64 rows, and where its chunks are.
    private func write(_ steps: [ChunkLayout.Step], to path: String) throws -> [ChunkPlace] {
      var layout = ChunkLayout()
      (layout.shape, layout.chunk, layout.steps) = ([300, 3], [64, 3], steps)
      layout.write(Self.values.withUnsafeBytes(Array.init), to: path)
      let dataset = try File(reading: path).dataset("x")
      let grid = try #require(ChunkGrid(shape: [300, 3], chunk: [64, 3]))
      let table = try #require(try ChunkTable(dataset.handle.id, grid, dataset.location))
      return (0..<5).compactMap { table[$0] }
    }

    private func read(_ path: String) throws(HDF5Error) -> (ours: HDF5Error?, same: Bool) {
      let dataset = try File(reading: path).dataset("x")
      var (ours, theirs) = (Self.values, Self.values)
      let own = ours.withUnsafeMutableBufferPointer { memory -> HDF5Error? in
        do throws(HDF5Error) { try dataset.read(rows: 0..<300, into: memory) } catch {
          return error
        }
        return nil
      }
      let other = theirs.withUnsafeMutableBufferPointer { memory -> HDF5Error? in
        do throws(HDF5Error) { try dataset.readWithLibrary(0..<300, into: memory) } catch {
          return error
        }
        return nil
      }
      // Where we read, libhdf5 reads the same; it may read what we refuse, and not the other way.
      return (own, own != nil || other == nil && ours.map(\.bitPattern) == theirs.map(\.bitPattern))
    }

    @Test(arguments: [
      [ChunkLayout.Step.deflate], [.shuffle, .deflate], [.shuffle, .fletcher32],
      [.shuffle, .deflate, .fletcher32], [.fletcher32, .deflate],
    ])
    func flippedBytes(steps: [ChunkLayout.Step]) throws {
      try Fixture.withDirectory { directory in
        let path = directory + "/x.h5"
        let places = try write(steps, to: path)
        #expect(places.count == 5)
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        var random = SeededRandom(seed: 9)
        for round in 0..<80 {
          let place = places[round % 5]
          var damaged = bytes
          let start = try #require(place.offset)
          damaged[start + Int.random(in: 0..<place.bytes, using: &random)] ^= 1 << (round % 8)
          try Fixture.write(damaged, to: path)
          let found = try read(path)
          #expect(found.same)
          let error = try #require(found.ours, "gzip and checksums find one flipped bit")
          #expect(error.reason == .damaged)
          let chunk = "the chunk at [\(round % 5 * 64), 0] is damaged"
          let beginning = "cannot read '/x' in '\(path)': \(chunk)"
          #expect(error.description.hasPrefix(beginning), "\(error)")
        }
      }
    }

    /// A stream that unpacks to more, or to less, than the chunk has.
    @Test func streamsOfAnotherLength() throws {
      try Fixture.withDirectory { directory in
        let path = directory + "/x.h5"
        for rows in [63, 65, 6400] {
          let bytes = [UInt8](repeating: 1, count: rows * 12)
          let stream = try packed(bytes, directory + "/\(rows).h5")
          var layout = ChunkLayout()
          (layout.shape, layout.chunk, layout.steps) = ([300, 3], [64, 3], [.deflate])
          layout.write(Self.values.withUnsafeBytes(Array.init), to: path) { dataset in
            H5Dwrite_chunk(dataset, standard, 0, [64, 0], stream.count, stream)
          }
          let error = try #require(try read(path).ours)
          #expect(error.reason == .damaged)
          #expect(error.description.contains("768"), "\(error)")
        }
      }
    }

    /// The gzip data of some bytes.
    private func packed(_ bytes: [UInt8], _ path: String) throws -> [UInt8] {
      var layout = ChunkLayout()
      (layout.kind, layout.steps) = (.uint8, [.deflate])
      (layout.shape, layout.chunk) = ([bytes.count], [bytes.count])
      layout.write(bytes, to: path)
      let dataset = try File(reading: path).dataset("x")
      let id = dataset.handle.id
      let count = library.attempt { chdf5_packed_bytes(id, [0]) }.result
      var stream = [UInt8](repeating: 0, count: Int(count))
      var skipped: UInt32 = 0
      _ = library.attempt { H5Dread_chunk(id, standard, [0], &skipped, &stream) }
      return stream
    }

    /// The places of chunks are known before the file is cut.
    @Test func cutWhileItIsOpen() throws {
      try Fixture.withDirectory { directory in
        let path = directory + "/x.h5"
        let places = try write([.shuffle, .deflate], to: path)
        let file = try File(reading: path)
        let dataset = try file.dataset("x")
        var numbers = [Float](repeating: 0, count: 192)
        try numbers.withUnsafeMutableBufferPointer { try dataset.read(rows: 0..<64, into: $0) }
        let last = try #require(places.last?.offset)
        #expect(truncate(path, last + 5) == 0)
        let error = failure { () throws(HDF5Error) in
          _ = try dataset.read(as: Float.self, limit: 900)
        }
        #expect(error?.reason == .damaged)
        #expect(error?.description.contains("the file ends before it does") == true)
        #expect(failure { () throws(HDF5Error) in try file.verifyUnchanged() }?.reason == .changed)
      }
    }

    /// A chunk that claims gigabytes for a few bytes in the file gets no memory.
    @Test func sizesThatPackingCannotMake() throws {
      let filters = [Filter(id: 1, storedName: "", isAvailable: true, values: [6])]
      let deflate = try #require(ChunkFilters(filters, elementSize: 4))
      #expect(deflate.damage(packed: 1000, unpacked: 1 << 30, skipped: 0) != nil)
      #expect(deflate.damage(packed: 1000, unpacked: 1000 * 1032, skipped: 0) == nil)
      #expect(deflate.damage(packed: 1000, unpacked: 1001, skipped: 1) != nil)
      #expect(deflate.damage(packed: 1000, unpacked: 1000, skipped: 1) == nil)
      #expect(PackedSize.most(ofUnpacked: 64 << 10) < 70 << 10)
    }

    @Test func filtersThatAreLeftToLibhdf5() {
      let unknown = Filter(id: 32015, storedName: "zstd", isAvailable: true, values: [])
      #expect(ChunkFilters([unknown], elementSize: 4) == nil)
      // Shuffled by another width than the numbers have.
      let shuffle = Filter(id: 2, storedName: "", isAvailable: true, values: [8])
      #expect(ChunkFilters([shuffle], elementSize: 4) == nil)
      let deflate = Filter(id: 1, storedName: "", isAvailable: true, values: [6])
      #expect(ChunkFilters([deflate, deflate], elementSize: 4) == nil)
      #expect(ChunkFilters([], elementSize: 4) == nil)
    }
  }
}

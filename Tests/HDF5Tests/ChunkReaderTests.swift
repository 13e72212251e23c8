import CHDF5
import Dispatch
import Foundation
import TestSupport
import Testing

@testable import HDF5

extension HDF5Tests {
  /// Chunks that are read without libhdf5 are the same bytes as with it, or one sentence.
  @Suite struct ChunkReaderTests {
    @Test(arguments: 0..<24) func randomLayoutsAreReadAsByLibhdf5(seed: Int) throws {
      var random = SeededRandom(seed: UInt64(seed))
      for _ in 0..<12 {
        let layout = ChunkLayout(&random)
        try Fixture.withDirectory { directory in
          layout.write(layout.values(&random), to: directory + "/x.h5")
          let file = try openWhenFree(directory + "/x.h5")
          let dataset = try file.dataset("x")
          let isUnusual = layout.isBigEndian || layout.hasPlainEdges
          #expect((dataset.chunks == nil) == isUnusual, "\(layout)")
          for _ in 0..<6 {
            let first = Int.random(in: 0..<layout.shape[0], using: &random)
            let rows = first..<Int.random(in: first + 1...layout.shape[0], using: &random)
            try compare(dataset, rows, as: Float.self, layout)
            try compare(dataset, rows, as: Double.self, layout)
            try compareOwn(dataset, rows, layout)
          }
        }
      }
    }

    /// Opens a file that was just written: a program that another test starts meanwhile inherits the
    /// writer's lock for a moment.
    private func openWhenFree(_ path: String) throws -> File {
      for _ in 0..<200 where isInUse(path) { usleep(10_000) }
      return try File(reading: path)
    }

    private func isInUse(_ path: String) -> Bool {
      do {
        _ = try File(reading: path)
        return false
      } catch {
        return error.reason == .inUse
      }
    }

    /// By the kind of the file, which is a copy.
    private func compareOwn(
      _ dataset: borrowing Dataset, _ rows: Range<Int>, _ layout: ChunkLayout
    ) throws {
      switch layout.kind {
      case .int8: try compare(dataset, rows, as: Int8.self, layout)
      case .int16: try compare(dataset, rows, as: Int16.self, layout)
      case .int32: try compare(dataset, rows, as: Int32.self, layout)
      case .int64: try compare(dataset, rows, as: Int64.self, layout)
      case .uint8: try compare(dataset, rows, as: UInt8.self, layout)
      case .uint16: try compare(dataset, rows, as: UInt16.self, layout)
      case .uint32: try compare(dataset, rows, as: UInt32.self, layout)
      case .uint64: try compare(dataset, rows, as: UInt64.self, layout)
      case .float32, .float64: break
      }
    }

    private func compare<T: StorableNumber>(
      _ dataset: borrowing Dataset, _ rows: Range<Int>, as type: T.Type, _ layout: ChunkLayout
    ) throws {
      let count = rows.count * dataset.rowCount
      let ours = UnsafeMutableBufferPointer<T>.allocate(capacity: count)
      let theirs = UnsafeMutableBufferPointer<T>.allocate(capacity: count)
      defer { ours.deallocate() }
      defer { theirs.deallocate() }
      try dataset.read(rows: rows, into: ours)
      try dataset.readWithLibrary(rows, into: theirs)
      let same = UnsafeRawBufferPointer(ours).elementsEqual(UnsafeRawBufferPointer(theirs))
      #expect(same, "rows \(rows) of \(layout) as \(T.self)")
    }

    @Test func numbersAtTheEdgesOfFloats() throws {
      let doubles: [Double] = [
        0, -0.0, 1e-45, 7e-46, 1e-40, -Double(bitPattern: 2024), 3.4028234663852886e38,
        3.4028235e38,
        3.40282356e38, -3.5e38, 1e308, -.infinity, .infinity, 1 + 0x1p-24, 1 + 0x3p-24,
        Double(bitPattern: 0x7FF8_0000_1234_5678), .nan, 16_777_217, -16_777_219,
      ]
      let whole: [Int64] = [
        .max, .min, 16_777_217, -16_777_219, 0, 1 << 53 + 1, 9_007_199_254_740_993, -1,
      ]
      try Fixture.withDirectory { directory in
        let path = directory + "/x.h5"
        for (kind, bytes) in [
          (NumberKind.float64, doubles.withUnsafeBytes(Array.init)),
          (.int64, whole.withUnsafeBytes(Array.init)), (.uint64, whole.withUnsafeBytes(Array.init)),
        ] {
          var layout = ChunkLayout()
          layout.kind = kind
          (layout.shape, layout.chunk) = ([bytes.count / 8], [3])
          layout.write(bytes, to: path)
          let file = try File(reading: path)
          let dataset = try file.dataset("x")
          #expect(dataset.chunks != nil)
          try compare(dataset, 0..<bytes.count / 8, as: Float.self, layout)
          try compare(dataset, 0..<bytes.count / 8, as: Double.self, layout)
        }
      }
    }

    @Test func halvesAreWidened() throws {
      try Fixture.withDirectory { directory in
        let path = directory + "/x.h5"
        let bits = (0...UInt16.max).map { $0 }
        _ = library.attempt { () -> Int32 in
          let file = H5Fcreate(path, chdf5_truncate(), standard, standard)
          let space = H5Screate_simple(1, [hsize_t(bits.count)], nil)
          let list = H5Pcreate(chdf5_dataset_create())
          H5Pset_chunk(list, 1, [1000])
          H5Pset_shuffle(list)
          H5Pset_deflate(list, 4)
          let type = chdf5_half()
          let dataset = H5Dcreate2(file, "x", type, space, standard, list, standard)
          H5Dwrite(dataset, type, standard, standard, standard, bits)
          for id in [dataset, type, list, space] { H5Idec_ref(id) }
          return NewFile.closeWritten(file)
        }
        let dataset = try File(reading: path).dataset("x")
        #expect(dataset.chunks != nil)
        try compare(dataset, 0..<bits.count, as: Float.self, ChunkLayout())
        try compare(dataset, 5..<bits.count - 7, as: Double.self, ChunkLayout())
      }
    }

    /// Each chunk says which filters it was packed without.
    @Test func chunksWithoutSomeFilters() throws {
      var layout = ChunkLayout()
      layout.steps = [.shuffle, .deflate, .fletcher32]
      try Fixture.withDirectory { directory in
        let path = directory + "/x.h5"
        let plain = (0..<12).map { Float($0) / 3 }
        layout.write([UInt8](repeating: 0, count: 120), to: path) { dataset in
          H5Dwrite_chunk(dataset, standard, 0b111, [4, 0], 48, plain)
        }
        let dataset = try File(reading: path).dataset("x")
        try compare(dataset, 0..<10, as: Float.self, layout)
        var read = [Float](repeating: 0, count: 12)
        try read.withUnsafeMutableBufferPointer { try dataset.read(rows: 4..<8, into: $0) }
        #expect(read == plain)
      }
    }

    @Test func moreChunksThanAreListed() throws {
      var layout = ChunkLayout()
      (layout.shape, layout.chunk) = ([ChunkTable.most + 500, 1], [1, 1])
      var random = SeededRandom(seed: 3)
      try Fixture.withDirectory { directory in
        layout.write(layout.values(&random), to: directory + "/x.h5")
        let dataset = try File(reading: directory + "/x.h5").dataset("x")
        #expect(dataset.chunks != nil)
        try compare(dataset, 17..<layout.shape[0], as: Float.self, layout)
      }
    }

    @Test func threadsReadAtOnce() throws {
      var layout = ChunkLayout()
      (layout.shape, layout.chunk) = ([4000, 7], [130, 4])
      var random = SeededRandom(seed: 4)
      let values = layout.values(&random)
      let expected = values.withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)) }
      try Fixture.withDirectory { directory in
        layout.write(values, to: directory + "/x.h5")
        let dataset = try File(reading: directory + "/x.h5").dataset("x")
        let wrong = Locked(0)
        DispatchQueue.concurrentPerform(iterations: 64) { item in
          let rows = item * 61..<item * 61 + 150
          var read = [Float](repeating: 0, count: rows.count * 7)
          let failure = read.withUnsafeMutableBufferPointer { memory -> (any Error)? in
            do { try dataset.read(rows: rows, into: memory) } catch { return error }
            return nil
          }
          let wanted = expected[rows.lowerBound * 7..<rows.upperBound * 7]
          if failure != nil || !read.map(\.bitPattern).elementsEqual(wanted) {
            wrong.withLock { $0 += 1 }
          }
        }
        #expect(wrong.withLock { $0 } == 0)
      }
    }
  }
}

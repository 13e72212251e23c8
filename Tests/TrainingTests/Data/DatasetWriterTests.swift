import Foundation
import Glibc
import HDF5
import Networks
import TestSupport
import Testing
import Training

extension TrainingTests {
  @Suite struct DatasetWriterTests {
    @Test(arguments: [1, 7, 1092, 3000], [nil, 1]) func maxMin(count: Int, gzip: Int?) throws {
      let scratch = try ScratchDirectory()
      let path = scratch.file("maxmin.h5")
      let job = MaxMin(seed: 3, steps: 10)
      try job.write(rows: count, to: path, gzip: gzip)
      #expect(try scratch.names == ["maxmin.h5"])
      let file = try File(reading: path)
      #expect(try file.dataset("x").shape == [count, 10, 1])
      #expect(try file.dataset("y").shape == [count, 2])
      #expect(try file.dataset("x").elementType == .float(bits: 32))
      let x = try file.dataset("x").read(as: Float.self, limit: count * 10)
      let y = try file.dataset("y").read(as: Float.self, limit: count * 2)
      var row = [Float](repeating: 0, count: 10)
      var target: [Float] = [0, 0]
      var isRight = true
      for number in 0..<count {
        job.fill(row: number, x: &row, y: &target)
        let stored = x[number * 10..<(number + 1) * 10]
        isRight = isRight && Array(stored) == row && [stored.max(), stored.min()] == target
        isRight = isRight && Array(y[number * 2..<number * 2 + 2]) == target
      }
      #expect(isRight)
    }

    /// The distribution of tutorial 1: factor and shift uniform, so means 1 and 0.
    @Test func maxMinIsDistributedAsSaid() {
      let job = MaxMin(seed: 1)
      #expect(job.shape == SampleShape(input: Shape([60, 1]), target: Shape([2])))
      var (x, y) = ([Float](repeating: 0, count: 60), [Float](repeating: 0, count: 2))
      var (ranges, middles): ([Float], [Float]) = ([], [])
      for row in 0..<2000 {
        job.fill(row: row, x: &x, y: &y)
        ranges.append(y[0] - y[1])
        middles.append((y[0] + y[1]) / 2)
      }
      // The range of 60 uniform numbers on [-1, 1) is 2 · 59/61 on average.
      let mean = ranges.reduce(0, +) / 2000
      #expect(abs(mean - 2 * 59 / 61) < 0.06)
      #expect(ranges.allSatisfy { $0 > 0.7 && $0 < 3 })
      #expect(abs(middles.reduce(0, +) / 2000) < 0.06)
      #expect(middles.allSatisfy { abs($0) < 1.3 })
    }

    @Test func anUnfinishedFileGoesAway() throws {
      let scratch = try ScratchDirectory()
      var writer: DatasetWriter? = try DatasetWriter(
        path: scratch.file("a.h5"), shape: MaxMin().shape)
      #expect(try scratch.names.count == 1)
      _ = writer
      writer = nil
      #expect(try scratch.names == [])
    }

    @Test func weightsAndNames() throws {
      let scratch = try ScratchDirectory()
      let path = scratch.file("w.h5")
      let shape = SampleShape(input: Shape([2]), target: Shape([1]), weights: 1)
      let names = DatasetNames(inputs: "a/b", targets: "c")
      let writer = try DatasetWriter(path: path, shape: shape, names: names, chunkRows: 2)
      var (x, y, w): ([Float], [Float], [Float]) = ([1, 2, 3, 4, 5, 6], [7, 8, 9], [1, 0, 2])
      x.withUnsafeMutableBufferPointer { x in
        y.withUnsafeMutableBufferPointer { y in
          w.withUnsafeMutableBufferPointer { w in
            guard let x = x.baseAddress, let y = y.baseAddress, let w = w.baseAddress else {
              return
            }
            #expect(throws: Never.self) {
              try writer.append(3, from: RowMemory(inputs: x, targets: y, weights: w))
            }
          }
        }
      }
      try writer.finish()
      let dataset = try HDF5Dataset(path: path, names: names)
      #expect(dataset.shape == shape && dataset.count == 3 && dataset.chunkRows == 2)
    }

    @Test func impossiblePlaces() throws {
      let scratch = try ScratchDirectory()
      let job = MaxMin()
      #expect(
        sentence { try job.write(rows: 5, to: scratch.path) }
          == "Writing '\(scratch.path)' failed: it is not a regular file.")
      let text = sentence { try job.write(rows: 5, to: scratch.file("no/a.h5")) }
      #expect(text.contains("No such file or directory"))
    }

    /// Peak memory of a whole process that streams 64 MB with a setting of 4 MB, after the start.
    @Test func memoryStaysBounded() async throws {
      await #expect(processExitsWith: .success) {
        let scratch = try ScratchDirectory()
        let path = scratch.file("large.h5")
        try MaxMin().write(rows: 264_000, to: path, gzip: 1)
        let before = try Self.resident("VmRSS")
        let source = try BatchSource(
          try HDF5Dataset(path: path),
          settings: .with {
            $0.memory = 4 << 20
            $0.batchSize = 1000
          })
        precondition(source.memory < 4 << 20 + 4 * 1000 * 248 + 1 << 20)
        precondition(before < 60 << 10, "writing took \(before) KiB")
        let batches = source.prefetch(epochs: 1)
        var (rows, sum) = (0, 0)
        while let loan = try batches.next() {
          rows += loan.batch.rows
          sum += loan.batch.rowNumbers.reduce(0, +)
        }
        precondition(rows == 264_000 && sum == 264_000 * 263_999 / 2)
        let growth = try Self.resident("VmHWM") - before
        precondition(growth < 16 << 10, "reading took \(growth) KiB")
      }
    }

    private static func resident(_ field: String) throws -> Int {
      let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let line = status.split(separator: "\n").first { $0.hasPrefix(field) }
      return line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0
    }
  }
}

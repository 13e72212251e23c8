import Foundation
import HDF5
import Networks
import TestSupport
import Testing
import Training

extension TrainingTests {
  @Suite struct HDF5DatasetTests {
    private static let types: [String] = {
      let wide = ["i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]
      let layouts = ["contiguous", "chunked", "odd", "gzip", "shuffle", "fletcher32", "szip"]
      return ["i1", "u1"].map { "type_" + $0 } + wide.map { "type_little_" + $0 }
        + wide.map { "type_big_" + $0 } + layouts.map { "layout_" + $0 }
    }()

    @Test(arguments: types) func everyTypeOrderAndLayoutIsExact(type: String) throws {
      let dataset = try HDF5Dataset(
        path: DataFile.types, names: DatasetNames(inputs: "x_\(type)"))
      #expect(dataset.count == 7)
      #expect(
        dataset.shape == SampleShape(input: Shape([2, 3]), target: Shape([2]), weights: 0))
      for (first, end) in [(0, 7), (0, 1), (2, 5), (6, 7)] {
        let batch = Batch(dataset.shape, capacity: 7)
        try dataset.read(
          rows: first..<end,
          into: RowMemory(
            inputs: batch.inputs.base, targets: batch.targets.base, weights: batch.weights.base))
        let (inputs, targets) = (batch.inputs.values, batch.targets.values)
        #expect(Array(inputs.prefix((end - first) * 6)) == (first * 6..<end * 6).map { Float($0) })
        #expect(
          Array(targets.prefix((end - first) * 2)) == (first * 2..<end * 2).map { -Float($0) })
        #expect(inputs.dropFirst((end - first) * 6).allSatisfy { $0 == 0 })
      }
    }

    @Test func ranksAndWeights() throws {
      let scratch = try ScratchDirectory()
      let path = scratch.file("a.h5")
      let ten = (0..<10).map { Float($0) }
      try DataFile.write(
        path,
        [
          ("in/x", [5, 2], ten), ("y1", [5], [0, 1, 2, 3, 4]), ("y3", [5, 2, 1], ten),
          ("sample_weight", [5], [1, 2, 3, 4, 5]), ("steps", [5, 2], ten),
          ("w1", [5, 1], [1, 1, 1, 1, 1]),
        ])
      let names = DatasetNames(inputs: "in/x", targets: "/y1")
      let automatic = try HDF5Dataset(path: path, names: names)
      #expect(
        automatic.shape == SampleShape(input: Shape([2]), target: Shape([1]), weights: 1))
      let batches = try BatchSource(automatic, settings: .with { $0.shuffles = false }).prefetch()
      guard let loan = try batches.next() else { throw ProbeDataset.Failure(row: 0) }
      let batch = loan.batch
      #expect(batch.inputs.values == ten)
      #expect(batch.targets.values == [0, 1, 2, 3, 4])
      #expect(batch.weights.values == [1, 2, 3, 4, 5])
      func shape(_ targets: String?, _ weights: DatasetNames.Weights) throws -> SampleShape {
        try HDF5Dataset(
          path: path, names: DatasetNames(inputs: "in/x", targets: targets, weights: weights)
        ).shape
      }
      #expect(try shape("y3", .named("steps")).target == Shape([2, 1]))
      #expect(try shape("y3", .named("steps")).weights == 2)
      #expect(try shape("y1", .named("w1")).weights == 1)
      #expect(try shape("y1", .none).weights == 0)
      #expect(try shape(nil, .none).target.count == 0)
      let text = sentence { _ = try shape("y1", .named("steps")) }
      #expect(text.contains("'/steps'") && text.contains("has 2 weights a row; expected one"))
      #expect(sentence { _ = try shape("y1", .named("absent")) }.contains("absent"))
    }

    @Test func oneSentenceForEachFailure() throws {
      let scratch = try ScratchDirectory()
      let path = scratch.file("b.h5")
      let ones = [Float](repeating: 1, count: 24)
      try DataFile.write(
        path,
        [
          ("x", [6, 4], ones), ("y", [5], [1, 2, 3, 4, 5]), ("flat", [24], ones),
          ("deep", [2, 3, 2, 2], ones), ("none", [0, 4], []), ("thin", [4, 0], []),
        ])
      func open(_ inputs: String, _ targets: String = "/y", _ file: String? = nil) -> String {
        sentence {
          _ = try HDF5Dataset(
            path: file ?? path, names: DatasetNames(inputs: inputs, targets: targets))
        }
      }
      #expect(
        open("/x")
          == "'/x' in '\(path)' has 6 rows and '/y' in '\(path)' has 5; expected one target for "
          + "each input")
      #expect(
        open("flat")
          == "cannot use '/flat' in '\(path)' as data: it has rank 1, shape [24]; expected inputs "
          + "of shape [rows, features] or [rows, time steps, features], so reshape it to [24, 1]")
      #expect(open("deep").contains("it has rank 4, shape [2, 3, 2, 2]; expected inputs of shape"))
      #expect(open("none").contains("it is empty, shape [0, 4]; expected at least one row"))
      #expect(open("thin").contains("it is empty, shape [4, 0]"))
      #expect(open("/z").contains("there is no '/z'") && open("/z").contains("'x'"))
      #expect(open("x", "deep").contains("expected targets of shape"))
      #expect(open("x", "y", scratch.file("no.h5")).contains("there is no file"))
      #expect(open("x_layout_lzf", "y", DataFile.types).contains("lzf"))
      #expect(open("x_layout_lzf", "y", DataFile.types).contains("h5repack"))
      #expect(open("y", "text", DataFile.types).contains("expected whole numbers or floats"))
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      let cut = scratch.file("cut.h5")
      try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: cut))
      #expect(open("x", "y", cut).contains("is cut off"))
    }

    @Test func truncatedOrReplacedWhileInUse() throws {
      let scratch = try ScratchDirectory()
      let path = scratch.file("c.h5")
      let changes: [(String, (String) throws -> Void)] = [
        ("it shrank", { truncate($0, 5000) }),
        (
          "another file has taken its place",
          {
            try DataFile.write($0 + ".new", count: 1000)
            rename($0 + ".new", $0)
          }
        ), ("it is no longer there", { unlink($0) }),
      ]
      for (difference, change) in changes {
        try DataFile.write(path, count: 1000)
        let source = try BatchSource(
          try HDF5Dataset(path: path),
          settings: .with {
            $0.memory = 200 * 32
            $0.batchSize = 10
          })
        let batches = source.prefetch()
        for _ in 0..<5 { _ = try batches.next() }
        try change(path)
        let text = sentence {
          for _ in 0..<200 {
            guard let loan = try batches.next() else { continue }
            let batch = loan.batch
            let isRight = batch.rowNumbers.enumerated().allSatisfy { place, row in
              batch.inputs.base[place * 3 + 1] == Float(row * 10 + 1)
            }
            #expect(isRight)
          }
        }
        #expect(text.contains(path) && text.contains(difference))
        unlink(path)
      }
    }

    @Test(arguments: [1000, 40]) func notFinite(memoryRows: Int) throws {
      let scratch = try ScratchDirectory()
      let path = scratch.file("d.h5")
      try DataFile.write(path, count: 200) { x, y in
        x[77 * 3 + 2] = .nan
        x[120 * 3] = .infinity
        y[5] = -.infinity
      }
      let source = { (policy: NonFinitePolicy, rows: RowSet?) in
        try BatchSource(
          try HDF5Dataset(path: path), rows: rows,
          settings: .with {
            $0.memory = memoryRows * 32
            $0.nonFinite = policy
          })
      }
      func run(_ source: BatchSource) throws -> [Int] {
        let batches = source.prefetch(epochs: 1)
        var rows: [Int] = []
        while let loan = try batches.next() { rows += loan.batch.rowNumbers }
        return rows.sorted()
      }
      let all = Array(0..<200)
      #expect(try run(source(.allow, nil)) == all)
      let skipping = try source(.skip, nil)
      #expect(skipping.skippedRows == 3 && skipping.notices.count == 1)
      #expect(try run(skipping) == all.filter { ![5, 77, 120].contains($0) })
      #expect(sentence { _ = try run(source(.error, nil)) }.contains("in row"))
      // Which row is met first depends on the order; alone, each is named.
      for (row, part, value) in [
        (77, "/x", "NaN"), (120, "/x", "infinity"), (5, "/y", "infinity"),
      ] {
        let rows = RowSet(of: 200) { $0 == row || $0 % 9 == 1 && $0 != 118 }
        let text = sentence { _ = try run(source(.error, rows)) }
        #expect(text.hasPrefix("'\(part)' in '\(path)' has \(value) in row \(row); expected fin"))
      }
    }

    @Test func fingerprints() throws {
      let scratch = try ScratchDirectory()
      let (one, other) = (scratch.file("e.h5"), scratch.file("f.h5"))
      try DataFile.write(one, count: 100)
      try DataFile.write(other, count: 100)
      let first = try HDF5Dataset(path: one).fingerprint
      #expect(first.count == 64)
      #expect(try HDF5Dataset(path: other).fingerprint == first)
      try DataFile.write(other, count: 100) { x, _ in x[151] += 1 }
      #expect(try HDF5Dataset(path: other).fingerprint != first)
      try DataFile.write(other, count: 101)
      #expect(try HDF5Dataset(path: other).fingerprint != first)
      let names = DatasetNames(inputs: "x", targets: "x")
      #expect(try HDF5Dataset(path: one, names: names).fingerprint != first)
    }
  }
}

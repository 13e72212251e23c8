import Foundation
import HDF5
import TestSupport
import Testing

@testable import Training

extension TrainingTests {
  @Suite struct SeriesDatasetTests {
    /// Two columns, the second 100 times the first.
    private func series(_ count: Int) -> Series {
      Series(
        columns: ["a", "b"], values: (0..<count).flatMap { [Double($0), Double(100 * $0)] },
        times: (0..<count).map { "t\($0)" })
    }

    private func windows(
      _ timesteps: Int, _ horizon: Int, _ stride: Int, _ fraction: Double,
      _ standardization: SeriesWindows.Standardization = .none
    ) -> SeriesWindows {
      SeriesWindows(
        timesteps: timesteps, horizon: horizon, stride: stride, trainFraction: fraction,
        standardization: standardization)
    }

    private func read(_ dataset: SeriesDataset, _ row: Int) -> (inputs: [Float], target: Float) {
      let store = RowStore(dataset.shape, capacity: 1)
      let memory = store.memory(from: 0)
      dataset.read(rows: row..<row + 1, into: memory)
      let inputs = UnsafeBufferPointer(start: memory.inputs, count: dataset.shape.inputCount)
      return (Array(inputs), memory.targets[0])
    }

    @Test(arguments: [(1, 1), (2, 1), (5, 1), (1, 3), (2, 3), (5, 3)], [1, 3, 7])
    func everyWindowIsOnOneSideOfTheCut(_ extents: (Int, Int), _ stride: Int) throws {
      let (timesteps, horizon) = extents
      let dataset = try SeriesDataset(
        series(43), windows: windows(timesteps, horizon, stride, 0.6), features: ["a"])
      #expect(dataset.cut == 25)
      var starts: [Int] = []
      for row in 0..<dataset.count {
        let (inputs, target) = read(dataset, row)
        let first = Int(inputs[0])
        #expect(inputs == (0..<timesteps).map { Float(first + $0) })
        #expect(target == Float(first + timesteps - 1 + horizon))
        let isTraining = dataset.trainingRows.contains(row)
        #expect(isTraining ? Int(target) < 25 : first >= 25)
        #expect(dataset.testRows.contains(row) != isTraining)
        starts.append(first)
      }
      // All that begin at a multiple of the stride, from either side's beginning, and fit.
      let reach = timesteps + horizon
      let expected =
        (0..<25).filter { $0 % stride == 0 && $0 + reach <= 25 }
        + (25..<43).filter { ($0 - 25) % stride == 0 && $0 + reach <= 43 }
      #expect(starts == expected)
    }

    @Test func severalColumnsAndATarget() throws {
      let dataset = try SeriesDataset(
        series(20), windows: windows(2, 1, 1, 0.5), features: ["b", "a"], target: "a")
      #expect(dataset.shape.input.dimensions == [2, 2])
      #expect(read(dataset, 3).inputs == [300, 3, 400, 4] && read(dataset, 3).target == 5)
    }

    @Test func standardizedByThePartBeforeTheCut() throws {
      let values: [Double] = [1, 3, 1, 3, 100, 200, 300, 400]
      let series = Series(columns: ["v"], values: values)
      let train = try SeriesDataset(series, windows: windows(2, 1, 1, 0.5, .train))
      #expect(train.scale == SeriesScale(means: [2], deviations: [1]))
      #expect(read(train, 0).inputs == [-1, 1] && read(train, 0).target == -1)
      let all = try SeriesDataset(series, windows: windows(2, 1, 1, 0.5, .all))
      let mean = values.reduce(0, +) / 8
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 8).squareRoot()
      #expect(abs(all.scale.means[0] - mean) < 1e-12)
      #expect(abs(all.scale.deviations[0] - deviation) < 1e-12)
    }

    @Test func aConstantColumnStaysFinite() throws {
      let series = Series(columns: ["v"], values: Array(repeating: 7, count: 10))
      let dataset = try SeriesDataset(series, windows: windows(2, 1, 1, 1, .train))
      #expect(read(dataset, 0).inputs == [0, 0] && dataset.testRows.count == 0)
    }

    @Test func aFileGivesTheSameWindows() throws {
      let scratch = try ScratchDirectory()
      let dataset = try SeriesDataset(
        series(50), windows: windows(3, 2, 2, 0.7, .train), features: ["a"], target: "b")
      try dataset.write(to: scratch.file("s.h5"))
      #expect(try DatasetFormat(path: scratch.file("s.h5")) == .series)
      let copy = try SeriesDataset(path: scratch.file("s.h5"))
      #expect(copy.series == dataset.series && copy.windows == dataset.windows)
      #expect(copy.scale == dataset.scale && copy.target == "b" && copy.features == ["a"])
      #expect(try copy.fingerprint == dataset.fingerprint)
      for row in 0..<copy.count {
        #expect(read(copy, row) == read(dataset, row))
      }
      let other = try SeriesDataset(series(50), windows: windows(3, 2, 1, 0.7, .train))
      #expect(try other.fingerprint != dataset.fingerprint)
    }

    @Test(arguments: [
      (0, 1, 1, 0.75, "timesteps 0"), (2, 0, 1, 0.75, "horizon 0"), (2, 1, -1, 0.75, "stride -1"),
      (2, 1, 1, 0.0, "a part of 0.0"), (2, 1, 1, 1.5, "a part of 1.5"),
      (2, 1, 1, .nan, "a part of nan"),
      (9, 1, 1, 0.75, "7 values lie before the cut and 3 behind it"),
      (3, 1, 1, 0.75, "takes 4"),
    ])
    func settingsThatMakeNoSense(
      _ timesteps: Int, _ horizon: Int, _ stride: Int, _ fraction: Double, _ expected: String
    ) {
      let sentence = sentence {
        _ = try SeriesDataset(series(10), windows: windows(timesteps, horizon, stride, fraction))
      }
      #expect(sentence.contains(expected), "\(sentence)")
    }

    @Test func columnsThatAreNotThere() {
      let sentence = sentence {
        _ = try SeriesDataset(series(10), windows: windows(1, 1, 1, 1), target: "c")
      }
      #expect(sentence.contains("has no column 'c'"), "\(sentence)")
    }

    @Test(arguments: [
      ("stride", AttributeValue.integer(0), "stride 0"),
      ("cut", .integer(4), "its 'cut' is 4"),
      ("mean", .numbers([1]), "'mean' and 'std' do not fit"),
      ("std", .numbers([1, 0]), "'mean' and 'std' do not fit"),
      ("standardize", .text("some"), "expected one of train, all, none"),
      ("columns", .names(["a", "a"]), "no names of their own"),
      ("columns", .names(["a", "b", "c"]), "/series"),
      ("target", .text("z"), "no column 'z'"),
      ("format_version", .integer(9), "version 9"),
      ("format", .text("other"), "is no series"),
      ("timesteps", .integer(1 << 62), "timesteps"),
    ])
    func damagedFiles(_ name: String, _ value: AttributeValue, _ expected: String) throws {
      let scratch = try ScratchDirectory()
      let path = scratch.file("s.h5")
      let good: [(String, AttributeValue)] = [
        ("format", .text("lockstep-series")), ("format_version", .integer(1)),
        ("columns", .names(["a", "b"])), ("inputs", .names(["a"])), ("target", .text("b")),
        ("timesteps", .integer(2)), ("horizon", .integer(1)), ("stride", .integer(1)),
        ("train_fraction", .number(0.5)), ("cut", .integer(5)), ("standardize", .text("none")),
        ("mean", .numbers([0, 0])), ("std", .numbers([1, 1])),
      ]
      func write(_ attributes: [(String, AttributeValue)]) throws {
        let file = try NewFile(inMemory: path)
        try file.write(series(10).values, shape: [10, 2], to: "/series")
        for (key, value) in attributes { try file.setAttribute(key, to: value) }
        try Data(try file.image()).write(to: URL(fileURLWithPath: path))
      }
      try write(good)
      #expect(try SeriesDataset(path: path).count == 6)
      try write(good.map { $0.0 == name ? (name, value) : $0 })
      let changed = sentence { _ = try SeriesDataset(path: path) }
      #expect(changed.contains(expected), "\(changed)")
      try write(good.filter { $0.0 != name })
      #expect(sentence { _ = try SeriesDataset(path: path) } != "nothing was thrown")
    }
  }
}

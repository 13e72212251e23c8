import Networks
import TestSupport
import Testing

@testable import Training

/// Several inputs, targets and weights in one file or in memory.
@Suite struct ColumnsTests {
  private let arrays: [(name: String, shape: [Int], values: [Float])] = {
    var random = SeededRandom(seed: 9)
    return [
      ("series", [9, 4, 2], random.floats(72)), ("vector", [9, 3], random.floats(27)),
      ("out/a", [9, 2], random.floats(18)), ("out/b", [9], random.floats(9)),
      ("wa", [9], random.floats(9)),
    ]
  }()

  private func file(_ folder: ScratchDirectory) throws -> String {
    try DataFile.write(folder.file("data.h5"), arrays)
    return folder.file("data.h5")
  }

  private var names: DatasetNames {
    DatasetNames(
      inputs: ["series", "vector"], targets: ["out/a", "out/b"], weights: .each(["wa", nil]))
  }

  private var shape: SampleShape {
    SampleShape(
      inputs: [Shape([4, 2]), Shape([3])], targets: [Shape([2]), Shape([1])], weights: [1, 0])
  }

  @Test func fileAndMemoryGiveTheSameBatches() throws {
    let folder = try ScratchDirectory()
    let stored = try HDF5Dataset(path: file(folder), names: names)
    let memory = try MemoryDataset(
      inputs: [arrays[0].values, arrays[1].values], targets: [arrays[2].values, arrays[3].values],
      weights: [arrays[4].values, []], shape: shape)
    #expect(stored.shape == shape && stored.count == 9)
    let settings = DataSettings.with { ($0.batchSize, $0.seed) = (4, 3) }
    let batches = [try contents(stored, settings), try contents(memory, settings)]
    #expect(batches[0] == batches[1] && batches[0].count == 9)
    let order = try BatchSource(memory, settings: settings).order
    let row = try #require(order.epoch(0).rows(ofBatch: 0).first)
    let expected = arrays[0].values[row * 8..<row * 8 + 8] + arrays[1].values[row * 3..<row * 3 + 3]
    #expect(Array(batches[0][0].prefix(11)) == Array(expected))
  }

  /// The numbers of all batches of an epoch.
  private func contents(_ dataset: any Dataset, _ settings: DataSettings) throws -> [[Float]] {
    let line = try BatchSource(dataset, settings: settings).prefetch(epochs: 1)
    var found: [[Float]] = []
    while let loan = try line.next() {
      let batch = loan.batch
      // Behind the rows of a short batch stands what was there before.
      for (arena, part) in [
        (batch.inputs, SamplePart.input), (batch.targets, .target), (batch.weights, .weight),
      ] { found.append(Array(arena.values.prefix(batch.rows * shape.count(of: part)))) }
    }
    return found
  }

  @Test func writingAndReadingGivesTheSame() throws {
    let folder = try ScratchDirectory()
    let stored = try HDF5Dataset(path: file(folder), names: names)
    let store = RowStore(shape, capacity: 9)
    try stored.read(rows: 0..<9, into: store.memory(from: 0))
    let writer = try DatasetWriter(path: folder.file("copy.h5"), shape: shape, names: names)
    try writer.append(4, from: store.memory(from: 0))
    try writer.append(5, from: store.memory(from: 4))
    try writer.finish()
    let copy = try HDF5Dataset(path: folder.file("copy.h5"), names: names)
    let again = RowStore(shape, capacity: 9)
    try copy.read(rows: 0..<9, into: again.memory(from: 0))
    for part in SamplePart.allCases {
      for index in 0..<9 * shape.count(of: part) {
        #expect(store.memory(from: 0)[part][index] == again.memory(from: 0)[part][index])
      }
    }
  }

  @Test func namesOfTheModelStandInForTheUsualOnes() throws {
    let folder = try ScratchDirectory()
    let path = try file(folder)
    let model = (inputs: ["series", "vector"], outputs: ["a", "b"])
    let found = try DatasetNames().resolved(for: path) { model }
    #expect(found.inputs == model.inputs)
    #expect(found.targets == ["/y"], "the file has no dataset 'a'")
    let given = try DatasetNames(inputs: "vector", targets: "out/b").resolved(for: path) {
      Issue.record("nobody needs the model's names")
      return model
    }
    #expect(given.inputs == ["vector"])
  }

  @Test func nonFiniteNumbersAreNamedByTheirDataset() throws {
    let folder = try ScratchDirectory()
    var bad = arrays
    bad[1].values[7] = .nan
    try DataFile.write(folder.file("data.h5"), bad)
    let dataset = try HDF5Dataset(path: folder.file("data.h5"), names: names)
    let line = try BatchSource(dataset).prefetch(epochs: 1)
    #expect(sentence { _ = try line.next() }.contains("'/vector' in"))
    #expect(sentence { _ = try line.next() }.contains("NaN in row 2"))
  }

  @Test func columnsMustBeOfTheSameRows() throws {
    let folder = try ScratchDirectory()
    try DataFile.write(
      folder.file("data.h5"),
      arrays + [(name: "short", shape: [8, 1], values: Array(repeating: 0, count: 8))])
    let names = DatasetNames(inputs: ["series", "short"], targets: [])
    #expect(
      sentence { _ = try HDF5Dataset(path: folder.file("data.h5"), names: names) }
        .contains("expected rows of the same samples"))
    let weights = DatasetNames(
      inputs: ["series"], targets: ["out/a", "out/b"], weights: .each(["wa"]))
    #expect(
      sentence { _ = try HDF5Dataset(path: folder.file("data.h5"), names: weights) }
        .contains("1 datasets of weights for 2 targets"))
  }
}

import HDF5
import TestSupport
import Testing

@testable import Training

extension TrainingTests {
  /// What windows of streams hold, token by token.
  @Suite struct TokenDatasetTests {
    private let folder: ScratchDirectory
    private let path: String

    init() throws {
      folder = try ScratchDirectory()
      path = folder.file("text.h5")
    }

    private struct Row: Equatable {
      var ids: [Float]
      var targets: [Float]
      var weights: [Float] = []
    }

    private func rows(_ dataset: TokenDataset, _ range: Range<Int>? = nil) throws -> [Row] {
      let range = range ?? 0..<dataset.count
      let store = RowStore(dataset.shape, capacity: range.count)
      try dataset.read(rows: range, into: store.memory(from: 0))
      let width = dataset.shape.inputCount
      return (0..<range.count).map { row in
        let memory = store.memory(from: row)
        return Row(
          ids: Array(UnsafeBufferPointer(start: memory.inputs, count: width)),
          targets: Array(UnsafeBufferPointer(start: memory.targets, count: width)),
          weights: Array(UnsafeBufferPointer(start: memory.weights, count: dataset.shape.weights)))
      }
    }

    /// Tokens 0 … 22: two streams of eleven, of which three windows of three are used.
    private func writeNumbers(_ count: Int = 23, documents: [Int64] = []) throws {
      var text = StreamText(count, documents: documents)
      text.tokens = (0..<count).map { UInt8($0) }
      text.vocabulary = count
      try text.write(path)
    }

    @Test func streamsStandSideBySide() throws {
      try writeNumbers()
      let dataset = try TokenDataset(path: path, streams: 2, steps: 3)
      #expect(dataset.count == 6 && dataset.vocabularyCount == 23)
      #expect(dataset.droppedTokens == 4, "two at the end of each stream, and the last target")
      #expect(dataset.shape.weights == 0)
      let expected = [
        Row(ids: [0, 1, 2], targets: [1, 2, 3]), Row(ids: [11, 12, 13], targets: [12, 13, 14]),
        Row(ids: [3, 4, 5], targets: [4, 5, 6]), Row(ids: [14, 15, 16], targets: [15, 16, 17]),
        Row(ids: [6, 7, 8], targets: [7, 8, 9]), Row(ids: [17, 18, 19], targets: [18, 19, 20]),
      ]
      #expect(try rows(dataset) == expected)
      #expect(try rows(dataset, 3..<5) == Array(expected[3..<5]))
    }

    @Test func documentsBeginAnew() throws {
      try writeNumbers(documents: [0, 4, 13, 14])
      let dataset = try TokenDataset(path: path, streams: 2, steps: 3)
      #expect(dataset.shape.stream?.resets == 3)
      #expect(
        try rows(dataset).map(\.weights) == [
          [1, 0, 0], [1, 0, 1], [0, 1, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0],
        ])
    }

    /// A window has the last k2 - k1 tokens before its own, where the stream has any.
    @Test func longGradientsHaveContext() throws {
      try writeNumbers()
      let dataset = try TokenDataset(path: path, streams: 2, steps: 3, gradientSteps: 7)
      #expect(dataset.count == 6 && dataset.shape.stream?.carriedSteps == 3)
      let found = try rows(dataset)
      #expect(found[0].ids == [0, 0, 0, 0, 0, 1, 2])
      #expect(found[0].targets == [0, 0, 0, 0, 1, 2, 3])
      #expect(found[3].ids == [0, 11, 12, 13, 14, 15, 16])
      #expect(found[4].ids == [2, 3, 4, 5, 6, 7, 8])
      let weights: [Float] = [0, 0, 0, 0, 1, 1, 1]
      #expect(found[0].weights == weights + [0, 0, 0, 0, 1, 0, 0])
      #expect(found[3].weights == weights + [0, 1, 0, 0, 0, 0, 0])
      #expect(found[4].weights == weights + [0, 0, 0, 0, 0, 0, 0])
    }

    @Test func shortGradientsOnlyCut() throws {
      try writeNumbers()
      let dataset = try TokenDataset(path: path, streams: 2, steps: 5, gradientSteps: 2)
      #expect(dataset.shape.stream?.gradientSteps == 2 && dataset.shape.weights == 0)
      #expect(try rows(dataset)[1].ids == [11, 12, 13, 14, 15])
    }

    /// A text that does not fit in memory is read in pieces, from any place on.
    @Test(arguments: [nil, Packing(chunk: [64], gzip: 4)]) func piecesGiveTheSame(
      _ packing: Packing?
    ) throws {
      try StreamText(1000, documents: [0, 333]).write(path, packing: packing)
      let whole = try TokenDataset(path: path, streams: 3, steps: 4)
      let file = try TokenFile(path: path, room: 60)
      let pieces = try TokenDataset(file, tokens: 0..<file.count, streams: 3, steps: 4)
      let expected = try rows(whole)
      #expect(try rows(pieces) == expected)
      #expect(try rows(pieces, 100..<130) == Array(expected[100..<130]))
      #expect(try rows(pieces, 7..<20) == Array(expected[7..<20]))
      #expect(try pieces.fingerprint == whole.fingerprint)
    }

    @Test func fingerprintsKnowTheCut() throws {
      try writeNumbers()
      let one = try TokenDataset(path: path, streams: 2, steps: 3).fingerprint
      #expect(try TokenDataset(path: path, streams: 3, steps: 3).fingerprint != one)
      #expect(try TokenDataset(path: path, streams: 2, steps: 2).fingerprint != one)
      try writeNumbers(documents: [0, 5])
      #expect(try TokenDataset(path: path, streams: 2, steps: 3).fingerprint != one)
    }

    @Test func refusals() throws {
      try writeNumbers()
      let short = failure { _ = try TokenDataset(path: path, streams: 8, steps: 3) }
      #expect(
        short?.description
          == "cannot cut 23 tokens of '\(path)' into 8 streams of windows of 3 steps; expected 25 at "
          + "least, so lower the batch size or data.steps")
      for documents: [Int64] in [[3, 1], [0, 23], [-1, 4]] {
        try writeNumbers(documents: documents)
        let wrong = failure { _ = try TokenDataset(path: path, streams: 2, steps: 3) }
        #expect(wrong?.description.contains("'/documents'") == true)
      }
    }
  }
}

import Networks
import Tensors

/// Some rows of a dataset.
struct RowSelection {
  let dataset: any Dataset
  let rows: RowSet

  /// The most bytes that are looked at for a baseline; of more, pieces are taken that lie evenly
  /// spread.
  private static let budget = 256 << 20

  /// Rows that are in memory, by their places in it, and the number that the first place stands for.
  struct Piece {
    let places: [Int]
    let first: Int
    let memory: RowMemory
  }

  /// Calls a body with pieces of the rows.
  ///
  /// - Parameters:
  ///   - outputs: how many numbers are made of a row.
  ///   - body: gets a piece.
  /// - Throws: what the dataset and the body throw.
  func forEachPiece(outputs: Int = 0, _ body: (Piece) throws -> Void) throws {
    let bytes = max(dataset.shape.bytes, outputs * MemoryLayout<Float>.stride, 1)
    // Whole chunks, since a part of one costs as much, unless that is much memory.
    let chunk = dataset.chunkRows * bytes <= 32 << 20 ? dataset.chunkRows : 1
    let size = min(dataset.count, max((1 << 20) / bytes, chunk))
    let pieces = (dataset.count + size - 1) / size
    let every = max(1, (pieces * size * bytes + Self.budget - 1) / Self.budget)
    let store = RowStore(dataset.shape, capacity: size)
    for piece in stride(from: 0, to: pieces, by: every) {
      let range = piece * size..<min((piece + 1) * size, dataset.count)
      let wanted = rows.rows(in: range)
      guard !wanted.isEmpty else { continue }
      try dataset.read(rows: range, into: store.memory(from: 0))
      let places = wanted.map { $0 - range.lowerBound }
      try body(Piece(places: places, first: range.lowerBound, memory: store.memory(from: 0)))
    }
  }
}

/// Scores naive forecasts by the losses and metrics of an objective, with the very same equations.
struct BaselineScorer {
  private let asked: Objective.Output
  private let objective: Objective
  private let output: Shape

  /// A scorer for an objective with one output; nil where there are several.
  init?(_ objective: Objective, output: Shape) {
    guard objective.outputs.count == 1 else { return nil }
    self.objective = objective
    self.output = output
    asked = objective.outputs[0]
  }

  /// The constant forecast that the targets of some rows suggest.
  func constant(_ selection: RowSelection) throws -> NaivePredictor {
    let width = selection.dataset.shape.targetCount
    let classes = output.dimensions.last ?? 1
    var sums = [Double](repeating: 0, count: asked.hasClassNumbers ? classes : width)
    var count = 0.0
    try selection.forEachPiece { piece in
      for row in piece.places {
        for column in 0..<width {
          let value = piece.memory.targets[row * width + column]
          guard asked.hasClassNumbers else {
            sums[column] += Double(value)
            continue
          }
          if let number = Int(exactly: value), sums.indices.contains(number) { sums[number] += 1 }
        }
        count += asked.hasClassNumbers ? Double(width) : 1
      }
    }
    let means = sums.map { Float($0 / max(count, 1)) }
    let steps = asked.hasClassNumbers ? output.steps : 1
    return .constant(
      Array(repeatElement(means, count: steps).joined()), isOfClasses: asked.isOfClasses)
  }

  /// The scores of a forecaster for some rows.
  ///
  /// - Parameters:
  ///   - predictor: who forecasts.
  ///   - selection: the rows.
  ///   - prefix: what stands before the names: `val_` or nothing.
  /// - Returns: a baseline for each name of the objective that is finite.
  /// - Throws: what the dataset throws.
  func scores(
    _ predictor: NaivePredictor, _ selection: RowSelection, prefix: String
  ) throws -> [Baseline] {
    var scores = Scores(objective)
    let sums = Ledger(rows: 1, width: objective.width)
    try selection.forEachPiece(outputs: output.count) { piece in
      score(piece, predictor, selection.dataset.shape, into: sums[0])
      scores.add(sums[0])
    }
    return scores.named.compactMap { name, value in
      guard value.isFinite else { return nil }
      return Baseline(
        metric: prefix + name, predictor: predictor.name(beside: name), value: value)
    }
  }

  private func score(
    _ piece: RowSelection.Piece, _ predictor: NaivePredictor, _ shape: SampleShape,
    into sums: UnsafeMutableBufferPointer<Double>
  ) {
    for place in sums.indices { sums[place] = 0 }
    let (rows, memory) = (piece.places, piece.memory)
    let (steps, width) = (output.steps, shape.targetCount)
    let scored = rows.count * steps
    let room = BaselineRoom(scored, output: output.count * rows.count, target: width * rows.count)
    for (place, row) in rows.enumerated() {
      (room.targets.base + place * width).update(from: memory.targets + row * width, count: width)
    }
    predictor.predict(
      rows.map { $0 + piece.first }, count: output.count, into: room.predictions.base)
    let hasWeights = room.loadWeights(rows, memory, shape, steps: steps)
    func scoring(isWeighted: Bool) -> Scoring {
      Scoring(
        predictions: Matrix(
          room.predictions.base, rows: scored, columns: output.count / steps),
        targets: Matrix(room.targets.base, rows: scored, columns: width / steps),
        weights: isWeighted && hasWeights ? UnsafePointer(room.weights.base) : nil,
        scratch: room.scratch.base)
    }
    guard let base = sums.baseAddress else { return }
    let place = objective.sums[0]
    for (metric, first) in zip(asked.metrics, place.metrics) {
      metric.accumulate(scoring(isWeighted: false), into: base + first)
    }
    let weighted = place.metrics.dropFirst(asked.metrics.count)
    for (metric, first) in zip(asked.weightedMetrics, weighted) {
      metric.accumulate(scoring(isWeighted: true), into: base + first)
    }
    asked.asLossInput(room.predictions.base, count: room.predictions.count)
    guard let loss = asked.loss else { return }
    sums[place.loss] = loss.evaluate(scoring(isWeighted: true), gradient: nil)
    sums[place.count] = loss.total(scoring(isWeighted: true), loss.reduction)
  }
}

/// Memory for one piece of rows.
private struct BaselineRoom {
  let predictions: Arena
  let targets: Arena
  let weights: Arena
  let scratch: Arena

  init(_ rows: Int, output: Int, target: Int) {
    predictions = Arena(count: output)
    targets = Arena(count: target)
    weights = Arena(count: rows)
    scratch = Arena(count: Scoring.scratch(rows: rows))
  }

  /// The data's weights for each scored row; a sample's only weight counts for all of its steps.
  func loadWeights(
    _ rows: [Int], _ memory: RowMemory, _ shape: SampleShape, steps: Int
  ) -> Bool {
    guard let columns = shape.weights(ofTarget: 0) else { return false }
    for (place, row) in rows.enumerated() {
      let source = memory.weights + row * shape.weights + columns.lowerBound
      for step in 0..<steps {
        weights.base[place * steps + step] = source[columns.count == steps ? step : 0]
      }
    }
    return true
  }
}

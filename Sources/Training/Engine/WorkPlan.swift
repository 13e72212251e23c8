import Networks

/// How the work of a trainer is cut into pieces, and what cannot be cut.
extension Trainer {
  /// How many units of work a replica's shards make: enough to keep the workers busy to the end.
  static func units(shards: Int, workers: Int) -> Int {
    var units = 8
    while units < 4 * workers { units *= 2 }
    return min(shards, units)
  }

  /// The trained parameters in pieces that fit a cache.
  static func pieces(_ parameters: [Parameter]) -> [Piece] {
    let size = 1 << 13
    return parameters.enumerated().flatMap { index, parameter -> [Piece] in
      guard parameter.isTrained else { return [] }
      let range = parameter.slot.range
      return stride(from: range.lowerBound, to: range.upperBound, by: size).map {
        Piece(
          parameter: index, range: $0..<min($0 + size, range.upperBound),
          regularizer: parameter.regularizer)
      }
    }
  }

  /// Whether a pass over so many floats is worth to wake the other workers for.
  ///
  /// Another core has to fetch what this one just wrote, and may have to wake: with 15,000 to 82,000
  /// parameters a step of one shard took 1.2 to 1.3 times as long, with 265,000 as long as alone.
  func isShared(_ floats: Int) -> Bool { floats > 1 << 17 }

  /// Whether a pass over all parameters is.
  var sharesPasses: Bool { isShared(network.parameterCount * replicas.count) }

  /// Does something for each piece of each replica; the workers share it where it is worth it.
  ///
  /// - Parameters:
  ///   - floats: how many floats are passed over; all when nil.
  ///   - body: what is done.
  func forEachPiece(
    of floats: Int? = nil, _ body: (_ item: Int, _ replica: Int, _ piece: Piece) -> Void
  ) {
    let together = floats.map(isShared) ?? sharesPasses
    workers.forEach(pieces.count * replicas.count, together: together) { _, item in
      body(item, item / pieces.count, pieces[item % pieces.count])
    }
  }

  /// Refuses layers whose weights depend on how long sequences are.
  static func check(_ network: Network, _ shorter: [Network]) throws(TrainingError) {
    for other in shorter {
      let isSame =
        other.parameters.map(\.slot) == network.parameters.map(\.slot)
        && other.panelCount == network.panelCount && other.statesPerRow == network.statesPerRow
      guard !isSame else { continue }
      throw TrainingError(
        "The model's weights depend on how many steps a sequence has, as behind Flatten, so shorter "
          + "sequences cannot be computed apart. Set data.buckets to 1.")
    }
  }

  /// Refuses shards where a layer needs all rows of a batch.
  static func check(
    _ network: Network, _ settings: EngineSettings
  ) throws(TrainingError) {
    guard settings.plan.shards > 1, !settings.isInference, network.measuresBatches else { return }
    throw TrainingError(
      "A layer of the model normalizes by statistics of the whole batch, so a batch cannot be cut "
        + "into \(settings.plan.shards) shards. Set shards to 1.")
  }
}

import Kernels
import Networks
import Tensors

extension Trainer {
  /// Makes one update from the gradients that are measured: clip, optimizer, panels.
  func update() {
    let rate = Float(learningRate)
    for replica in replicas.indices where pending.counts[replica] > 0 {
      prepareFactors(replica)
      apply(replica, learningRate: rate)
      constrain(replica)
    }
    step += 1
    clearPending()
    if case .weights(_, let steps) = settings.averaging, step % steps == 0 { average() }
    packWeights()
  }

  /// Forgets the batches of the update under way.
  func clearPending() {
    pending.batches = 0
    pending.rows = 0
    pending.noise = GradientNoise.Sums()
    for replica in replicas.indices {
      pending.counts[replica] = 0
      pending.weights[replica] = 0
    }
  }

  /// Collects what was accumulated, and measures every piece of every replica's gradient.
  func measureGradients() {
    forEachPiece(of: pending.cost) { item, replica, piece in
      let arenas = replicas[replica]
      guard pending.counts[replica] > 0 else { return squares[item][0] = 0 }
      if settings.accumulateSteps > 1 {
        GradientTree.collect(
          arenas.accumulated, count: pending.counts[replica], into: arenas.gradient.arena,
          piece.range)
      }
      var square = arenas.gradient.sumOfSquares(piece.range)
      squares[item][1] = square
      if let regularizer = piece.regularizer {
        regularizer.addGradient(
          of: arenas.weights, piece.range, times: pending.weights[replica],
          to: arenas.gradient.arena)
        square = arenas.gradient.sumOfSquares(piece.range)
      }
      squares[item][0] = square
    }
    measureNoise()
    gradientNorm = 0
    for replica in replicas.indices where pending.counts[replica] > 0 {
      sumSquares(replica)
      let norm = parameterSquares.reduce(0, +).squareRoot() / pending.weights[replica]
      gradientNorm = norm > gradientNorm || norm.isNaN ? norm : gradientNorm
    }
  }

  /// Adds up the squares of a replica's gradient, parameter by parameter.
  private func sumSquares(_ replica: Int) {
    for parameter in parameterSquares.indices { parameterSquares[parameter] = 0 }
    for (index, piece) in pieces.enumerated() {
      parameterSquares[piece.parameter] += squares[replica * pieces.count + index][0]
    }
  }

  /// What each parameter's gradient is multiplied with: one by the scored rows, and the clipping.
  private func prepareFactors(_ replica: Int) {
    let scale = Float(1 / pending.weights[replica])
    sumSquares(replica)
    factors.withUnsafeMutableBufferPointer { factors in
      parameterSquares.withUnsafeBufferPointer { squares in
        if let clipping = optimizer.clipping {
          clipping.factors(squaredNorms: squares, scale: scale, into: factors)
        } else {
          factors.update(repeating: scale)
        }
      }
    }
  }

  private func apply(_ replica: Int, learningRate: Float) {
    let arenas = replicas[replica]
    let skipsZeros = optimizer.average == nil && optimizer.ignoresZeroGradients
    let isWhole = optimizer.updatesWholeParameters
    let count = isWhole ? network.parameters.count : pieces.count
    let together = skipsZeros ? isShared(pending.cost) : sharesPasses
    workers.forEach(count, together: together) { _, item in
      let parameter = isWhole ? item : pieces[item].parameter
      guard network.parameters[parameter].isTrained else { return }
      let slot = network.parameters[parameter].slot
      func apply(_ range: Range<Int>) {
        optimizer.apply(
          range, in: slot, of: arenas.weights, gradient: arenas.gradient.arena,
          state: arenas.moments, scale: factors[parameter], step: step,
          learningRate: learningRate)
      }
      let range = isWhole ? slot.range : pieces[item].range
      skipsZeros ? arenas.gradient.forEachRun(in: range, apply) : apply(range)
    }
  }

  /// Gives the weights what they have when training ends: their average, where the optimizer keeps
  /// one.
  public func finishWeights() {
    guard optimizer.average != nil else { return }
    forEachPiece { _, replica, piece in
      guard let average = replicas[replica].moments.last else { return }
      (replicas[replica].weights.base + piece.range.lowerBound).update(
        from: average.base + piece.range.lowerBound, count: piece.range.count)
    }
    packWeights()
  }

  /// Packs the weights of all replicas for the next products.
  func packWeights() {
    let shares = isShared(network.panelCount * replicas.count) ? workers.count : 1
    workers.forEach(shares * replicas.count) { _, item in
      let replica = replicas[item / shares]
      network.pack(replica.weights, into: replica.panels, share: item % shares, of: shares)
    }
  }

  // MARK: Averaging weights

  /// Whether several replicas go their own way.
  var averagesWeights: Bool { replicas.count > 1 }

  /// Makes all replicas equal to their mean: weights and moments, in one fixed tree.
  public func averageReplicas() {
    average()
    packWeights()
  }

  private func average() {
    guard replicas.count > 1 else { return }
    average(replicas.map(\.weights))
    for moment in moments.indices { average(replicas.map { $0.moments[moment] }) }
  }

  private func average(_ arenas: [Arena]) {
    let share = 1 / Float(arenas.count)
    workers.forEach(pieces.count, together: sharesPasses) { _, item in
      let range = pieces[item].range
      GradientTree.fold(arenas, range)
      let mean = arenas[0].base + range.lowerBound
      scale(count: range.count, share, mean, into: mean)
      for arena in arenas.dropFirst() {
        (arena.base + range.lowerBound).update(from: mean, count: range.count)
      }
    }
  }
}

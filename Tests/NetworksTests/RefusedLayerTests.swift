import Networks
import TestSupport
import Testing

/// What layers around recurrent ones refuse, and what they do with numbers that make no sense.
@Suite struct RefusedLayerTests {
  private func sentence(_ input: Shape, _ layers: any Layer...) -> String {
    do {
      _ = try Sequential(input: input, layers).network(rows: 2)
      return "no error"
    } catch { return error.description }
  }

  @Test func whatDoesNotFitIsRefusedInASentence() {
    let refused: [(String, String)] = [
      (sentence(Shape([4]), LSTM(2)), "needs sequences (None, T, features)"),
      (sentence(Shape([4]), Masking()), "Masking needs sequences"),
      (sentence(Shape([4]), TimeDistributed(Dense(1))), "TimeDistributed needs sequences"),
      (
        sentence(Shape([4, 3]), TimeDistributed(LSTM(2))),
        "'time_distributed': a recurrent layer needs sequences"
      ),
      (sentence(Shape([4, 3]), Embedding(5, 2, maskZero: true)), "mask_zero needs one number"),
      (sentence(Shape([4]), Embedding(0, 2)), "must be positive, not 0 and 2"),
      (sentence(Shape([4, 3]), RNN(StackedRNNCells([]))), "StackedRNNCells needs cells"),
      (
        sentence(Shape([4, 3]), RNN(StackedRNNCells([StackedRNNCells([])]))),
        "StackedRNNCells cannot stand inside"
      ),
      (
        sentence(Shape([4, 3]), Bidirectional(LSTM(2), backwardLayer: LSTM(2))),
        "must return the same and walk in opposite directions"
      ),
      (
        sentence(
          Shape([4, 3]),
          Bidirectional(
            LSTM(2), backwardLayer: LSTM(3) { $0.goBackwards = true }, mergeMode: .sum)),
        "(None, 2) and (None, 3) cannot be merged"
      ),
      (
        sentence(Shape([4, 3]), LSTM(2) { $0.biasConstraint = .maxNorm(maxValue: 2, axis: [1]) }),
        "has an axis that 'lstm_cell/bias' of shape [8] has not"
      ),
    ]
    for (found, expected) in refused { #expect(found.contains(expected), "\(found)") }
  }

  @Test func statesMustFit() throws {
    for (sizes, expected) in [([2], "2 initial states"), ([2, 3], "must be (None, 2)")] {
      var model = Functional()
      let x = model.input("x", Shape([4, 3]))
      let states = sizes.map { model.input("s", Shape([$0])) }
      model.outputs = [model.call(model.add(LSTM(2)), [x] + states)]
      let error = #expect(throws: NetworkError.self) { try model.network(rows: 1) }
      #expect(error?.description.contains(expected) == true, "\(String(describing: error))")
    }
  }

  @Test func numbersWithoutAVectorGiveNaNsAndNoGradient() throws {
    let model = Sequential(input: Shape([7]), [Embedding(3, 2)])
    let probe = Probe(try model.network(rows: 1, inputGradients: true))
    probe.setWeights([1, 2, 3, 4, 5, 6])
    let pass = probe.forward([0, 2, 3, -1, .nan, .infinity, 1.9])
    let y = probe.output(pass)
    #expect(y[..<4] == [1, 2, 5, 6] && y[4..<12].allSatisfy(\.isNaN) && y[12...] == [3, 4])
    let slopes = probe.backward(pass, from: [[Float](repeating: 1, count: 14)])
    #expect(slopes.allSatisfy { $0 == 0 } && probe.gradients.values == [1, 1, 1, 1, 1, 1])
  }

  /// A masked step may hold anything: neither outputs nor gradients see it.
  @Test func maskedStepsMayHoldAnything() throws {
    for kind in LayerVariants.kinds {
      let variant = LayerVariants.recurrent(kind)[0]
      var results: [[UInt32]] = []
      for filler in [Float(0.3), .nan, .infinity] {
        var model = Functional()
        let x = model.input("x", Shape([4, 2]))
        model.outputs = [model.call(variant.layer(units: 3), model.call(HalfMask(), x))]
        let probe = Probe(try model.network(rows: 5))
        var random = SeededRandom(seed: 3)
        probe.setWeights(random.floats(probe.weights.count))
        var inputs = random.floats(5 * 4 * 2)
        for index in inputs.indices
        where !HalfMask.counts(row: index / 8, step: index / 2 % 4) { inputs[index] = filler }
        results.append(probe.output(probe.forward(inputs)).map(\.bitPattern))
      }
      #expect(results[0] == results[1] && results[0] == results[2], "\(kind)")
    }
  }

  @Test func statefulLayersKeepAStateForEveryStepTheyAreDistributedOver() throws {
    let inner = LSTM(3) { $0.stateful = true }
    let model = Sequential(input: Shape([2, 4, 3]), [TimeDistributed(inner)])
    let network = try model.network(rows: 3)
    #expect(network.statesPerRow == 2 * 2 * 3)
    var random = SeededRandom(seed: 4)
    let (weights, inputs) = (random.floats(network.parameterCount), random.floats(3 * 24))
    let probe = Probe(network)
    probe.setWeights(weights)
    let once = probe.output(probe.forward(inputs))
    let twice = probe.output(probe.forward(inputs))
    #expect(once != twice)
    // Two walks over the same steps are one walk over both, step by step of the outer axis.
    let long = Probe(try Sequential(input: Shape([8, 3]), [LSTM(3)]).network(rows: 6))
    long.setWeights(weights)
    let doubled = (0..<6).flatMap { row -> [Float] in
      let steps = inputs[row * 12..<(row + 1) * 12]
      return Array(steps + steps)
    }
    let expected = long.output(long.forward(doubled))
    #expect(zip(twice, expected).allSatisfy { abs($0 - $1) < 1e-6 })
  }
}

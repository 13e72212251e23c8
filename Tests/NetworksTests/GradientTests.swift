import Networks
import TestSupport
import Testing

/// Backward passes beside finite differences: independent of Keras, for every combination of options.
@Suite struct GradientTests {
  @Test(arguments: LayerVariants.kinds) func recurrentLayers(_ kind: String) throws {
    let variants = LayerVariants.recurrent(kind)
    #expect(variants.count == 256)
    var worst = WorstSlope()
    for (index, variant) in variants.enumerated() {
      let network = try LayerVariants.network(
        variant, units: 3, input: Shape([4, 2]), rows: 3)
      #expect(network.outputs.count == (variant.returnState ? (kind.hasSuffix("LSTM") ? 3 : 2) : 1))
      try differentiate(network, "\(variant)", seed: UInt64(index), &worst)
    }
    // Those that have no twin in Keras have no other witness of this kind.
    if !LayerVariants.takesBlocks(kind) || kind == "HandBuiltLSTM" { #expect(worst.error < 1e-4) }
    print("Finite differences, \(kind): within \(worst.error) (\(worst.place))")
  }

  @Test(arguments: LayerVariants.kinds) func recurrentLayersUnderMasks(_ kind: String) throws {
    var worst = WorstSlope()
    for (index, entry) in LayerVariants.masked(kind).enumerated() {
      let network = try entry.model.network(rows: 6, inputGradients: true)
      try differentiate(network, entry.name, seed: UInt64(index), &worst)
    }
    print("Finite differences, \(kind) masked: within \(worst.error) (\(worst.place))")
  }

  @Test func otherLayersAndStacks() throws {
    var worst = WorstSlope()
    for (index, entry) in LayerVariants.models.enumerated() {
      // They jump, or bend twice where numbers are: the tests of kernels look at their slopes.
      if entry.name.hasSuffix("Shrink"), !entry.name.hasSuffix("tanhShrink") { continue }
      let network = try entry.model.network(rows: 3, inputGradients: true)
      let isSmooth = !Self.kinked.contains { entry.name.hasSuffix(" \($0)") }
      try differentiate(network, entry.name, seed: UInt64(index), isSmooth: isSmooth, &worst)
    }
    print("Finite differences, other layers: within \(worst.error) (\(worst.place))")
  }

  @Test func layersAround() throws {
    var worst = WorstSlope()
    let entries = AroundVariants.models + AroundVariants.measuring
    for (index, entry) in entries.enumerated() {
      let network = try entry.model.network(rows: 3, inputGradients: true)
      try differentiate(
        network, entry.name, seed: UInt64(index), isSmooth: !entry.name.hasSuffix("with kinks"),
        &worst)
    }
    print("Finite differences, layers around: within \(worst.error) (\(worst.place))")
  }

  /// The activations with a slope or a curvature that jumps: only near differences are of use.
  private static let kinked: [Activation] = [
    .relu, .selu, .elu, .hardSigmoid, .hardSigmoidLegacy, .softsign, .relu6, .leakyReLU,
    .celu, .hardSilu, .hardTanh, .softShrink, .sparsePlus, .sparseSigmoid,
    .rectifier(negativeSlope: 0.1), .rectifier(negativeSlope: -0.4, maxValue: 2),
    .exponentialLinear(alpha: 0.6),
  ]

  /// Compares slopes along random directions: of each parameter, of the input, and of everything.
  private func differentiate(
    _ network: Network, _ title: String, seed: UInt64, isSmooth: Bool = true,
    _ worst: inout WorstSlope
  ) throws {
    var random = SeededRandom(seed: seed)
    let scene = Scene(network, &random)
    var analytic = scene.gradient()
    // What stands where a statistic's gradient would is a measurement; training does not read it.
    for parameter in network.parameters where parameter.role != .weight {
      for index in parameter.slot.range { analytic[index] = 0 }
    }
    let inputs = analytic.count - network.parameterCount
    let groups =
      network.parameters.map { ($0.name, $0.slot.range) }
      + [
        ("input", network.parameterCount..<network.parameterCount + inputs),
        ("everything", 0..<analytic.count),
      ]
    for (name, range) in groups {
      var direction = [Float](repeating: 0, count: analytic.count)
      direction.replaceSubrange(range, with: random.floats(range.count))
      let expected = scene.slope(along: direction, step: isSmooth ? 0x1p-6 : 0x1p-11)
      let (slope, size) = range.reduce((0.0, 0.0)) { sums, index in
        let part = Double(analytic[index]) * Double(direction[index])
        return (sums.0 + part, sums.1 + abs(part))
      }
      let error = abs(slope - expected) / max(size, 0.1)
      #expect(
        error < (isSmooth ? 5e-4 : 2e-3),
        "\(title): the slope along \(name) is \(expected) by differences, \(slope) by the backward pass"
      )
      if isSmooth { worst.add(error, "\(title), \(name)") }
    }
  }
}

/// The largest error of a slope, and where it was.
struct WorstSlope {
  var error = 0.0
  var place = ""

  mutating func add(_ error: Double, _ place: String) {
    if !(error <= self.error) { (self.error, self.place) = (error, place) }
  }
}

/// A network with random weights, inputs and states, and a random linear function of its outputs.
private struct Scene {
  let probe: Probe
  private var numbers: [Float]
  private let outputGradients: [[Float]]
  private let startStates: [Float]

  init(_ network: Network, _ random: inout SeededRandom) {
    var probe = Probe(network)
    probe.noise = (random.next(), 5, 2)
    let rows = network.rows
    let inputs = rows * network.inputs[0].shape.count
    numbers = random.floats(network.parameterCount + inputs, in: -0.7...0.7)
    outputGradients = network.outputs.map { random.floats(rows * $0.shape.count) }
    startStates = random.floats(probe.states.arena.count, in: -0.7...0.7)
    self.probe = probe
  }

  /// The gradient of the function with respect to all weights, then to the inputs.
  func gradient() -> [Float] {
    let pass = run(numbers)
    let inputGradient = probe.backward(pass, from: outputGradients)
    return probe.gradients.values + inputGradient
  }

  /// The slope of the function along a direction, by central differences of two widths, combined so
  /// that the error falls with the fourth power of the width (Richardson).
  func slope(along direction: [Float], step: Float) -> Double {
    let (near, far) = (difference(direction, step), difference(direction, 2 * step))
    return (4 * near - far) / 3
  }

  private func difference(_ direction: [Float], _ step: Float) -> Double {
    let sides = [step, -step].map { side in
      value(zip(numbers, direction).map { $0 + side * $1 })
    }
    return (sides[0] - sides[1]) / (2 * Double(step))
  }

  private func value(_ numbers: [Float]) -> Double {
    let outputs = probe.outputs(run(numbers))
    return zip(outputs, outputGradients).reduce(0) { sum, pair in
      zip(pair.0, pair.1).reduce(sum) { $0 + Double($1.0) * Double($1.1) }
    }
  }

  private func run(_ numbers: [Float]) -> Pass {
    for (index, number) in startStates.enumerated() { probe.states.arena.base[index] = number }
    let count = probe.network.parameterCount
    probe.setWeights(Array(numbers[..<count]))
    return probe.forward(Array(numbers[count...]), training: true)
  }
}

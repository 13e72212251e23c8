import KerasFormat
import Networks
import Tensors

/// A model beside what real Keras computed for it: outputs, and where the reference has them the
/// loss, all gradients, and the weights after steps of optimizers.
public struct Verification {
  /// The largest differences that are none.
  public struct Tolerances: Sendable {
    /// Of outputs and losses, in parts of the largest magnitude.
    public var outputs = 2e-6
    /// Of gradients, in parts of the largest magnitude.
    public var gradients = 5e-6
    /// Of weights after steps of an optimizer.
    public var weights = 2e-5

    /// Those of single precision.
    public init() {}

    /// Those of the type in which Keras computed, where that is a short one.
    init(_ dataType: String) {
      switch dataType {
      case "float16", "mixed_float16": outputs = 2e-3
      case "bfloat16", "mixed_bfloat16": outputs = 2e-2
      default: break
      }
    }
  }

  /// The model's file.
  public let path: String
  /// The model that is verified.
  public let model: SavedModel
  /// What it is compared with.
  public let expectation: Expectation
  /// The largest differences that are none.
  public let tolerances: Tolerances

  /// Reads a model for the inputs of a reference.
  ///
  /// - Parameters:
  ///   - path: the model, or weights alone.
  ///   - architecture: what says the layers, where the file does not.
  ///   - expectation: what it is compared with.
  ///   - tolerances: the largest differences; nil for those of Keras's own type.
  ///   - matching: how the arrays find their places.
  /// - Throws: a sentence that names what in the file we cannot honour.
  public init(
    _ path: String, architecture: String? = nil, against expectation: Expectation,
    tolerances: Tolerances? = nil, matching: WeightMatching = WeightMatching()
  ) throws {
    self.path = path
    self.expectation = expectation
    self.tolerances = tolerances ?? Tolerances(expectation.dataType)
    model = try SavedModel(
      path: path, architecture: architecture, rows: max(expectation.rows, 1),
      inputs: expectation.inputShapes, matching: matching)
    let network = model.network
    guard
      expectation.inputs.count == network.inputs.count,
      zip(expectation.inputs, network.inputs).allSatisfy({
        $0.count == expectation.rows * $1.shape.count
      })
    else {
      throw TrainingError(
        "The reference '\(expectation.path)' has inputs of other shapes than the model '\(path)'.",
        kind: .data)
    }
  }

  /// Compares all that the reference has.
  ///
  /// - Returns: what was compared, with the largest difference of each.
  /// - Throws: a sentence when a part of the reference cannot be computed here.
  public func findings() throws -> [Finding] {
    if let steps = trainedBy() { return try findings(trainedBy: steps) }
    var found = outputs()
    if let objective = try objective() {
      found += try slopes(objective)
      for steps in expectation.optimizers { found += try trained(steps, objective) }
      if !expectation.resumed.isEmpty, model.optimizer != nil {
        found.append(try resumed(objective))
      }
    }
    return found
  }

  // MARK: Outputs

  private func outputs() -> [Finding] {
    let inference = Inference(
      model.network, weights: model.weights, batch: max(expectation.rows, 1))
    var found: [Finding] = []
    for (title, wanted) in [
      ("outputs", expectation.outputs), ("outputs of the second call", expectation.secondOutputs),
    ] where !wanted.isEmpty {
      let results = inference.outputs(expectation.inputs.map(\.values), rows: expectation.rows)
      var comparison = Comparison(title, tolerance: tolerances.outputs, scale: .largest)
      comparison.addAll(results, wanted)
      found.append(comparison.finding)
    }
    return found
  }

  // MARK: Gradients

  private func slopes(_ objective: Objective) throws -> [Finding] {
    guard let loss = expectation.loss else { return [] }
    let evaluation = try batch(objective, SGD(), weights: model.weights).evaluate()
    var values = Comparison("loss", tolerance: tolerances.outputs, scale: .largest)
    values.add([Float(evaluation.values[0].value)], [Float(loss)], "loss", shape: [])
    guard !expectation.gradients.isEmpty else { return [values.finding] }
    let largest = expectation.gradients.reduce(0.0) { largest, array in
      array.values.reduce(largest) { max($0, Double(abs($1))) }
    }
    var slopes = Comparison(
      "gradients", tolerance: tolerances.gradients, scale: .largestOfAll(largest))
    let trained = zip(model.network.parameters, evaluation.gradients).filter(\.0.isTrained)
    slopes.addAll(trained.map(\.1), expectation.gradients, names: trained.map(\.0.path))
    return [values.finding, slopes.finding]
  }

  // MARK: Optimizers

  private func trained(
    _ steps: Expectation.Steps, _ objective: Objective
  ) throws -> [Finding] {
    let state = try OptimizerState(config: steps.config, variables: [], by: .keras3)
    let batch = try batch(objective, state.optimizer(), weights: model.weights)
    var found: [Finding] = []
    var done = 0
    for (count, expected) in steps.weights {
      _ = try batch.train(steps: count - done, resetsStates: true)
      done = count
      found.append(weights("\(steps.tag), step \(count)", batch.weights, expected))
    }
    return found
  }

  /// All trained weights, one after the other, beside what they should be.
  private func weights(_ title: String, _ weights: Arena, _ expected: [Float]) -> Finding {
    var comparison = Comparison(title, tolerance: tolerances.weights, scale: .absolute)
    var rest = expected[...]
    for parameter in model.trainedParameters {
      let part = rest.prefix(parameter.slot.count)
      rest = rest.dropFirst(part.count)
      comparison.add(
        Array(weights[parameter.slot]), Array(part), parameter.path, shape: parameter.slot.shape)
    }
    if !rest.isEmpty { comparison.add([], Array(rest), "the rest of the weights", shape: []) }
    return comparison.finding
  }

  // MARK: Models that were trained

  /// The optimizer whose five steps the model has behind it; nil where it is as the reference begins.
  private func trainedBy() -> Expectation.Steps? {
    guard model.optimizer != nil else { return nil }
    return expectation.optimizers.first { steps in
      guard let last = steps.weights.last else { return false }
      return weights(steps.tag, model.weights, last.values).worst < 1e-3
        && !(steps.weights.first.map { weights("", model.weights, $0.values).holds } ?? false)
    }
  }

  /// Compares weights and state, and goes on: five steps from the file must lead where ten steps from
  /// the beginning do.
  private func findings(trainedBy steps: Expectation.Steps) throws -> [Finding] {
    guard let last = steps.weights.last, let state = model.optimizer,
      let objective = try objective()
    else { return [] }
    var found = [weights("weights after \(steps.tag)", model.weights, last.values)]
    if !steps.state.isEmpty {
      var comparison = Comparison(
        "state of \(steps.tag)", tolerance: tolerances.weights, scale: .largest)
      comparison.addAll(state.variables.compactMap(\.numbers), steps.state)
      found.append(comparison.finding)
    }
    guard let start = start() else { return found }
    let whole = try batch(objective, state.optimizer(), weights: start)
    _ = try whole.train(steps: 2 * last.steps, resetsStates: true)
    let second = try batch(objective, state.optimizer(), weights: model.weights)
    try second.goOn(from: state)
    _ = try second.train(steps: last.steps, resetsStates: true)
    let expected = model.trainedParameters.flatMap { Array(whole.weights[$0.slot]) }
    found.append(weights("\(last.steps) steps more", second.weights, expected))
    return found
  }

  /// The weights that the reference begins with; nil where it does not say them.
  private func start() -> Arena? {
    let parameters = model.network.parameters
    guard expectation.weights.map(\.count) == parameters.map(\.slot.count) else { return nil }
    let arena = Arena(count: model.network.parameterCount)
    for (parameter, array) in zip(parameters, expectation.weights) {
      _ = arena[parameter.slot].update(fromContentsOf: array.values)
    }
    return arena
  }

  /// Two steps more with the state that is in the file, as the writer's own Keras made them.
  private func resumed(_ objective: Objective) throws -> Finding {
    guard let state = model.optimizer else { preconditionFailure("a model without a state") }
    let batch = try batch(objective, state.optimizer(), weights: model.weights)
    try batch.goOn(from: state)
    _ = try batch.train(steps: 2, resetsStates: true)
    let expected = try resumedWeights()
    return weights(
      "2 steps more", batch.weights,
      expected.map { arena in model.trainedParameters.flatMap { Array(arena[$0.slot]) } }
        ?? expectation.resumed)
  }

  /// The weights after the steps, where they stand in the order and shapes of a legacy file.
  private func resumedWeights() throws -> Arena? {
    var stored = try StoredModel.read(path: path)
    guard !stored.layers.isEmpty else { return nil }
    var rest = expectation.resumed[...]
    stored.layers = stored.layers.map { layer in
      StoredLayer(
        name: layer.name,
        weights: layer.weights.map { array in
          let values = Array(rest.prefix(array.count))
          rest = rest.dropFirst(values.count)
          let missing = [Float](repeating: .nan, count: array.count - values.count)
          return StoredArray(name: array.name, shape: array.shape, values: values + missing)
        })
    }
    return try WeightPlan(stored, for: model.network, matching: WeightMatching()).weights()
  }

  // MARK: Parts

  private func objective() throws -> Objective? {
    guard let compiled = expectation.compiled, !expectation.targets.isEmpty else { return nil }
    let names = model.description.model.outputNames
    let outputs = try compiled.outputs(names)
    return Objective(
      try zip(names, outputs).map { name, output in
        Objective.Output(name, loss: try output.lossValue(), weight: output.weight)
      })
  }

  private func batch(
    _ objective: Objective, _ optimizer: any Optimizer, weights: Arena
  ) throws -> FixedBatch {
    let shape = SampleShape(
      inputs: expectation.inputShapes,
      targets: expectation.targets.map { Shape(Array($0.shape.dropFirst())) },
      weights: expectation.sampleWeights.map { $0.shape.dropFirst().reduce(1, *) })
    let data = try MemoryDataset(
      inputs: expectation.inputs.map(\.values), targets: expectation.targets.map(\.values),
      weights: expectation.sampleWeights.map(\.values), shape: shape, name: expectation.path)
    return try FixedBatch(
      model.description.model, weights: weights, data: data, objective: objective,
      optimizer: optimizer)
  }
}

extension Comparison {
  /// Compares arrays one by one.
  mutating func addAll(_ found: [[Float]], _ expected: [StoredArray], names: [String]? = nil) {
    guard found.count == expected.count else {
      add([], [0], "\(found.count) arrays instead of \(expected.count)", shape: [])
      return
    }
    for (index, (values, wanted)) in zip(found, expected).enumerated() {
      add(values, wanted.values, names?[index] ?? wanted.name, shape: wanted.shape)
    }
  }
}

extension OptimizerVariable {
  /// The numbers as floats.
  fileprivate var numbers: [Float]? {
    switch values {
    case .integer(let value): [Float(value)]
    case .floats(let values): values
    }
  }
}

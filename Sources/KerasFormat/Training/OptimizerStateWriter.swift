import Networks
import Tensors

extension OptimizerState {
  /// The numbers of an optimizer of ours.
  public struct Numbers {
    /// How many updates were made.
    public var iteration: Int
    /// The rate of the next update.
    public var learningRate: Float
    /// Keras's name of each moment with its arena, in Keras's order; `average` last.
    public var moments: [(name: String, arena: Arena)]
    /// Nadam's product of all momenta.
    public var momentumProduct: Float

    /// The numbers of an optimizer.
    public init(
      iteration: Int, learningRate: Float, moments: [(name: String, arena: Arena)],
      momentumProduct: Float = 1
    ) {
      self.iteration = iteration
      self.learningRate = learningRate
      self.moments = moments
      self.momentumProduct = momentumProduct
    }
  }

  /// The state of an optimizer of ours, in the order in which a generation of Keras keeps it.
  ///
  /// - Parameters:
  ///   - className: Keras's name of the class.
  ///   - config: Keras's config; where its `learning_rate` is a schedule, no rate is stored.
  ///   - numbers: what the variables hold.
  ///   - model: the model's name, for the names of the variables.
  ///   - parameters: the trained parameters, in order.
  ///   - generation: Keras 3's order, or that of `tf.keras` from 2.11 on.
  public init(
    className: String, config: JSONObject, numbers: Numbers, model: String,
    parameters: [Parameter], generation: OptimizerGeneration = .keras3
  ) {
    self.init(className: className, config: config, generation: generation, variables: [])
    let layout = OptimizerLayout(
      className: className, generation: generation, names: numbers.moments.map(\.name),
      parts: OptimizerLayout.whole(parameters), accumulates: accumulationSteps != nil,
      hasSchedule: hasSchedule)
    let namer = VariableNamer(
      optimizer: config["name"]?.string ?? snakeCase(className), className: className,
      model: model, generation: generation)
    variables = layout.entries.map { entry in
      variable(entry, layout, numbers, parameters, namer)
    }
  }

  private func variable(
    _ entry: OptimizerLayout.Entry, _ layout: OptimizerLayout, _ numbers: Numbers,
    _ parameters: [Parameter], _ namer: VariableNamer
  ) -> OptimizerVariable {
    let shape = layout.shape(of: entry)
    func zeros(_ name: String) -> OptimizerVariable {
      let count = shape.reduce(1, *)
      return OptimizerVariable(
        name: name, shape: shape, values: .floats(Array(repeating: 0, count: count)))
    }
    switch entry {
    case .iteration:
      let calls = numbers.iteration * (accumulationSteps ?? 1)
      return OptimizerVariable(name: namer.scalar("iteration"), shape: [], values: .integer(calls))
    case .learningRate:
      return OptimizerVariable(
        name: namer.scalar("learning_rate"), shape: [], values: .floats([numbers.learningRate]))
    case .momentumProduct:
      return OptimizerVariable(
        name: namer.scalar("variable"), shape: [], values: .floats([numbers.momentumProduct]))
    case .accumulator(let part):
      let parameter = parameters[layout.parts[part].parameter]
      return zeros(namer.array("gradient_accumulator", parameter))
    case .unused(let name, let part, let shape):
      let path = namer.array(name, parameters[layout.parts[part].parameter])
      return shape.isEmpty
        ? OptimizerVariable(name: path, shape: [], values: .integer(0)) : zeros(path)
    case .moment(let moment, let part):
      let parameter = parameters[layout.parts[part].parameter]
      let arena = numbers.moments[moment].arena
      let start = parameter.slot.offset
      let values = Array(arena[start..<start + shape.reduce(1, *)])
      return OptimizerVariable(
        name: namer.array(numbers.moments[moment].name, parameter), shape: shape,
        values: .floats(values))
    }
  }
}

/// Names of variables as a generation makes them up.
private struct VariableNamer {
  let optimizer: String
  let className: String
  let model: String
  let generation: OptimizerGeneration

  func scalar(_ name: String) -> String {
    generation == .keras3 ? "\(optimizer)/\(name)" : "\(name):0"
  }

  func array(_ moment: String, _ parameter: Parameter) -> String {
    guard generation == .keras3 else {
      return "\(className)/\(short(moment))/\(parameter.path):0"
    }
    let path = "\(model)/\(parameter.path)".split(separator: "/").joined(separator: "_")
    return "\(optimizer)/\(path)_\(moment)"
  }

  /// The names of `tf.keras`.
  private func short(_ moment: String) -> String {
    if className == "RMSprop" { return moment }
    let names = ["momentum": "m", "velocity": "v", "velocity_hat": "vhat", "norm": "u"]
    return names[moment] ?? moment
  }
}

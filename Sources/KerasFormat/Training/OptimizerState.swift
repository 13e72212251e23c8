import Networks
import Tensors

/// An optimizer as Keras stores it: its config, and its variables in Keras's order.
public struct OptimizerState: Sendable, Equatable {
  /// Keras's name of the class, for example `Adam`.
  public var className: String
  /// Keras's config: `optimizerConfig` makes one.
  public var config: JSONObject
  /// Whose order the variables are in, and whose equations are meant.
  public var generation: OptimizerGeneration
  /// Iteration, learning rate, and a variable for each moment of each trained parameter.
  public var variables: [OptimizerVariable]

  /// A state with its variables.
  public init(
    className: String, config: JSONObject, generation: OptimizerGeneration = .keras3,
    variables: [OptimizerVariable]
  ) {
    self.className = className
    self.config = config
    self.generation = generation
    self.variables = variables
  }

  /// The state of an optimizer in a file.
  ///
  /// - Parameters:
  ///   - config: Keras's description: `{"class_name": …, "config": {…}}`, or a name.
  ///   - variables: the variables in the file's order.
  ///   - keras: who wrote the file.
  /// - Throws: a sentence when the description is none.
  public init(
    config: JSON, variables: [OptimizerVariable], by keras: KerasGeneration
  ) throws(KerasFormatError) {
    guard let name = config.string ?? config["class_name"]?.string else {
      throw .expected("the description of an optimizer", found: config)
    }
    // tf.keras marks its newer optimizers so.
    let plain = name.hasPrefix("Custom>") ? String(name.dropFirst("Custom>".count)) : name
    let className = OwnClass.optimizer(plain) ?? plain
    if className.hasPrefix("LossScaleOptimizer"), let inner = config["config"]?["inner_optimizer"] {
      // The wrapper's iteration, learning_rate, step_counter and dynamic_scale; in Keras 2 it has
      // no variables of its own.
      let own = keras == .keras3 ? 4 : 0
      try self.init(config: inner, variables: Array(variables.dropFirst(own)), by: keras)
      return
    }
    let options = config["config"]?.object ?? JSONObject()
    self.init(
      className: className, config: options, generation: OptimizerGeneration(options, keras),
      variables: variables)
  }

  /// How many updates were made; nil where the state does not say.
  public var iteration: Int? {
    guard let calls = storedIteration else { return nil }
    return calls / (accumulationSteps ?? 1)
  }

  /// How many batches of an update under way the state holds gradients of; they are not taken over.
  public var pendingBatches: Int {
    guard let calls = storedIteration, let steps = accumulationSteps else { return 0 }
    return calls % steps
  }

  /// The rate of the next update; nil where the config gives it.
  public var learningRate: Float? {
    guard generation == .keras3, !hasSchedule, variables.count > 1, variables[1].shape.isEmpty
    else { return nil }
    return variables[1].floats?.first
  }

  /// The name of the class as the generation writes it.
  public var storedClassName: String {
    if isOwn { return OwnClass.registered(className) }
    return generation == .tfKeras ? "Custom>\(className)" : className
  }

  /// Whether the class is one of ours, which no Keras has.
  public var isOwn: Bool { OwnClass.optimizers.contains(className) }

  private var storedIteration: Int? {
    guard let first = variables.first, OptimizerLayout.agree([], first.shape) else { return nil }
    return first.counter
  }

  var accumulationSteps: Int? {
    guard let steps = config["gradient_accumulation_steps"]?.int, steps > 1 else { return nil }
    return steps
  }

  var hasSchedule: Bool { config["learning_rate"]?.object != nil }
}

// MARK: Moments

extension OptimizerState {
  /// The moments, as arenas like those of the weights.
  ///
  /// - Parameters:
  ///   - names: Keras's names of the moments that the optimizer keeps, in Keras's order; `average`
  ///     last, if it keeps the weights' average.
  ///   - parameters: the trained parameters, in order.
  ///   - count: how many floats the weights' arena has; parameters that are not trained get zeros.
  /// - Returns: an arena for each name; nil when the optimizer has not made an update yet.
  /// - Throws: a sentence when number or shapes of the variables differ from what that needs.
  public func moments(
    _ names: [String], of parameters: [Parameter], count: Int
  ) throws(KerasFormatError) -> [Arena]? {
    precondition(
      parameters.allSatisfy { $0.slot.range.upperBound <= count }, "parameters of another network")
    if isUnused, !names.isEmpty { return nil }
    let shapes = variables.map(\.shape)
    var layouts = [layout(names, OptimizerLayout.whole(parameters))]
    if generation == .keras1 {
      layouts = OptimizerLayout.keras1Parts(parameters).map { layout(names, $0) } + layouts
    }
    for layout in layouts {
      guard let entries = layout.fitting(shapes) else { continue }
      return try arenas(entries, layout, parameters, count: count)
    }
    throw misfit(layouts[layouts.count - 1], parameters)
  }

  /// Whether there is nothing but the numbers that an optimizer has before it knows its parameters.
  private var isUnused: Bool {
    variables.count <= 2 && variables.allSatisfy(\.shape.isEmpty)
  }

  private func layout(_ names: [String], _ parts: [OptimizerLayout.Part]) -> OptimizerLayout {
    OptimizerLayout(
      className: className, generation: generation, names: names, parts: parts,
      accumulates: accumulationSteps != nil, hasSchedule: hasSchedule)
  }

  private func arenas(
    _ entries: [OptimizerLayout.Entry], _ layout: OptimizerLayout, _ parameters: [Parameter],
    count: Int
  ) throws(KerasFormatError) -> [Arena] {
    let arenas = layout.names.map { _ in Arena(count: count) }
    for (variable, entry) in zip(variables, entries) {
      guard case .moment(let moment, let number) = entry else { continue }
      guard let values = variable.floats else {
        throw KerasFormatError(
          "Reading the state of \(className): the variable '\(variable.name)' does not hold the "
            + "floats that its shape \(variable.shape) asks for.")
      }
      let part = layout.parts[number]
      let slot = parameters[part.parameter].slot
      if let columns = part.columns {
        let width = slot.shape.last ?? 1
        for (index, value) in values.enumerated() {
          let (row, column) = index.quotientAndRemainder(dividingBy: columns.count)
          arenas[moment].base[slot.offset + row * width + columns.lowerBound + column] = value
        }
      } else {
        (arenas[moment].base + slot.offset).update(from: values, count: values.count)
      }
    }
    return arenas
  }

  /// What does not fit: the number of variables, or else the first that has another shape.
  private func misfit(
    _ layout: OptimizerLayout, _ parameters: [Parameter]
  ) -> KerasFormatError {
    let start = "Reading the state of \(className): "
    if let entries = layout.candidates.first(where: { $0.count == variables.count }) {
      for (variable, entry) in zip(variables, entries) {
        let wanted = layout.shape(of: entry)
        guard !OptimizerLayout.agree(wanted, variable.shape) else { continue }
        var owner = ""
        if case .moment(_, let part) = entry {
          owner = " of '\(parameters[layout.parts[part].parameter].path)'"
        }
        return KerasFormatError(
          start + "the variable '\(variable.name)' has the shape \(variable.shape); expected "
            + "\(wanted)\(owner).")
      }
    }
    let names = layout.names.isEmpty ? "none" : layout.names.joined(separator: ", ")
    return KerasFormatError(
      start + "expected \(layout.names.count) moments (\(names)) for each of \(parameters.count) "
        + "trained arrays, which are \(layout.entries.count) variables, found \(variables.count) "
        + "variables.")
  }
}

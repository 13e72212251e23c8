import Networks
import Tensors

/// An optimizer as Keras stores it: its config, and its variables in Keras's order.
public struct OptimizerState: Sendable, Equatable {
  /// Keras's name of the class, for example `Adam`.
  public var className: String
  /// Keras's config: `optimizerConfig` makes one.
  public var config: JSONObject
  /// Iteration, learning rate, and a variable for each moment of each trained parameter.
  public var variables: [OptimizerVariable]

  /// A state with its variables.
  public init(className: String, config: JSONObject, variables: [OptimizerVariable]) {
    self.className = className
    self.config = config
    self.variables = variables
  }
}

/// One number or array that an optimizer keeps.
public struct OptimizerVariable: Sendable, Equatable {
  /// The numbers, in the types that Keras uses.
  public enum Values: Sendable, Equatable {
    /// A counter.
    case integer(Int)
    /// Floats, row-major; one for a scalar.
    case floats([Float])
  }

  /// Keras's path of the variable; it informs people, the order decides.
  public var name: String
  /// The extents; empty for a scalar.
  public var shape: [Int]
  /// The numbers.
  public var values: Values

  /// A variable with its numbers.
  public init(name: String, shape: [Int], values: Values) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}

extension OptimizerState {
  /// The state of an optimizer of ours, in the order in which Keras 3 keeps it.
  ///
  /// - Parameters:
  ///   - className: Keras's name of the class.
  ///   - config: Keras's config; where its `learning_rate` is a schedule, no rate is stored.
  ///   - iteration: how many updates were made.
  ///   - learningRate: the rate of the next update.
  ///   - model: the model's name, for the names of the variables.
  ///   - parameters: the trained parameters, in order.
  ///   - moments: Keras's name of each moment with its arena, in Keras's order.
  public init(
    className: String, config: JSONObject, iteration: Int, learningRate: Float, model: String,
    parameters: [Parameter], moments: [(name: String, arena: Arena)]
  ) {
    let optimizer = config["name"]?.string ?? snakeCase(className)
    var variables = [
      OptimizerVariable(name: "\(optimizer)/iteration", shape: [], values: .integer(iteration))
    ]
    if config["learning_rate"]?.object == nil {
      variables.append(
        OptimizerVariable(
          name: "\(optimizer)/learning_rate", shape: [], values: .floats([learningRate])))
    }
    for place in MomentOrder(className, moments: moments.count, parameters: parameters.count) {
      let (parameter, moment) = (parameters[place.parameter], moments[place.moment])
      let path = "\(model)/\(parameter.path)".split(separator: "/").joined(separator: "_")
      variables.append(
        OptimizerVariable(
          name: "\(optimizer)/\(path)_\(moment.name)", shape: parameter.slot.shape,
          values: .floats(Array(moment.arena[parameter.slot]))))
    }
    self.init(className: className, config: config, variables: variables)
  }

  /// How many updates were made; nil where the state does not say.
  public var iteration: Int? {
    guard let first = variables.first, first.shape.isEmpty else { return nil }
    switch first.values {
    case .integer(let value): return value
    case .floats(let values): return values.first.flatMap(Int.init(exactly:))
    }
  }

  /// The rate of the next update; nil where a schedule gives it.
  public var learningRate: Float? {
    guard scalars > 1, case .floats(let values) = variables[1].values else { return nil }
    return values.first
  }

  /// The moments, as arenas like those of the weights.
  ///
  /// - Parameters:
  ///   - names: Keras's names of the moments that the optimizer keeps, in Keras's order.
  ///   - parameters: the trained parameters, in order.
  ///   - count: how many floats the weights' arena has; parameters that are not trained get zeros.
  /// - Returns: an arena for each name.
  /// - Throws: a sentence when number or shapes of the variables differ from what that needs.
  public func moments(
    _ names: [String], of parameters: [Parameter], count: Int
  ) throws(KerasFormatError) -> [Arena] {
    let stored = variables.dropFirst(scalars)
    guard stored.count == names.count * parameters.count else {
      throw KerasFormatError(
        "Reading the state of \(className): expected \(names.count) moments "
          + "(\(names.joined(separator: ", "))) for each of \(parameters.count) trained arrays, "
          + "found \(stored.count) variables.")
    }
    let arenas = names.map { _ in Arena(count: count) }
    let order = MomentOrder(className, moments: names.count, parameters: parameters.count)
    for (variable, place) in zip(stored, order) {
      let parameter = parameters[place.parameter]
      guard case .floats(let values) = variable.values, variable.shape == parameter.slot.shape,
        values.count == parameter.slot.count
      else {
        throw KerasFormatError(
          "Reading the state of \(className): the variable '\(variable.name)' has the shape "
            + "\(variable.shape); expected \(parameter.slot.shape) of '\(parameter.path)'.")
      }
      _ = arenas[place.moment][parameter.slot].update(from: values)
    }
    return arenas
  }

  /// How many single numbers come before the moments.
  private var scalars: Int { variables.prefix { $0.shape.isEmpty }.count }
}

/// The order of moments in Keras's list of an optimizer's variables: the first ones parameter by
/// parameter (m₁ v₁ m₂ v₂ …) where the class makes them together, each other one in a run.
struct MomentOrder: Sequence {
  private static let together = [
    "Adam": 2, "AdamW": 2, "Adamax": 2, "Nadam": 2, "Lamb": 2, "Adadelta": 2, "Ftrl": 2,
  ]

  private let moments: Int
  private let parameters: Int
  private let together: Int

  init(_ className: String, moments: Int, parameters: Int) {
    self.moments = moments
    self.parameters = parameters
    together = Swift.min(Self.together[className] ?? 0, moments)
  }

  func makeIterator() -> IndexingIterator<[(parameter: Int, moment: Int)]> {
    var places: [(parameter: Int, moment: Int)] = []
    for parameter in 0..<parameters {
      for moment in 0..<together { places.append((parameter, moment)) }
    }
    for moment in together..<moments {
      for parameter in 0..<parameters { places.append((parameter, moment)) }
    }
    return places.makeIterator()
  }
}

import KerasFormat
import Networks
import Tensors

/// What the units of a recurrent layer do when one step of an otherwise silent input is loud.
public struct ImpulseResponse: Sendable {
  /// The input: zeros, and a spike in all features at one step.
  public struct Spike: Sendable, Hashable {
    /// How many steps are taken.
    public var steps: Int
    /// The step of the spike; the first is 0.
    public var place: Int
    /// How high it is.
    public var amplitude: Double

    /// A spike.
    ///
    /// - Parameters:
    ///   - steps: how many steps are taken.
    ///   - place: the step of the spike; the first is 0.
    ///   - amplitude: how high it is.
    public init(steps: Int = 30, place: Int = 5, amplitude: Double = 1) {
      (self.steps, self.place, self.amplitude) = (steps, place, amplitude)
    }

    /// The number of every feature at a step.
    public func input(_ step: Int) -> Double { step == place ? amplitude : 0 }
  }

  /// Keras's path to the layer.
  public let layer: String
  /// The name of its class.
  public let className: String
  /// The input.
  public let spike: Spike
  /// How many units there are.
  public let units: Int
  /// What the layer has, in the order of its computation.
  public let parts: [GateTrace.Part]
  private let values: [GateTrace.Part: [Float]]

  /// The numbers of a part of one unit, step by step.
  public func values(_ part: GateTrace.Part, unit: Int) -> [Float] {
    let all = values[part] ?? []
    return stride(from: unit, to: all.count, by: units).map { all[$0] }
  }

  private init(_ trace: GateTrace, layer: String, _ spike: Spike, _ pass: borrowing Pass) {
    self.layer = layer
    className = trace.className
    self.spike = spike
    units = trace.units
    parts = trace.parts
    var values: [GateTrace.Part: [Float]] = [:]
    for part in trace.parts { values[part] = trace.values(part, pass) }
    self.values = values
  }
}

extension ImpulseResponse {
  /// The responses of units with random weights, each on its own.
  ///
  /// Kernels and peepholes are drawn from the standard normal distribution; a unit hears itself and
  /// no other. Biases are zero, so that a unit is at rest until the spike comes.
  ///
  /// - Parameters:
  ///   - layer: a layer with as many units as wanted.
  ///   - seed: what the weights are a function of.
  ///   - spike: the input, of one feature.
  /// - Returns: the response of all units.
  /// - Throws: a sentence when the layer's options do not fit.
  public static func random(
    _ layer: any RecurrentLayer, seed: UInt64 = 0, spike: Spike = Spike()
  ) throws -> ImpulseResponse {
    let network = try Self.network(layer, features: 1, spike)
    let weights = Arena(count: network.parameterCount)
    for (index, parameter) in network.parameters.enumerated() {
      var random = RandomStream(seed: seed, stream: UInt64(index) << 32 | 0x494D_5055)
      if parameter.name.hasSuffix("bias") { continue }
      let columns = parameter.slot.shape.last ?? 1
      let first = firstRecurrentRow(parameter, of: layer)
      for place in 0..<parameter.slot.count {
        let value = Float(random.normal())
        let row = place / columns - (first ?? parameter.slot.count)
        let isOther = row >= 0 && row != place % columns % network.traces[0].units
        weights[parameter.slot][place] = isOther ? 0 : value
      }
    }
    return try responses(network, weights, at: snakeCase(type(of: layer).className), spike)[0]
  }

  /// From which row on a kernel is multiplied with the outputs of the step before; nil where none is.
  private static func firstRecurrentRow(
    _ parameter: Parameter, of layer: any RecurrentLayer
  ) -> Int? {
    if parameter.name.hasSuffix("recurrent_kernel") { return 0 }
    return layer is HandBuiltLSTM && parameter.name.hasSuffix("kernel") ? 1 : nil
  }

  /// The responses of a trained layer.
  ///
  /// - Parameters:
  ///   - model: the model that it is in.
  ///   - name: its name, or the end of its path; nil for the first recurrent layer.
  ///   - spike: the input of the layer, in all its features.
  /// - Returns: the response of the layer; of each cell, where it has several.
  /// - Throws: a sentence when there is no such layer.
  public static func of(
    _ model: SavedModel, layer name: String? = nil, spike: Spike = Spike()
  ) throws -> [ImpulseResponse] {
    let layers = try model.description.model.recurrentLayers()
    guard
      let (path, layer) = layers.first(where: { entry in
        name.map { entry.path == $0 || entry.path.hasSuffix("/\($0)") } ?? true
      })
    else { throw missing(name, layers.map(\.path)) }
    let own = model.network.parameters.filter { $0.path.hasPrefix("\(path)/") }
    guard let rows = own.first?.slot.shape.first else { throw missing(name, layers.map(\.path)) }
    let units = layer.stateSizes.first ?? 0
    // Where one kernel holds both, some of its rows are those of the outputs before.
    for features in [rows, rows - units] where features > 0 {
      let network = try Self.network(layer, features: features, spike)
      guard network.parameters.map(\.slot.shape) == own.map(\.slot.shape) else { continue }
      let weights = Arena(count: network.parameterCount)
      for (target, source) in zip(network.parameters, own) {
        _ = weights[target.slot].update(fromContentsOf: model.weights[source.slot])
      }
      return try responses(network, weights, at: path, spike)
    }
    throw TrainingError("The layer '\(path)' cannot be taken out of its model.", kind: .data)
  }

  private static func missing(_ name: String?, _ known: [String]) -> TrainingError {
    guard let name, !known.isEmpty else {
      return TrainingError("The model has no recurrent layer.", kind: .data)
    }
    return TrainingError(
      "The model has no recurrent layer '\(name)'; it has \(known.joined(separator: ", ")).",
      kind: .data)
  }

  /// The layer alone, on as many steps as wanted.
  private static func network(
    _ layer: any RecurrentLayer, features: Int, _ spike: Spike
  ) throws -> Network {
    var layer = layer
    layer.walk = WalkOptions()
    layer.walk.returnSequences = true
    return try Sequential(input: Shape([spike.steps, features]), [layer]).network(rows: 1)
  }

  private static func responses(
    _ network: Network, _ weights: Arena, at path: String, _ spike: Spike
  ) throws -> [ImpulseResponse] {
    let features = network.inputs[0].shape.features
    let input = (0..<spike.steps * features).map { Float(spike.input($0 / features)) }
    var found: [ImpulseResponse] = []
    _ = Inference(network, weights: weights).outputs([input], rows: 1) { pass in
      for trace in network.traces {
        let below = trace.layer.split(separator: "/").dropFirst()
        let layer = ([path] + below.map(String.init)).joined(separator: "/")
        found.append(
          ImpulseResponse(
            trace, layer: network.traces.count == 1 ? path : layer, spike, pass))
      }
    }
    return found
  }
}

extension ImpulseResponse {
  /// A row for each step of each unit, with a line of names.
  public var csv: String {
    let names = parts.map { $0.rawValue.replacing(" ", with: "_") }
    var lines = [(["step", "unit", "input"] + names).joined(separator: ",")]
    let curves = (0..<units).map { unit in parts.map { values($0, unit: unit) } }
    for step in 0..<spike.steps {
      for unit in 0..<units {
        let cells = curves[unit].map { "\($0[step])" }
        lines.append(
          (["\(step)", "\(unit)", "\(spike.input(step))"] + cells).joined(separator: ","))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

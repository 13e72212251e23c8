/// A graph of layers with any number of inputs and outputs, as Keras's functional `Model`.
///
/// A layer that is called several times shares its weights between the calls.
///
/// ```swift
/// var model = Functional(name: "scores")
/// let series = model.input("series", Shape([60, 3]))
/// let states = model.call(LSTM(20) { $0.returnState = true }, series)
/// model.outputs = [model.call(Dense(1), states), states.output(2)]
/// ```
public struct Functional: Model {
  /// Keras's name of the class.
  public static let className = "Functional"
  /// The model's name.
  public var name: String?
  /// The names of the inputs.
  public private(set) var inputNames: [String] = []
  /// The shapes of one sample of each input.
  public var inputs: [Shape] = []
  /// The layers, each once, in the order of their first calls here.
  public internal(set) var layers: [any Layer] = []
  /// The uses of layers.
  public private(set) var calls: [Call] = []
  /// What the model puts out.
  public var outputs: [Tensor] = []
  /// The names of layers that training leaves as they are.
  public var frozen: Set<String> = []

  /// One output of a call, or an input of the model.
  public struct Tensor: Sendable, Hashable {
    /// Where a tensor comes from.
    public enum Source: Sendable, Hashable {
      /// An input of the model.
      case input(Int)
      /// A use of a layer.
      case call(Int)
    }
    /// Where it comes from.
    public let source: Source
    /// Which of the call's outputs it is.
    public let index: Int

    /// An output of a source.
    public init(_ source: Source, index: Int = 0) {
      self.source = source
      self.index = index
    }

    /// Another output of the same call: what a layer returns beside its first output.
    public func output(_ index: Int) -> Tensor { Tensor(source, index: index) }
  }

  /// A use of a layer.
  public struct Call: Sendable {
    /// Which layer.
    public let layer: Int
    /// What flows in.
    public let inputs: [Tensor]
  }

  /// A layer of a model, to be called.
  public struct Handle: Sendable, Hashable {
    /// Its place among the layers.
    public let index: Int
  }

  /// A model without layers.
  public init(name: String? = nil) { self.name = name }

  /// Adds an input of the model.
  ///
  /// - Parameters:
  ///   - name: the input's name.
  ///   - shape: the shape of one sample.
  /// - Returns: the input as a tensor.
  public mutating func input(_ name: String, _ shape: Shape) -> Tensor {
    inputNames.append(name)
    inputs.append(shape)
    return Tensor(.input(inputs.count - 1))
  }

  /// Adds a layer that is to be called, once or often.
  public mutating func add(_ layer: any Layer) -> Handle {
    layers.append(layer)
    return Handle(index: layers.count - 1)
  }

  /// Calls a layer of the model.
  ///
  /// - Parameters:
  ///   - handle: the layer.
  ///   - inputs: what flows in.
  /// - Returns: the call's first output.
  public mutating func call(_ handle: Handle, _ inputs: Tensor...) -> Tensor {
    call(handle, inputs)
  }

  /// Calls a layer of the model.
  ///
  /// - Parameters:
  ///   - handle: the layer.
  ///   - inputs: what flows in.
  /// - Returns: the call's first output.
  public mutating func call(_ handle: Handle, _ inputs: [Tensor]) -> Tensor {
    precondition(layers.indices.contains(handle.index), "a layer of another model")
    calls.append(Call(layer: handle.index, inputs: inputs))
    return Tensor(.call(calls.count - 1))
  }

  /// Adds a layer and calls it once.
  ///
  /// - Parameters:
  ///   - layer: the layer.
  ///   - inputs: what flows in.
  /// - Returns: the call's first output.
  public mutating func call(_ layer: any Layer, _ inputs: Tensor...) -> Tensor {
    call(add(layer), inputs)
  }

  /// Builds the calls that the outputs need, in Keras's order.
  public func build(
    _ values: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    guard values.count == inputs.count else {
      throw NetworkError(
        "The model '\(name ?? "functional")' takes \(inputs.count) inputs, and got "
          + "\(values.count).")
    }
    guard !outputs.isEmpty else {
      throw NetworkError("The model '\(name ?? "functional")' has no output.")
    }
    let order = try CallOrder(self)
    var wiring = Wiring(readers: order.readers)
    for (index, value) in values.enumerated() {
      wiring.set(Tensor(.input(index)), value, &blueprint)
    }
    let level = blueprint.enterModel()
    var declared: [Int: Blueprint.Declaration] = [:]
    for index in order.calls {
      let call = calls[index]
      let declaration = declared[call.layer] ?? blueprint.declare(layers[call.layer], frozen)
      declared[call.layer] = declaration
      var inputs: [Value] = []
      for tensor in call.inputs { inputs.append(try wiring.take(tensor)) }
      let results = try blueprint.call(layers[call.layer], declaration, inputs)
      for (output, value) in results.enumerated() {
        wiring.set(Tensor(.call(index), index: output), value, &blueprint)
      }
    }
    blueprint.leaveModel(level)
    var results: [Value] = []
    for tensor in outputs { results.append(try wiring.take(tensor)) }
    return results
  }
}

/// Which values the tensors of a graph are; a value that is read several times is handed out as
/// copies with gradients of their own.
private struct Wiring {
  let readers: [Functional.Tensor: Int]
  private var values: [Functional.Tensor: [Value]] = [:]

  init(readers: [Functional.Tensor: Int]) { self.readers = readers }

  mutating func set(_ tensor: Functional.Tensor, _ value: Value, _ blueprint: inout Blueprint) {
    values[tensor] = blueprint.fork(value, readers[tensor] ?? 0)
  }

  mutating func take(_ tensor: Functional.Tensor) throws(NetworkError) -> Value {
    guard let value = values[tensor]?.popLast() else {
      throw NetworkError(
        "A call reads output \(tensor.index) of a layer, which has no such output.")
    }
    return value
  }
}

import Tensors

/// Collects what a network needs while its layers are built: parameters in Keras's order and under
/// Keras's paths, the extents of a workspace, states, panels, and the operations in their order.
public struct Blueprint {
  /// The most rows that a shard may have; inside `TimeDistributed`, times the steps.
  public private(set) var rows: Int
  /// Whether the network's inputs get gradients too; training needs none.
  public let inputGradients: Bool
  /// The most floats that a layer may put out for a sample.
  let largestValue: Int

  private(set) var parameters: [Parameter] = []
  private(set) var parameterCount = 0
  /// Parameters of which batches choose rows.
  private(set) var chosen: Set<Slot> = []
  /// Parameters whose gradients are products of all their columns.
  private(set) var multiplied: Set<Slot> = []
  private(set) var operations: [any Operation] = []
  private(set) var summaries: [LayerSummary] = []
  private(set) var panels: [PanelSlot] = []
  private(set) var panelCount = 0
  private(set) var workspaceCount = 0
  private(set) var statesPerRow = 0
  private(set) var noiseStreams: UInt32 = 0
  /// Where the recurrent layers leave their gates.
  var traces: [GateTrace] = []
  /// What the layers mean that no config of Keras 3 can say.
  var formerMeanings: Set<FormerMeaning> = []
  private var scope = Scope()
  private var level = Level()
  private var flops = 0
  /// How many rows of what is being built stand for one row of the batch.
  private(set) var foldedSteps = 1
  private var slots: [ParameterPath: Int] = [:]
  private var built: Set<ParameterPath> = []
  /// What is wrong with a parameter of the layer that is being built.
  private var fault: NetworkError?

  /// An empty blueprint for shards of up to `rows` rows.
  public init(rows: Int, inputGradients: Bool = false, largestValue: Int = 1 << 34) {
    self.rows = rows
    self.inputGradients = inputGradients
    self.largestValue = largestValue
  }

  // MARK: For those who put layers together

  /// Builds one layer on its inputs.
  ///
  /// - Parameters:
  ///   - layer: the layer's options.
  ///   - inputs: what flows in.
  ///   - frozen: the names of layers that are not trained.
  /// - Returns: what flows out.
  /// - Throws: a sentence that names the layer when the inputs do not fit.
  public mutating func add(
    _ layer: any Layer, _ inputs: [Value], frozen: Set<String> = []
  ) throws(NetworkError) -> [Value] {
    try call(layer, declare(layer, frozen), inputs)
  }

  /// What a layer is called inside its model.
  struct Declaration {
    /// Its own name, made unique.
    let name: String
    /// Its name in Keras 3's weights files: the class and a number.
    let key: String
    /// Whether training leaves it as it is.
    let isFrozen: Bool
  }

  /// Gives the next layer of a model its names.
  mutating func declare(_ layer: any Layer, _ frozen: Set<String>) -> Declaration {
    let kind = snakeCase(type(of: layer).className)
    let name = level.uniqueName(layer.name ?? kind)
    return Declaration(name: name, key: level.nextKey(kind), isFrozen: frozen.contains(name))
  }

  /// Builds one use of a layer; further uses share the parameters of the first.
  mutating func call(
    _ layer: any Layer, _ declaration: Declaration, _ inputs: [Value]
  ) throws(NetworkError) -> [Value] {
    let (outer, isOutermost) = (scope, scope.layer.isEmpty)
    scope.enter(declaration)
    defer { scope = outer }
    scope.isRepeated = !built.insert(scope.path).inserted || outer.isRepeated
    let first = parameters.count
    if isOutermost { flops = 0 }
    let outputs: [Value]
    do throws(NetworkError) {
      outputs = try layer.build(
        layer is any CategoryReader ? inputs : inputs.map { materialized($0) }, &self)
      if let fault { throw fault }
      try checkSizes(outputs)
    } catch {
      guard isOutermost else { throw NetworkError("'\(declaration.name)': \(error.description)") }
      throw NetworkError("Building layer '\(declaration.name)': \(error.description)")
    }
    if isOutermost, !scope.isRepeated {
      summarize(layer, declaration.name, outputs, parameters[first...])
    }
    return outputs
  }

  /// Keeps every size countable, layer by layer: sizes may come from strangers' files.
  private func checkSizes(_ outputs: [Value]) throws(NetworkError) {
    let isLarge = outputs.contains { $0.shape.count > largestValue }
    guard isLarge || max(workspaceCount, parameterCount) > 1 << 50 else { return }
    throw NetworkError(
      "the model is too large: it puts out \(outputs.map(\.shape.description).joined()).")
  }

  private mutating func summarize(
    _ layer: any Layer, _ name: String, _ outputs: [Value], _ parameters: ArraySlice<Parameter>
  ) {
    summaries.append(
      LayerSummary(
        name: name, className: type(of: layer).className, outputs: outputs.map(\.shape),
        parameters: parameters.reduce(0) { $0 + $1.slot.count },
        trained: parameters.reduce(0) { $0 + ($1.isTrained ? $1.slot.count : 0) }, flops: flops))
  }

  /// Starts the names of a model afresh, and returns those of the model around it.
  mutating func enterModel() -> Level {
    defer { level = Level() }
    return level
  }

  /// Goes back to the names of the model around.
  mutating func leaveModel(_ outer: Level) { level = outer }

  /// Declares a value that data fills.
  ///
  /// - Parameters:
  ///   - shape: the shape of one sample.
  ///   - masked: whether data says which steps count, too.
  /// - Returns: the value.
  public mutating func input(_ shape: Shape, masked: Bool = false) -> Value {
    let mask = masked ? scratch(perRow: shape.dimensions.first ?? 1) : nil
    return value(shape, differentiable: inputGradients, mask: mask)
  }

  // MARK: For layers

  /// The names that lead to the layer that is being built.
  var scopeNames: [String] { [scope.path.layer] + scope.path.names }

  /// Whether training leaves the layer that is being built as it is.
  var isFrozen: Bool { scope.isFrozen }

  /// Builds a layer inside another, as wrappers do.
  ///
  /// - Parameters:
  ///   - layer: the inner layer.
  ///   - name: what stands for it in Keras's paths, for example `forward_lstm`.
  ///   - object: the attribute that holds it in Keras 3's weights files, `forward_layer`.
  ///   - isFrozen: whether it is not trained, though the layer around it may be.
  ///   - inputs: what flows in.
  /// - Returns: what flows out.
  /// - Throws: a sentence when the inputs do not fit.
  mutating func build(
    _ layer: any Layer, name: String, object: String, isFrozen: Bool = false, _ inputs: [Value]
  ) throws(NetworkError) -> [Value] {
    let outer = scope
    scope.path.names.append(name)
    scope.object.append(object)
    scope.isFrozen = scope.isFrozen || isFrozen
    defer { scope = outer }
    return try layer.build(inputs, &self)
  }

  /// Declares a parameter of the layer that is being built.
  ///
  /// - Parameters:
  ///   - name: Keras's path inside the layer, for example `lstm_cell/kernel`.
  ///   - shape: Keras's shape.
  ///   - initializer: what fills it before training.
  ///   - object: the attributes that lead to it in Keras 3's weights files, for example `cell`.
  ///   - regularizer: the penalty on its size.
  ///   - constraint: what it is brought back to after every update.
  ///   - role: how training changes it.
  /// - Returns: its slot in every arena of the network.
  mutating func parameter(
    _ name: String, _ shape: [Int], _ initializer: any Initializer, object: String? = nil,
    regularizer: Regularizer? = nil, constraint: Constraint? = nil, role: Parameter.Role = .weight
  ) -> Slot {
    var path = scope.path
    path.names.append(name)
    if let index = slots[path] {
      precondition(scope.isRepeated, "two parameters called \(path)")
      precondition(parameters[index].slot.shape == shape, "one layer with two shapes of \(path)")
      return parameters[index].slot
    }
    let resolved = constraint?.resolved(rank: shape.count)
    if let constraint, resolved == nil {
      fault = NetworkError(
        "the constraint \(constraint) has an axis that '\(name)' of shape \(shape) has not.")
    }
    let slot = Slot(offset: parameterCount, shape: shape)
    parameterCount += slot.count
    slots[path] = parameters.count
    parameters.append(
      Parameter(
        layer: path.layer, name: path.names.joined(separator: "/"),
        object: (scope.object + (object.map { [$0] } ?? [])).joined(separator: "/"), slot: slot,
        initializer: initializer, role: role, isFrozen: scope.isFrozen,
        regularizer: regularizer, constraint: resolved))
    return slot
  }

  /// Declares that batches choose rows of a parameter, and leave the gradient of the others alone.
  mutating func chooseRows(of slot: Slot) { chosen.insert(slot) }

  /// Declares that the gradient of a parameter is a product of all its columns.
  mutating func multiply(by slot: Slot) { multiplied.insert(slot) }

  /// The place of a parameter that a layer of the outermost model declared before; nil where there is
  /// none.
  func slot(of name: String, inLayer layer: String) -> Slot? {
    parameters.first { $0.layer == layer && $0.name == name }?.slot
  }

  /// Declares a value; it gets a gradient if it is differentiable.
  ///
  /// - Parameters:
  ///   - shape: the shape of one sample.
  ///   - differentiable: whether anything before it is trained.
  ///   - mask: which steps count, from whoever knows.
  /// - Returns: the value.
  mutating func value(_ shape: Shape, differentiable: Bool, mask: Extent? = nil) -> Value {
    Value(
      shape: shape, data: scratch(perRow: shape.count),
      gradient: differentiable ? scratch(perRow: shape.count) : nil, mask: mask)
  }

  /// Declares scratch of `perRow` floats for each row of a shard.
  mutating func scratch(perRow: Int) -> Extent {
    Extent(offset: scratch(count: perRow * rows), perRow: perRow)
  }

  /// Declares scratch of a fixed size, aligned to 64 bytes, and returns its first index.
  mutating func scratch(count: Int) -> Int {
    let offset = workspaceCount
    workspaceCount += (count + 15) / 16 * 16
    return offset
  }

  /// Declares a state that lives from batch to batch.
  mutating func state(columns: Int) -> StateSlot {
    defer { statesPerRow += columns * foldedSteps }
    return StateSlot(offset: statesPerRow, columns: columns)
  }

  /// Declares that columns of a parameter, or their transpose, are wanted as panels.
  mutating func panels(_ slot: Slot, columns: Range<Int>? = nil, transposed: Bool) -> PanelSlot {
    let columns = columns ?? 0..<slot.shape[1]
    let known = panels.first {
      $0.source == slot && $0.columns == columns && $0.transposed == transposed
    }
    if let known { return known }
    let panel = PanelSlot(
      source: slot, columns: columns, transposed: transposed, offset: panelCount)
    let (rows, width) = (slot.shape[0], columns.count)
    let count = Panels.count(
      depth: transposed ? width : rows, columns: transposed ? rows : width)
    panelCount += (count + 15) / 16 * 16
    panels.append(panel)
    return panel
  }

  /// Builds what sees each of `steps` time steps as a row of its own; its operations are handed
  /// back, to be run by one that folds the steps.
  mutating func fold(
    _ steps: Int,
    _ body: (inout Blueprint) throws(NetworkError) -> (input: Value, outputs: [Value])
  ) throws(NetworkError) -> (input: Value, outputs: [Value], operations: [any Operation]) {
    let outer = (rows, foldedSteps, flops, operations.count)
    rows *= steps
    foldedSteps *= steps
    defer { (rows, foldedSteps) = (outer.0, outer.1) }
    let (input, outputs) = try body(&self)
    flops = outer.2 + (flops - outer.2) * steps
    let inner = Array(operations[outer.3...])
    operations.removeLast(inner.count)
    return (input, outputs, inner)
  }

  /// Declares a source of noise, and returns the number that keeps it apart from the others.
  mutating func noiseStream() -> UInt32 {
    defer { noiseStreams += 1 }
    return noiseStreams
  }

  /// Appends what the layer does, in the order of the forward pass.
  mutating func append(_ operation: any Operation) { operations.append(operation) }

  /// Counts floating-point operations of one sample's forward pass.
  mutating func count(flops: Int) { self.flops += flops }
}

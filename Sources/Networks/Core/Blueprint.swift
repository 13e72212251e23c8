import Tensors

/// Collects what a network needs while its layers are built: parameters in Keras's order and under
/// Keras's paths, the extents of a workspace, states, panels, and the operations in their order.
public struct Blueprint {
  /// The most rows that a shard may have.
  public let rows: Int
  /// Whether the network's inputs get gradients too; training needs none.
  public let inputGradients: Bool

  private(set) var parameters: [Parameter] = []
  private(set) var parameterCount = 0
  private(set) var operations: [any Operation] = []
  private(set) var summaries: [LayerSummary] = []
  private(set) var panels: [PanelSlot] = []
  private(set) var panelCount = 0
  private(set) var workspaceCount = 0
  private(set) var statesPerRow = 0
  private(set) var noiseStreams: UInt32 = 0
  private var layerName = ""
  private var flops = 0
  private var names: Set<String> = []

  /// An empty blueprint for shards of up to `rows` rows.
  public init(rows: Int, inputGradients: Bool = false) {
    self.rows = rows
    self.inputGradients = inputGradients
  }

  // MARK: For those who put layers together

  /// Builds one layer on its inputs.
  ///
  /// - Parameters:
  ///   - layer: the layer's options.
  ///   - inputs: what flows in.
  /// - Returns: what flows out.
  /// - Throws: a sentence that names the layer when the inputs do not fit.
  public mutating func add(_ layer: any Layer, _ inputs: [Value]) throws(NetworkError) -> [Value] {
    let type = type(of: layer).className
    layerName = uniqueName(layer.name ?? snakeCase(type))
    let firstParameter = parameters.count
    flops = 0
    let outputs: [Value]
    do {
      outputs = try layer.build(inputs, &self)
    } catch {
      throw NetworkError("Building layer '\(layerName)': \(error.description)")
    }
    summaries.append(
      LayerSummary(
        name: layerName, className: type, outputs: outputs.map(\.shape),
        parameters: parameters[firstParameter...].reduce(0) { $0 + $1.slot.count }, flops: flops))
    return outputs
  }

  /// Declares a value that data fills.
  public mutating func input(_ shape: Shape) -> Value {
    value(shape, differentiable: inputGradients)
  }

  private mutating func uniqueName(_ wanted: String) -> String {
    var name = wanted
    var number = 0
    while !names.insert(name).inserted {
      number += 1
      name = "\(wanted)_\(number)"
    }
    return name
  }

  // MARK: For layers

  /// Declares a parameter of the layer that is being built.
  ///
  /// - Parameters:
  ///   - name: Keras's path inside the layer, for example `lstm_cell/kernel`.
  ///   - shape: Keras's shape.
  ///   - initializer: what fills it before training.
  /// - Returns: its slot in every arena of the network.
  mutating func parameter(_ name: String, _ shape: [Int], _ initializer: any Initializer) -> Slot {
    let slot = Slot(offset: parameterCount, shape: shape)
    parameterCount += slot.count
    parameters.append(
      Parameter(layer: layerName, name: name, slot: slot, initializer: initializer))
    return slot
  }

  /// Declares a value; it gets a gradient if it is differentiable.
  mutating func value(_ shape: Shape, differentiable: Bool) -> Value {
    Value(
      shape: shape, data: scratch(perRow: shape.count),
      gradient: differentiable ? scratch(perRow: shape.count) : nil)
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
    defer { statesPerRow += columns }
    return StateSlot(offset: statesPerRow, columns: columns)
  }

  /// Declares that columns of a parameter, or their transpose, are wanted as panels.
  mutating func panels(_ slot: Slot, columns: Range<Int>? = nil, transposed: Bool) -> PanelSlot {
    let columns = columns ?? 0..<slot.shape[1]
    let panel = PanelSlot(
      source: slot, columns: columns, transposed: transposed, offset: panelCount)
    let (rows, width) = (slot.shape[0], columns.count)
    let count = Panels.count(
      depth: transposed ? width : rows, columns: transposed ? rows : width)
    panelCount += (count + 15) / 16 * 16
    panels.append(panel)
    return panel
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

/// One row of a summary: what a layer puts out and what it costs.
public struct LayerSummary: Sendable {
  /// The layer's name.
  public let name: String
  /// Keras's name of the class.
  public let className: String
  /// The shapes of one sample of each output.
  public let outputs: [Shape]
  /// How many numbers are trained.
  public let parameters: Int
  /// Floating-point operations of one sample's forward pass.
  public let flops: Int
}

/// A class name as Keras writes it in layer names and paths: `SimpleRNN` becomes `simple_rnn`.
public func snakeCase(_ className: String) -> String {
  var result = ""
  let letters = Array(className)
  for (index, letter) in letters.enumerated() {
    let beforeWord = index + 1 < letters.count && letters[index + 1].isLowercase
    let afterWord = index > 0 && letters[index - 1].isLowercase
    if letter.isUppercase, index > 0, beforeWord || afterWord { result += "_" }
    result += letter.lowercased()
  }
  return result
}

import Kernels
import Tensors

/// One array of a network that outlives a batch.
public struct Parameter: Sendable {
  /// The name of the model's layer that it belongs to.
  public let layer: String
  /// Keras's path inside the layer, for example `lstm_cell/kernel`.
  public let name: String
  /// The object that owns it in Keras 3's weights files, for example `layers/lstm/cell`.
  public let object: String
  /// Its place in every arena of the network.
  public let slot: Slot
  /// What fills it before training.
  public let initializer: any Initializer
  /// How training changes it.
  public let role: Role
  /// Whether training leaves its layer as it is.
  public let isFrozen: Bool
  /// Whether the optimizer changes it: not in frozen layers, and no statistics.
  public var isTrained: Bool { role == .weight && !isFrozen }
  /// The penalty on its size.
  public let regularizer: Regularizer?
  /// What it is brought back to after every update.
  public let constraint: Constraint?

  /// How training changes a parameter.
  public enum Role: Sendable, Hashable {
    /// Down its gradient.
    case weight
    /// Towards what the batch measured, which stands where its gradient would: momentum · old +
    /// (1 - momentum) · measured.
    case statistic(momentum: Double)
  }

  /// Keras's path below the model, for example `lstm/lstm_cell/kernel`.
  public var path: String { "\(layer)/\(name)" }
}

/// A network as it runs: operations in their order over extents of a workspace; no numbers.
///
/// The ordered table of parameters is at once the parameter tree, the index of checkpoints and what
/// the summary counts.
public struct Network: Sendable {
  /// The model's name.
  public let name: String
  /// What data fills.
  public let inputs: [Value]
  /// What the loss sees.
  public let outputs: [Value]
  /// Every array that outlives a batch, in Keras's order.
  public let parameters: [Parameter]
  /// The parameters of which each batch chooses rows, so that the gradient of others may be zero.
  public let tables: [Slot]
  /// Others whose gradients are products, and too large to be cleared before they are written.
  private let kernels: [Slot]
  /// A row for each layer.
  public let summaries: [LayerSummary]
  /// What the layers mean that no config of Keras 3 can say.
  public let formerMeanings: Set<FormerMeaning>
  /// The most rows that a shard may have.
  public let rows: Int
  /// How many floats all parameters have: the size of an arena of weights or gradients.
  public let parameterCount: Int
  /// How many floats a workspace has, for one shard at a time.
  public let workspaceCount: Int
  /// How many floats the panels of all packed weights have.
  public let panelCount: Int
  /// How many floats stateful layers keep for each row of a batch.
  public let statesPerRow: Int

  /// Where recurrent layers leave their gates in a forward pass.
  public let traces: [GateTrace]

  private let operations: [any Operation]
  private let panels: [PanelSlot]

  /// Closes a blueprint.
  public init(name: String, inputs: [Value], outputs: [Value], _ blueprint: Blueprint) {
    self.name = name
    self.inputs = inputs
    self.outputs = outputs
    parameters = blueprint.parameters
    tables = Self.tables(blueprint)
    kernels = Self.kernels(blueprint, except: tables)
    summaries = blueprint.summaries
    formerMeanings = blueprint.formerMeanings
    rows = blueprint.rows
    parameterCount = blueprint.parameterCount
    workspaceCount = blueprint.workspaceCount
    panelCount = blueprint.panelCount
    statesPerRow = blueprint.statesPerRow
    traces = blueprint.traces
    operations = blueprint.operations
    panels = blueprint.panels
  }

  /// The fewest columns of a parameter whose rows are worth to be looked at one by one.
  private static let fewestColumns = 32

  private static func tables(_ blueprint: Blueprint) -> [Slot] {
    blueprint.parameters.lazy.filter { $0.regularizer == nil }.map(\.slot).filter {
      blueprint.chosen.contains($0) && $0.count >= fewestColumns * $0.shape[0]
    }
  }

  /// The fewest floats of a kernel whose clearing takes longer than to look whether it is written.
  private static let fewestFloats = 1 << 12

  private static func kernels(_ blueprint: Blueprint, except tables: [Slot]) -> [Slot] {
    blueprint.parameters.lazy.map(\.slot).filter {
      blueprint.multiplied.contains($0) && $0.count >= fewestFloats && !tables.contains($0)
    }
  }

  /// A gradient of its parameters.
  public func makeGradient() -> Gradient {
    Gradient(count: parameterCount, tables: tables, kernels: kernels)
  }

  /// Fills an arena with initial weights, a function of the seed alone.
  public func initialize(_ weights: Arena, seed: UInt64) {
    for (index, parameter) in parameters.enumerated() {
      var random = RandomStream(seed: seed, stream: UInt64(index) << 32 | 0x494E_4954)
      parameter.initializer.fill(
        weights[parameter.slot], shape: parameter.slot.shape, random: &random)
    }
  }

  /// Packs one worker's share of the weights; shares may be packed at the same time.
  public func pack(_ weights: Arena, into target: Arena, share: Int = 0, of shares: Int = 1) {
    for index in stride(from: share, to: panels.count, by: shares) {
      let panel = panels[index]
      Tensors.pack(
        weights.matrix(panel.source).columns(panel.columns), transposed: panel.transposed,
        into: target.base + panel.offset)
    }
  }

  /// Computes the outputs of one shard.
  ///
  /// - Parameters:
  ///   - pass: the shard.
  ///   - endings: last activations that nobody wants the outputs of.
  public func forward(_ pass: borrowing Pass, skipping endings: [Ending] = []) {
    for index in operations.indices {
      if endings.contains(where: { $0.operations.contains(index) }) { continue }
      operations[index].forward(pass)
    }
  }

  /// Computes the gradients of one shard, from the gradients of the outputs.
  ///
  /// - Parameters:
  ///   - pass: the shard, after `forward`.
  ///   - endings: the last activations whose inputs' gradients are given instead of their outputs'.
  public func backward(_ pass: borrowing Pass, skipping endings: [Ending] = []) {
    for index in operations.indices.reversed() {
      if endings.contains(where: { $0.operations.contains(index) }) { continue }
      operations[index].backward(pass)
    }
    pass.gradients.finish()
  }

  /// A softmax or sigmoid that an output ends with.
  public struct Ending: Sendable {
    /// What is applied.
    public let activation: Activation
    /// What it is applied to.
    public let logits: Value
    let operations: ClosedRange<Int>
  }

  /// The softmax or sigmoid that makes an output; nil when none does.
  ///
  /// Cross-entropy is computed from what it is applied to: the exact mathematics, where
  /// probabilities have lost digits.
  public func ending(of output: Value) -> Ending? {
    for (index, operation) in operations.enumerated() {
      guard let last = operation as? ActivationOperation, last.output == output,
        last.activation == .softmax || last.activation == .sigmoid
      else { continue }
      return Ending(activation: last.activation, logits: last.input, operations: index...index)
    }
    return nil
  }

  /// The product that makes what an ending is applied to; nil where something else makes it, or reads it.
  public func product(of ending: Ending) -> LogitsProduct? {
    let index = ending.operations.lowerBound
    guard index > 0, let operation = operations[index - 1] as? any RowProduct,
      operation.output == ending.logits, operation.isPrivate, operation.input.categories == nil
    else { return nil }
    return LogitsProduct(
      operation,
      Ending(
        activation: ending.activation, logits: ending.logits, operations: index - 1...index))
  }
}

import Tensors

/// What an operation may see while one shard runs: the arenas, and which rows these are.
public struct Pass {
  let weights: Arena
  let panels: Arena
  let gradients: Gradient
  let workspace: Arena
  let states: States
  let noise: Noise
  /// How many rows the shard has.
  public let rows: Int
  /// The shard's first row among the rows of the batch; states are addressed by it.
  public let firstRow: Int
  /// Whether dropout is active.
  public let training: Bool
  /// How its steps hang together in time.
  let streaming: Streaming
  /// How many of the shard's rows stand for one row of the batch.
  private let foldedSteps: Int

  /// A pass of `rows` rows.
  public init(
    weights: Arena, panels: Arena, gradients: Gradient, workspace: Arena, states: States,
    noise: Noise, rows: Int, firstRow: Int, training: Bool, streaming: Streaming = Streaming()
  ) {
    self.init(
      weights: weights, panels: panels, gradients: gradients, workspace: workspace, states: states,
      noise: noise, rows: rows, firstRow: firstRow, training: training, streaming: streaming,
      foldedSteps: 1)
  }

  private init(
    weights: Arena, panels: Arena, gradients: Gradient, workspace: Arena, states: States,
    noise: Noise, rows: Int, firstRow: Int, training: Bool, streaming: Streaming,
    foldedSteps: Int
  ) {
    self.weights = weights
    self.panels = panels
    self.gradients = gradients
    self.workspace = workspace
    self.states = states
    self.noise = noise
    self.rows = rows
    self.firstRow = firstRow
    self.training = training
    self.streaming = streaming
    self.foldedSteps = foldedSteps
  }

  /// The same shard with each of `steps` time steps as a row of its own, row · steps + step.
  func folded(_ steps: Int) -> Pass {
    Pass(
      weights: weights, panels: panels, gradients: gradients, workspace: workspace, states: states,
      noise: noise.folded(steps), rows: rows * steps, firstRow: firstRow * steps,
      training: training, streaming: Streaming(), foldedSteps: foldedSteps * steps)
  }

  /// A value's numbers as [T·rows, features].
  public func matrix(_ value: Value) -> Matrix { matrix(value.data, value.shape) }

  /// The gradient of a value as [T·rows, features]; nil when nobody needs it.
  public func gradient(_ value: Value) -> Matrix? {
    guard let extent = value.gradient else { return nil }
    return matrix(extent, value.shape)
  }

  /// Which steps of a value count, [T·rows]; nil where all do.
  public func mask(_ value: Value) -> UnsafePointer<Float>? {
    value.mask.map { UnsafePointer(workspace.base + $0.offset) }
  }

  /// The mask of an input, [T·rows], for whoever fills inputs; nil where all steps count.
  public func inputMask(_ value: Value) -> UnsafeMutablePointer<Float>? {
    value.mask.map { workspace.base + $0.offset }
  }

  /// The places of the ones of a value that has nothing else; nil where its numbers are in memory.
  func categories(_ value: Value) -> Categories? {
    guard let extent = value.categories else { return nil }
    return Categories(workspace.base + extent.offset, count: extent.perRow * rows)
  }

  /// A value's numbers with the last axis as columns, whatever its rank.
  func features(_ value: Value) -> Matrix {
    scratch(value.data, columns: value.shape.dimensions.last ?? 1)
  }

  /// The gradient of a value with the last axis as columns; nil when nobody needs it.
  func featureGradient(_ value: Value) -> Matrix? {
    value.gradient.map { scratch($0, columns: value.shape.dimensions.last ?? 1) }
  }

  private func matrix(_ extent: Extent, _ shape: Shape) -> Matrix {
    Matrix(
      workspace.base + extent.offset, rows: shape.steps * rows, columns: shape.features)
  }

  /// Scratch as [steps·rows, columns].
  func scratch(_ extent: Extent, columns: Int) -> Matrix {
    precondition(extent.perRow % columns == 0)
    return Matrix(
      workspace.base + extent.offset, rows: extent.perRow / columns * rows, columns: columns)
  }

  /// A parameter.
  func weight(_ slot: Slot) -> Matrix { weights.matrix(slot) }

  /// The gradient of a parameter.
  func gradient(_ slot: Slot) -> Matrix { gradients.matrix(slot) }

  /// The gradient of a parameter of which rows are chosen.
  func gradientRows(_ slot: Slot) -> GradientRows { gradients.rows(slot) }

  /// A parameter, packed.
  func panels(_ slot: PanelSlot) -> Panels {
    let rows = slot.source.shape[0]
    return Panels(
      panels.base + slot.offset, depth: slot.transposed ? slot.columns.count : rows,
      columns: slot.transposed ? rows : slot.columns.count)
  }

  /// The shard's rows of a state.
  func state(_ slot: StateSlot) -> Matrix {
    states.matrix(slot, foldedSteps).rows(firstRow..<firstRow + rows)
  }
}

/// The states that stateful layers carry from batch to batch.
public struct States: Sendable {
  /// The floats: for each state slot the rows of a batch.
  public let arena: Arena
  /// How many rows a batch has at most.
  public let capacity: Int

  /// Zeros for `perRow` floats in each of `capacity` rows.
  public init(perRow: Int, capacity: Int) {
    arena = Arena(count: perRow * capacity)
    self.capacity = capacity
  }

  /// A state's rows, [capacity · foldedSteps, columns].
  func matrix(_ slot: StateSlot, _ foldedSteps: Int) -> Matrix {
    Matrix(
      arena.base + slot.offset * capacity, rows: capacity * foldedSteps, columns: slot.columns)
  }

  /// Forgets all states, as Keras's `reset_states`.
  public func reset() { arena.zero() }
}

/// Where the random numbers of a pass are: a function of the seed, the step and the row.
public struct Noise: Sendable {
  /// The seed's halves.
  public let key: (UInt32, UInt32)
  /// The number of the weight update that the pass belongs to.
  public let step: UInt32
  /// The shard's first row among the rows of that update.
  public let row: Int

  /// The noise of a row of a step.
  public init(seed: UInt64, step: Int, row: Int) {
    key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.step = UInt32(truncatingIfNeeded: step)
    self.row = row
  }

  private init(key: (UInt32, UInt32), step: UInt32, row: Int) {
    self.key = key
    self.step = step
    self.row = row
  }

  /// The noise where each of `steps` time steps is a row of its own.
  func folded(_ steps: Int) -> Noise { Noise(key: key, step: step, row: row * steps) }
}

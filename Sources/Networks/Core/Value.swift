import Tensors

/// A place in a workspace that grows with the rows of a shard: `perRow` floats for each.
public struct Extent: Sendable, Hashable {
  /// The index of the first float.
  public let offset: Int
  /// How many floats a row takes.
  public let perRow: Int
}

/// A place in the states that live from batch to batch: `columns` floats for each row of a batch.
public struct StateSlot: Sendable, Hashable {
  /// How many floats of a row belong to the states declared before this one.
  public let offset: Int
  /// How many floats a row has here.
  public let columns: Int
}

/// A place in the packed weights: the panels of a parameter's columns, or of their transpose.
public struct PanelSlot: Sendable, Hashable {
  /// The parameter that is packed.
  public let source: Slot
  /// Which of its columns.
  public let columns: Range<Int>
  /// Whether the transpose is packed, for the products of the backward pass.
  public let transposed: Bool
  /// The index of the first float in the arena of panels.
  public let offset: Int
}

/// What flows between layers: the shape of a sample and where numbers and gradient are.
///
/// Sequences are time-major, [T, rows, features]: each time step is one contiguous matrix.
public struct Value: Sendable, Hashable {
  /// The shape of one sample.
  public let shape: Shape
  /// Where the numbers are.
  public let data: Extent
  /// Where the loss's gradient with respect to them is; nil when nobody needs it.
  public let gradient: Extent?
  /// Which steps count: a one or a zero for each, [T·rows]; nil where all do.
  public let mask: Extent?
  /// Where the places of its ones are, if it has nothing but a one in each row and its numbers are not
  /// in memory.
  var categories: Extent?
}

extension Value {
  /// The same value with another mask, or without one.
  func masked(by mask: Extent?) -> Value {
    Value(shape: shape, data: data, gradient: gradient, mask: mask, categories: categories)
  }
}

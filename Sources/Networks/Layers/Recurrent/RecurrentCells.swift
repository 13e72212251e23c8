/// What `RNN` runs at every time step: one cell, or a stack of them.
public protocol RecurrentCell: Sendable {
  /// Keras's name of the class, for example `LSTMCell`.
  static var className: String { get }
  /// The cell's name.
  var name: String? { get set }
  /// How many numbers each of its states has, in the order in which `RNN` returns them.
  var stateSizes: [Int] { get }
}

/// A cell that is no stack: the same arithmetic as a recurrent layer's.
protocol SingleCell: RecurrentCell {
  associatedtype Walking: RecurrentLayer
  /// The layer that does the same; how it walks has no meaning.
  var layer: Walking { get set }
  /// The layer with its arrays in a place below another layer.
  func layer(at place: CellPlace) -> any RecurrentLayer
}

extension SingleCell {
  /// The cell's name.
  public var name: String? {
    get { layer.name }
    set { layer.name = newValue }
  }
  /// The states of the layer that does the same.
  public var stateSizes: [Int] { layer.stateSizes }
}

/// One step of an LSTM, as Keras's `LSTMCell`.
public struct LSTMCell: SingleCell {
  /// Keras's name of the class.
  public static let className = "LSTMCell"
  /// The layer that does the same; how it walks has no meaning.
  public var layer: LSTM

  /// The cell of a layer.
  public init(_ layer: LSTM) { self.layer = layer }

  func layer(at place: CellPlace) -> any RecurrentLayer {
    var layer = layer
    layer.options.place = place
    return layer
  }
}

/// One step of a GRU, as Keras's `GRUCell`.
public struct GRUCell: SingleCell {
  /// Keras's name of the class.
  public static let className = "GRUCell"
  /// The layer that does the same; how it walks has no meaning.
  public var layer: GRU

  /// The cell of a layer.
  public init(_ layer: GRU) { self.layer = layer }

  func layer(at place: CellPlace) -> any RecurrentLayer {
    var layer = layer
    layer.options.place = place
    return layer
  }
}

/// One step of a fully connected recurrent layer, as Keras's `SimpleRNNCell`.
public struct SimpleRNNCell: SingleCell {
  /// Keras's name of the class.
  public static let className = "SimpleRNNCell"
  /// The layer that does the same; how it walks has no meaning.
  public var layer: SimpleRNN

  /// The cell of a layer.
  public init(_ layer: SimpleRNN) { self.layer = layer }

  func layer(at place: CellPlace) -> any RecurrentLayer {
    var layer = layer
    layer.options.place = place
    return layer
  }
}

/// Cells on top of each other, as Keras's `StackedRNNCells`: each takes the output of the one below
/// at the same step.
public struct StackedRNNCells: RecurrentCell {
  /// Keras's name of the class.
  public static let className = "StackedRNNCells"
  /// The stack's name.
  public var name: String?
  /// The cells, the lowest first.
  public var cells: [any RecurrentCell]
  /// Whether the states of the top cell come first, as in Keras 2.0.9 to 2.2.2.
  public var reverseStateOrder = false

  /// A stack of cells, the lowest first.
  public init(_ cells: [any RecurrentCell], name: String? = nil) {
    self.cells = cells
    self.name = name
  }

  /// The states of all cells.
  public var stateSizes: [Int] {
    (reverseStateOrder ? cells.reversed() : cells).flatMap(\.stateSizes)
  }
}

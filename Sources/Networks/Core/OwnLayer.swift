/// A layer that Keras does not have.
///
/// Models with such layers are trained, saved and resumed like all others; Keras opens them after
/// each was replaced by what computes the same.
public protocol OwnLayer: Layer {
  /// What Keras has in its place.
  ///
  /// - Parameter name: what the layer is called in its model, and Keras's layer is to be called.
  /// - Returns: a layer of Keras, and how its arrays follow from those of this one.
  /// - Throws: a sentence without an end that says why Keras has none, and what to do.
  func kerasEquivalent(named name: String) throws(NetworkError) -> KerasEquivalent
}

/// The layer of Keras that computes what one of ours does.
public struct KerasEquivalent: Sendable {
  /// The layer, with the name of the one that it stands for.
  public let layer: any Layer
  /// The names of other parameters of the network that its arrays follow from, for example
  /// `embedding/embeddings`.
  public let borrowed: [String]
  /// Makes the layer's arrays in their order, from those of the layer that it stands for and then the
  /// borrowed ones.
  public let arrays: @Sendable ([LayerArray]) -> [LayerArray]

  /// A layer of Keras with arrays that follow from others.
  ///
  /// - Parameters:
  ///   - layer: the layer.
  ///   - borrowed: the paths of parameters that belong to other layers.
  ///   - arrays: makes its arrays, from the own ones and the borrowed ones behind them.
  public init(
    _ layer: any Layer, borrowing borrowed: [String] = [],
    arrays: @escaping @Sendable ([LayerArray]) -> [LayerArray]
  ) {
    self.layer = layer
    self.borrowed = borrowed
    self.arrays = arrays
  }
}

/// The numbers of one parameter.
public struct LayerArray: Sendable, Hashable {
  /// The extents, outermost first.
  public var shape: [Int]
  /// The numbers, the last axis fastest.
  public var values: [Float]

  /// Numbers of a shape.
  public init(shape: [Int], values: [Float]) {
    precondition(shape.reduce(1, *) == values.count, "numbers of another shape")
    self.shape = shape
    self.values = values
  }

  /// Some rows of a matrix.
  public func rows(_ range: Range<Int>) -> LayerArray {
    let columns = shape[1]
    return LayerArray(
      shape: [range.count, columns],
      values: Array(values[range.lowerBound * columns..<range.upperBound * columns]))
  }

  /// The array with rows as columns.
  public var transposed: LayerArray {
    let (rows, columns) = (shape[0], shape[1])
    let turned = (0..<rows * columns).map { values[$0 % rows * columns + $0 / rows] }
    return LayerArray(shape: [columns, rows], values: turned)
  }

  /// The array with two blocks of `width` numbers of its last axis exchanged.
  public func columnBlocks(swapping one: Int, _ other: Int, width: Int) -> LayerArray {
    var result = self
    let columns = shape.last ?? 1
    for first in stride(from: 0, to: values.count, by: max(columns, 1)) {
      for place in 0..<width {
        result.values.swapAt(first + one * width + place, first + other * width + place)
      }
    }
    return result
  }
}

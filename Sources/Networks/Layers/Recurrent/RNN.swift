/// Runs a cell, or a stack of cells, over time, as Keras's `RNN`.
///
/// A cell of a stack needs the cell below only at the same step; so a stack is built as layers that
/// each walk over all steps, which gives the same numbers in fewer and larger products.
public struct RNN: RecurrentLayer {
  /// Keras's name of the class.
  public static let className = "RNN"
  /// The layer's name.
  public var name: String?
  /// What runs at every step.
  public var cell: any RecurrentCell
  /// How it walks, and what it puts out.
  public var walk = WalkOptions()

  /// A layer that runs a cell; `configure` changes how it walks.
  public init(
    _ cell: any RecurrentCell, name: String? = nil,
    configure: (inout WalkOptions) -> Void = { _ in }
  ) {
    self.cell = cell
    self.name = name
    configure(&walk)
  }

  /// The states of the cell.
  public var stateSizes: [Int] { cell.stateSizes }

  /// Declares the cells' arrays, and a walk over time for each.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let layers = try layers()
    guard let input = inputs.first, inputs.count == 1 || inputs.count == 1 + stateSizes.count
    else {
      throw NetworkError(
        "RNN takes a sequence, or a sequence and its \(stateSizes.count) initial states, and got "
          + "\(inputs.count) inputs.")
    }
    if isReversed, walk.returnState || inputs.count > 1 {
      blueprint.formerMeanings.insert(.reversedStates)
    }
    var given = split(Array(inputs.dropFirst()), layers)
    let reversed = walk.goBackwards && layers.count > 1 ? blueprint.reverseMask(of: input) : nil
    var flowing = input
    var states: [[Value]] = []
    for index in layers.indices {
      var layer = layers[index]
      let isTop = index == layers.count - 1
      layer.walk = walk
      layer.walk.returnSequences = walk.returnSequences || !isTop
      layer.walk.goBackwards = walk.goBackwards && index == 0
      layer.walk.zeroOutputForMask = walk.zeroOutputForMask && isTop
      let results = try layer.build([flowing] + given.removeFirst(), &blueprint)
      states.append(Array(results.dropFirst()))
      flowing = results[0].masked(by: isTop ? nil : reversed ?? input.mask)
    }
    if walk.returnSequences { flowing = flowing.masked(by: input.mask) }
    return [flowing] + (isReversed ? states.reversed() : states).flatMap(\.self)
  }

  private var isReversed: Bool { (cell as? StackedRNNCells)?.reverseStateOrder ?? false }

  /// The given states of each layer, which come in the order in which states are returned.
  private func split(_ states: [Value], _ layers: [any RecurrentLayer]) -> [[Value]] {
    var rest = states[...]
    let parts = (isReversed ? layers.reversed() : layers).map { layer in
      defer { rest = rest.dropFirst(layer.stateSizes.count) }
      return Array(rest.prefix(layer.stateSizes.count))
    }
    return isReversed ? parts.reversed() : parts
  }

  /// The layers that do what the cells do, with their arrays where Keras has them.
  private func layers() throws(NetworkError) -> [any RecurrentLayer] {
    guard let stack = cell as? StackedRNNCells else {
      return [try layer(cell, at: name(of: cell), object: "cell")]
    }
    guard !stack.cells.isEmpty else { throw NetworkError("StackedRNNCells needs cells.") }
    var (names, keys) = (Level(), Level())
    var layers: [any RecurrentLayer] = []
    for cell in stack.cells {
      let key = keys.nextKey(snakeCase(type(of: cell).className))
      layers.append(
        try layer(
          cell, at: "\(name(of: stack))/\(names.uniqueName(name(of: cell)))",
          object: "cell/cells/\(key)"))
    }
    return layers
  }

  private func layer(
    _ cell: any RecurrentCell, at path: String, object: String
  ) throws(NetworkError) -> any RecurrentLayer {
    guard let single = cell as? any SingleCell else {
      throw NetworkError("\(type(of: cell).className) cannot stand inside a stack of cells.")
    }
    return single.layer(at: CellPlace(path: path, object: object))
  }

  private func name(of cell: any RecurrentCell) -> String {
    cell.name ?? snakeCase(type(of: cell).className)
  }
}

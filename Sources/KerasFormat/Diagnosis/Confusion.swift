import Networks
import Tensors

/// One way in which weights are mistaken: what was done to them, and how it is undone.
struct Confusion {
  /// What is wrong, as a part of a sentence.
  let sentence: String
  /// Undoes it in a copy of the weights.
  let undo: (Arena) -> Void
}

extension Confusion {
  /// All confusions of the weights of a network that are known, the common ones first.
  static func all(of network: Network) -> [Confusion] {
    let cells = RecurrentArrays.cells(of: network)
    return cells.flatMap(gates) + cells.flatMap(biases) + cells.flatMap(cudnn)
      + network.parameters.filter { $0.name.hasSuffix("bias") }.flatMap(scales)
      + cells.flatMap(gatesOfOneArray) + network.parameters.flatMap(transposes)
      + exchanges(network)
  }

  // MARK: Gates

  /// The gates of kernel, recurrent kernel and bias in another order.
  private static func gates(_ arrays: RecurrentArrays) -> [Confusion] {
    permutations(arrays.cell.gates.count).map { order in
      Confusion(
        sentence: "the gates of '\(arrays.name)' stand in the order \(letters(arrays, order)), and "
          + "Keras's is \(arrays.cell.gates.joined(separator: ", "))"
      ) { weights in
        for parameter in arrays.parameters { permute(parameter, order, arrays.units, weights) }
      }
    }
  }

  /// The gates of one array alone in another order.
  private static func gatesOfOneArray(_ arrays: RecurrentArrays) -> [Confusion] {
    arrays.parameters.flatMap { parameter in
      permutations(arrays.cell.gates.count).map { order in
        Confusion(
          sentence: "the gates in '\(parameter.path)' stand in the order "
            + "\(letters(arrays, order)), and Keras's is "
            + "\(arrays.cell.gates.joined(separator: ", "))"
        ) { permute(parameter, order, arrays.units, $0) }
      }
    }
  }

  /// Which gate each block of the file holds, where block `order[k]` belongs at place k.
  private static func letters(_ arrays: RecurrentArrays, _ order: [Int]) -> String {
    var found = arrays.cell.gates
    for (place, block) in order.enumerated() { found[block] = arrays.cell.gates[place] }
    return found.joined(separator: ", ")
  }

  /// Moves block `order[k]` of every row to place k.
  private static func permute(
    _ parameter: Parameter, _ order: [Int], _ units: Int, _ weights: Arena
  ) {
    let width = order.count * units
    rewrite(parameter, weights) { old, index in
      let (row, column) = index.quotientAndRemainder(dividingBy: width)
      let (gate, unit) = column.quotientAndRemainder(dividingBy: units)
      return old[row * width + order[gate] * units + unit]
    }
  }

  /// The orders of some blocks but the plain one, exchanges of two first.
  private static func permutations(_ count: Int) -> [[Int]] {
    guard count > 1 else { return [] }
    var all: [[Int]] = [[]]
    for _ in 0..<count {
      all = all.flatMap { head in (0..<count).filter { !head.contains($0) }.map { head + [$0] } }
    }
    let moved = { (order: [Int]) in zip(order, 0...).count { $0 != $1 } }
    return all.filter { moved($0) > 0 }.sorted { moved($0) < moved($1) }
  }

  // MARK: Biases

  /// A forget bias that the writer added at run time, and the halves of CuDNN's biases.
  private static func biases(_ arrays: RecurrentArrays) -> [Confusion] {
    guard let bias = arrays.bias else { return [] }
    let (units, path) = (arrays.units, bias.path)
    if arrays.cell == .lstm {
      return [(Float(1), "is added"), (-1, "was added twice")].map { shift, text in
        Confusion(
          sentence: "a forget bias of 1 \(text) when the writer computes, and '\(path)' does not "
            + "say so"
        ) { weights in
          rewrite(bias, weights) { old, index in
            (units..<2 * units).contains(index) ? old[index] + shift : old[index]
          }
        }
      }
    }
    guard arrays.cell == .gru, bias.slot.shape.count == 2 else { return [] }
    let width = bias.slot.shape[1]
    return [
      Confusion(sentence: "the halves of the bias '\(path)' are exchanged") { weights in
        rewrite(bias, weights) { old, index in old[(index + width) % (2 * width)] }
      }
    ]
  }

  /// A bias that was halved or doubled: one half of two, or both halves of one.
  private static func scales(_ bias: Parameter) -> [Confusion] {
    [(Float(2), "half"), (0.5, "twice")].map { factor, text in
      Confusion(sentence: "the bias '\(bias.path)' is \(text) of what it was") { weights in
        rewrite(bias, weights) { old, index in factor * old[index] }
      }
    }
  }

  // MARK: Transposes

  /// CuDNN's matrices of each gate under the shape of Keras's.
  private static func cudnn(_ arrays: RecurrentArrays) -> [Confusion] {
    let units = arrays.units
    let choices: [([Parameter], String)] = [
      ([arrays.kernel, arrays.recurrent], "the kernels of '\(arrays.name)' are"),
      ([arrays.recurrent], "the kernel '\(arrays.recurrent.path)' is"),
      ([arrays.kernel], "the kernel '\(arrays.kernel.path)' is"),
    ]
    return choices.map { parameters, text in
      Confusion(sentence: "\(text) transposed gate by gate, as CuDNN keeps them") { weights in
        for parameter in parameters { transposeGates(parameter, units, weights) }
      }
    }
  }

  /// Each block of `units` columns holds the numbers of a [units, rows] matrix, row by row.
  private static func transposeGates(_ parameter: Parameter, _ units: Int, _ weights: Arena) {
    let (rows, width) = (parameter.slot.shape[0], parameter.slot.shape[1])
    rewrite(parameter, weights) { old, index in
      let (row, column) = index.quotientAndRemainder(dividingBy: width)
      let (gate, unit) = column.quotientAndRemainder(dividingBy: units)
      let (from, to) = (unit * rows + row).quotientAndRemainder(dividingBy: units)
      return old[from * width + gate * units + to]
    }
  }

  /// A matrix whose numbers stand column by column.
  private static func transposes(_ parameter: Parameter) -> [Confusion] {
    guard parameter.slot.shape.count == 2, let rows = parameter.slot.shape.first,
      let columns = parameter.slot.shape.last, rows > 1, columns > 1
    else { return [] }
    return [
      Confusion(sentence: "'\(parameter.path)' is transposed") { weights in
        rewrite(parameter, weights) { old, index in
          let (row, column) = index.quotientAndRemainder(dividingBy: columns)
          return old[column * rows + row]
        }
      }
    ]
  }

  // MARK: Layers

  /// Two layers of one shape in each other's place.
  private static func exchanges(_ network: Network) -> [Confusion] {
    let owners = Dictionary(grouping: network.parameters, by: \.object)
    let names = network.parameters.map(\.object).reduce(into: [String]()) { names, object in
      if names.last != object { names.append(object) }
    }
    var found: [Confusion] = []
    for (index, first) in names.enumerated() {
      for second in names.dropFirst(index + 1) {
        guard let one = owners[first], let other = owners[second],
          one.map(\.slot.shape) == other.map(\.slot.shape)
        else { continue }
        found.append(exchange(one, other))
      }
    }
    return found
  }

  private static func exchange(_ one: [Parameter], _ other: [Parameter]) -> Confusion {
    Confusion(
      sentence: "the layers '\(one[0].layer)' and '\(other[0].layer)' have each other's weights"
    ) { weights in
      for (first, second) in zip(one, other) {
        for (a, b) in zip(first.slot.range, second.slot.range) {
          (weights.base[a], weights.base[b]) = (weights.base[b], weights.base[a])
        }
      }
    }
  }

  /// Fills a parameter anew from what it was.
  private static func rewrite(
    _ parameter: Parameter, _ weights: Arena, _ value: ([Float], Int) -> Float
  ) {
    let target = weights[parameter.slot]
    let old = Array(target)
    for index in target.indices { target[index] = value(old, index) }
  }
}

import Networks

/// The parameters of one object of Keras: of a layer without inner ones, or of a cell.
struct ParameterOwner {
  /// The object's path in Keras 3's weights files.
  let object: String
  /// Its parameters, as indices into the network's.
  let parameters: [Int]

  /// Groups parameters that stand together and have one owner.
  static func owners(of parameters: [Int], in network: Network) -> [ParameterOwner] {
    var owners: [ParameterOwner] = []
    for index in parameters {
      let object = network.parameters[index].object
      if let last = owners.last, last.object == object {
        owners[owners.count - 1] = ParameterOwner(
          object: object, parameters: last.parameters + [index])
      } else {
        owners.append(ParameterOwner(object: object, parameters: [index]))
      }
    }
    return owners
  }

  /// What fills the parameters from the first of some arrays; nil if these do not fit.
  ///
  /// - Parameters:
  ///   - arrays: arrays of a file, in its order.
  ///   - network: whose parameters they are.
  ///   - isTheano: whether kernels over time are turned around.
  /// - Returns: a source for each parameter, and how many arrays they take.
  func sources(
    from arrays: ArraySlice<StoredArray>, _ network: Network, isTheano: Bool = false
  ) -> (sources: [WeightSource], count: Int)? {
    let shapes = parameters.map { network.parameters[$0].slot.shape }
    let first = Array(arrays.prefix(shapes.count))
    if first.map(\.shape) == shapes {
      let sources = first.map { array in
        WeightSource([array], isTheano && array.shape.count == 3 ? .reversed : .same)
      }
      return (sources, shapes.count)
    }
    let names = parameters.map { network.parameters[$0].name }
    if names.contains(where: { $0.hasSuffix("recurrent_kernel") }) {
      return Self.split(arrays, shapes) ?? Self.cuDNN(first, shapes)
    }
    return Self.kernelOverTime(first, shapes)
  }

  /// The order in which Keras 1 stored the gates of an LSTM, by their places here: i, c, f, o.
  private static let gateOrder = [4: [0, 2, 1, 3], 3: [0, 1, 2]]

  /// Keras 1's cells: W, U and b of each gate.
  private static func split(
    _ arrays: ArraySlice<StoredArray>, _ shapes: [[Int]]
  ) -> (sources: [WeightSource], count: Int)? {
    guard shapes.count == 3, shapes[2].count == 1, let gates = gates(of: shapes),
      let order = gateOrder[gates], arrays.count >= 3 * gates
    else { return nil }
    let (features, units) = (shapes[0][0], shapes[1][0])
    let stored = Array(arrays.prefix(3 * gates))
    for (index, array) in stored.enumerated() {
      guard array.shape == [[features, units], [units, units], [units]][index % 3] else {
        return nil
      }
    }
    let sources = (0..<3).map { kind in
      WeightSource((0..<gates).map { stored[3 * order[$0] + kind] }, .columns)
    }
    return (sources, 3 * gates)
  }

  /// The layers of cuDNN, known by a bias of twice the length.
  private static func cuDNN(
    _ stored: [StoredArray], _ shapes: [[Int]]
  ) -> (sources: [WeightSource], count: Int)? {
    guard stored.count == 3, shapes.count == 3, let gates = gates(of: shapes), gates > 1,
      stored[0].shape == shapes[0], stored[1].shape == shapes[1],
      stored[2].shape == [2 * shapes[1][1]]
    else { return nil }
    let isLSTM = gates == 4 && shapes[2].count == 1
    guard isLSTM || gates == 3 && shapes[2].count == 2 else { return nil }
    return (
      [
        WeightSource([stored[0]], .refilled(gates: gates)),
        WeightSource([stored[1]], .refilled(gates: gates)),
        WeightSource([stored[2]], isLSTM ? .summed : .same),
      ], 3
    )
  }

  private static func gates(of shapes: [[Int]]) -> Int? {
    guard shapes.count > 1, shapes[1].count == 2, shapes[1][0] > 0 else { return nil }
    return shapes[1][1] / shapes[1][0]
  }

  /// Keras 1's convolutions over time, whose kernels had four axes.
  private static func kernelOverTime(
    _ stored: [StoredArray], _ shapes: [[Int]]
  ) -> (sources: [WeightSource], count: Int)? {
    guard let shape = shapes.first, shape.count == 3, stored.count == shapes.count,
      stored.dropFirst().map(\.shape) == Array(shapes.dropFirst())
    else { return nil }
    let form: WeightSource.Form
    switch stored[0].shape {
    case [shape[0], 1, shape[1], shape[2]]: form = .same
    case [shape[2], shape[1], shape[0], 1]: form = .channelsFirst
    default: return nil
    }
    return (
      [WeightSource([stored[0]], form)] + stored.dropFirst().map { WeightSource([$0]) },
      shapes.count
    )
  }
}

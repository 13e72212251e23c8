/// The order in which Keras numbers the layers of a graph, and in which we build them.
///
/// A call is as deep as the longest way from it to an output; deeper calls come first, and calls of
/// equal depth in the order in which a walk from the outputs, depth first, meets their layers.
/// Layers are so in the order of Keras's `model.layers` when they are first called.
struct CallOrder {
  /// The calls that the outputs need, in order.
  let calls: [Int]
  /// How often each tensor is read, by calls that are needed and as an output.
  let readers: [Functional.Tensor: Int]

  /// Orders the calls of a graph.
  init(_ graph: Functional) throws(NetworkError) {
    var walk = Walk(graph)
    try walk.run()
    var depths = [Int](repeating: 0, count: graph.calls.count)
    var readers: [Functional.Tensor: Int] = [:]
    for tensor in graph.outputs { readers[tensor, default: 0] += 1 }
    // Every call stands behind all calls that it needs, so consumers are settled first.
    for index in walk.settled.reversed() {
      for tensor in graph.calls[index].inputs {
        readers[tensor, default: 0] += 1
        if case .call(let source) = tensor.source {
          depths[source] = max(depths[source], depths[index] + 1)
        }
      }
    }
    self.readers = readers
    let met = walk.met
    calls = walk.settled.sorted { first, second in
      if depths[first] != depths[second] { return depths[first] > depths[second] }
      let (one, other) = (graph.calls[first].layer, graph.calls[second].layer)
      return one == other ? first < second : (met[one] ?? 0) < (met[other] ?? 0)
    }
  }
}

/// A walk over a graph from its outputs, without recursion: graphs come from files.
private struct Walk {
  let graph: Functional
  /// The calls, each behind those that it needs.
  private(set) var settled: [Int] = []
  /// When each layer was first met.
  private(set) var met: [Int: Int] = [:]
  private var state: [State]
  private enum State { case unseen, open, done }

  init(_ graph: Functional) {
    self.graph = graph
    state = Array(repeating: .unseen, count: graph.calls.count)
  }

  mutating func run() throws(NetworkError) {
    for tensor in graph.outputs {
      guard let start = try source(tensor), state[start] == .unseen else { continue }
      try settle(from: start)
    }
  }

  private mutating func settle(from start: Int) throws(NetworkError) {
    var stack = [(call: start, next: 0)]
    open(start)
    while let (call, next) = stack.last {
      let inputs = graph.calls[call].inputs
      guard next < inputs.count else {
        stack.removeLast()
        state[call] = .done
        settled.append(call)
        continue
      }
      stack[stack.count - 1].next += 1
      guard let needed = try source(inputs[next]), state[needed] != .done else { continue }
      guard state[needed] == .unseen else {
        throw NetworkError("The graph of the model goes round in a circle.")
      }
      open(needed)
      stack.append((needed, 0))
    }
  }

  private mutating func open(_ call: Int) {
    state[call] = .open
    let layer = graph.calls[call].layer
    if met[layer] == nil { met[layer] = met.count }
  }

  /// The call that makes a tensor; nil for an input of the model.
  private func source(_ tensor: Functional.Tensor) throws(NetworkError) -> Int? {
    switch tensor.source {
    case .input(let index):
      guard graph.inputs.indices.contains(index) else {
        throw NetworkError("A call reads input \(index + 1) of a model that has fewer.")
      }
      return nil
    case .call(let index):
      guard graph.calls.indices.contains(index) else {
        throw NetworkError("A call reads a call that the model does not have.")
      }
      return index
    }
  }
}

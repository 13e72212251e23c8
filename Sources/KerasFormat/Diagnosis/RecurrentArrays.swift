import Networks
import Tensors

/// The arrays of one recurrent cell among a network's parameters.
struct RecurrentArrays {
  /// The cells whose columns stand in blocks, and Keras's letters for the blocks.
  enum Cell: String, CaseIterable {
    case lstm = "lstm_cell"
    case gru = "gru_cell"
    case simpleRNN = "simple_rnn_cell"

    var gates: [String] {
      switch self {
      case .lstm: ["i", "f", "c", "o"]
      case .gru: ["z", "r", "h"]
      case .simpleRNN: ["h"]
      }
    }
  }

  let cell: Cell
  let kernel: Parameter
  let recurrent: Parameter
  let bias: Parameter?

  /// What the cell is called in sentences.
  var name: String { kernel.path.split(separator: "/").dropLast(2).joined(separator: "/") }
  /// How many columns a gate has.
  var units: Int { recurrent.slot.shape[0] }
  /// The arrays that are there.
  var parameters: [Parameter] { [kernel, recurrent] + (bias.map { [$0] } ?? []) }

  /// The recurrent cells of a network.
  static func cells(of network: Network) -> [RecurrentArrays] {
    var parts: [String: [String: Parameter]] = [:]
    var order: [String] = []
    for parameter in network.parameters {
      var path = parameter.path.split(separator: "/").map(String.init)
      guard let last = path.popLast() else { continue }
      let owner = path.joined(separator: "/")
      if parts[owner] == nil { order.append(owner) }
      parts[owner, default: [:]][last] = parameter
    }
    return order.compactMap { owner in
      guard let arrays = parts[owner], let kernel = arrays["kernel"],
        let recurrent = arrays["recurrent_kernel"], recurrent.slot.shape.count == 2,
        let cell = Cell.allCases.first(where: {
          recurrent.slot.shape[1] == $0.gates.count * recurrent.slot.shape[0]
        })
      else { return nil }
      return RecurrentArrays(
        cell: cell, kernel: kernel, recurrent: recurrent, bias: arrays["bias"])
    }
  }
}

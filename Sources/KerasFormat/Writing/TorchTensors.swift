import Networks
import Tensors

/// The arrays of a network under PyTorch's names and in its shapes.
struct TorchTensors {
  /// One array.
  struct Tensor {
    let name: String
    let shape: [Int]
    let values: [Float]
  }

  private let model: SavedModel
  private(set) var tensors: [Tensor] = []
  /// How many cells of a stack, of each direction of a layer, are there already.
  private var levels: [String: Int] = [:]

  init(_ model: SavedModel) throws(KerasFormatError) {
    self.model = model
    for (object, parameters) in TreeWriter.objects(of: model.network.parameters) {
      let isCell = parameters.contains { $0.name.hasSuffix("recurrent_kernel") }
      if isCell { addCell(object, parameters) } else { try addLayer(parameters) }
    }
  }

  private func values(_ parameter: Parameter) -> [Float] { Array(model.weights[parameter.slot]) }

  // MARK: Cells

  private mutating func addCell(_ object: String, _ parameters: [Parameter]) {
    let (kernel, recurrent) = (parameters[0], parameters[1])
    let units = recurrent.slot.shape[0]
    let gates = recurrent.slot.shape[1] / units
    let name = Self.module(of: kernel, levels: 2, object)
    let direction = object.contains("backward_layer") ? "_reverse" : ""
    let suffix = "_l\(levels[name + direction, default: 0])\(direction)"
    levels[name + direction, default: 0] += 1
    // Keras's z, r, h are PyTorch's z, r, n, which stores r first.
    let order = gates == 3 ? [1, 0, 2] : Array(0..<gates)
    func blocks(_ rows: [Float], _ width: Int) -> [Float] {
      order.flatMap { rows[$0 * units * width..<($0 + 1) * units * width] }
    }
    for (kind, parameter) in [("ih", kernel), ("hh", recurrent)] {
      let depth = parameter.slot.shape[0]
      let turned = Self.transposed(values(parameter), rows: depth, columns: gates * units)
      add("\(name).weight_\(kind)\(suffix)", [gates * units, depth], blocks(turned, depth))
    }
    guard parameters.count > 2 else { return }
    let bias = values(parameters[2])
    let width = gates * units
    let second =
      bias.count > width ? Array(bias[width...]) : [Float](repeating: 0, count: width)
    add("\(name).bias_ih\(suffix)", [width], blocks(Array(bias[..<width]), 1))
    add("\(name).bias_hh\(suffix)", [width], blocks(second, 1))
  }

  // MARK: Other layers

  private static let names = [
    "bias": "bias", "embeddings": "weight", "gamma": "weight", "beta": "bias",
    "moving_mean": "running_mean", "moving_variance": "running_var", "alpha": "weight",
  ]

  private mutating func addLayer(_ parameters: [Parameter]) throws(KerasFormatError) {
    for parameter in parameters {
      let own = parameter.name.split(separator: "/").last.map(String.init) ?? ""
      let name = Self.module(of: parameter, levels: 1, parameter.object)
      let shape = parameter.slot.shape
      if own == "kernel", shape.count > 1 {
        // [inputs, outputs] or [length, inputs, outputs], turned around.
        let turned = Self.reversed(values(parameter), shape)
        add("\(name).weight", shape.reversed(), turned)
      } else if let torch = Self.names[own] {
        add("\(name).\(torch)", shape, values(parameter))
      } else {
        throw KerasFormatError(
          "Writing for PyTorch: it has no layer with an array like '\(parameter.path)'.")
      }
    }
  }

  /// The name of the module: the path without what Keras calls the cell and the array.
  private static func module(of parameter: Parameter, levels: Int, _ object: String) -> String {
    var parts = parameter.path.split(separator: "/").map(String.init)
    parts.removeLast(min(levels, parts.count - 1))
    // The directions of one layer are told apart by the suffix, the cells of a stack by the level.
    if object.contains("forward_layer") || object.contains("backward_layer")
      || object.contains("/cells/"), parts.count > 1
    {
      parts.removeLast()
    }
    return parts.joined(separator: ".")
  }

  private mutating func add(_ name: String, _ shape: [Int], _ values: [Float]) {
    tensors.append(Tensor(name: name, shape: shape, values: values))
  }

  private static func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
    reversed(values, [rows, columns])
  }

  /// The array with its axes in reverse order.
  private static func reversed(_ values: [Float], _ shape: [Int]) -> [Float] {
    let strides = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
    var result = [Float](repeating: 0, count: values.count)
    let target = Array(shape.reversed())
    for index in result.indices {
      var (rest, place) = (index, 0)
      for axis in target.indices.reversed() {
        place += rest % target[axis] * strides[shape.count - 1 - axis]
        rest /= target[axis]
      }
      result[index] = values[place]
    }
    return result
  }
}

import Networks
import Tensors

/// Writes a PyTorch `state_dict` as safetensors: a header of JSON, then the arrays.
///
/// PyTorch keeps kernels with outputs first, two biases for each cell, and a GRU's gates in the
/// order r, z, n; the gates of an LSTM have Keras's order.
struct SafetensorsWriter {
  private let model: SavedModel

  init(_ model: SavedModel) { self.model = model }

  /// The whole file.
  func bytes() throws -> [UInt8] {
    try TorchMeaning.check(try model.config(.archive))
    var header = JSONObject()
    header["__metadata__"] = ["format": "pt"]
    var content: [UInt8] = []
    for tensor in try TorchTensors(model).tensors {
      let start = content.count
      tensor.values.withUnsafeBytes { content.append(contentsOf: $0) }
      header[tensor.name] = [
        "dtype": "F32", "shape": .array(tensor.shape.map(JSON.int)),
        "data_offsets": [.int(start), .int(content.count)],
      ]
    }
    var text = Array(JSON.object(header).description.utf8)
    text += [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    let length = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) }
    return length + text + content
  }
}

/// What of Keras's recurrent layers PyTorch's cannot compute.
enum TorchMeaning {
  /// Refuses options that PyTorch's `LSTM`, `GRU` and `RNN` do not have.
  static func check(_ json: JSON) throws(KerasFormatError) {
    for value in json.array ?? [] { try check(value) }
    guard let object = json.object else { return }
    if let className = object["class_name"]?.string, let config = object["config"]?.object {
      try check(className, config)
    }
    for (_, value) in object.pairs { try check(value) }
  }

  private static func check(
    _ className: String, _ config: JSONObject
  ) throws(KerasFormatError) {
    let kind = className.replacing("Cell", with: "")
    guard ["LSTM", "GRU", "SimpleRNN"].contains(kind) else { return }
    let name = config["name"]?.string ?? className
    try require(config, "activation", kind == "SimpleRNN" ? ["tanh", "relu"] : ["tanh"], name)
    if kind == "SimpleRNN" { return }
    try require(config, "recurrent_activation", ["sigmoid"], name)
    guard kind == "LSTM" || config["reset_after"] == true else {
      throw KerasFormatError(
        "Writing for PyTorch: the layer '\(name)' resets its state before the product; PyTorch's GRU "
          + "does so after it, as Keras's with reset_after=True.")
    }
  }

  private static func require(
    _ config: JSONObject, _ key: String, _ known: [String], _ name: String
  ) throws(KerasFormatError) {
    guard let value = config[key]?.string, !known.contains(value) else { return }
    throw KerasFormatError(
      "Writing for PyTorch: the layer '\(name)' has \(key) '\(value)'; PyTorch's layer has "
        + "\(known.joined(separator: " or ")) alone.")
  }
}

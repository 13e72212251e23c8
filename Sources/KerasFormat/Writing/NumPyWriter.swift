import Networks

/// Writes arrays for NumPy: a zip archive with an `.npy` for each, under Keras's path.
struct NumPyWriter {
  private let model: SavedModel

  init(_ model: SavedModel) { self.model = model }

  /// The whole file.
  func bytes() throws(KerasFormatError) -> [UInt8] {
    var archive = ZipWriter()
    for parameter in model.network.parameters {
      let header = Self.header(parameter.slot.shape)
      let values = UnsafeRawBufferPointer(
        UnsafeBufferPointer(model.weights[parameter.slot]))
      archive.add("\(parameter.path).npy", header + Array(values))
    }
    return try archive.bytes()
  }

  /// Version 1.0 of the format: a literal of Python, padded so that the data is aligned.
  private static func header(_ shape: [Int]) -> [UInt8] {
    let sizes = shape.map { "\($0)," }.joined(separator: " ")
    var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(sizes)), }"
    let length = (10 + text.utf8.count + 1 + 63) / 64 * 64 - 10
    text += String(repeating: " ", count: length - text.utf8.count - 1) + "\n"
    let magic: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    return magic + [UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
  }
}

import Tensors

/// What fills a parameter before training.
public protocol Initializer: Sendable {
  /// Fills a parameter of Keras's shape, row-major, with numbers of a stream.
  func fill(
    _ target: UnsafeMutableBufferPointer<Float>, shape: [Int], random: inout RandomStream)
}

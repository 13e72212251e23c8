/// A layer's options, as Keras names them; an immutable value that holds no numbers.
public protocol Layer: Sendable {
  /// The name that Keras gives the class, for example `LSTM`.
  static var className: String { get }

  /// The layer's own name; nil lets the blueprint choose one as Keras does.
  var name: String? { get }

  /// Declares parameters, scratch and operations for one use of the layer.
  ///
  /// - Parameters:
  ///   - inputs: what flows in.
  ///   - blueprint: collects what the layer needs.
  /// - Returns: what flows out.
  /// - Throws: a sentence when the inputs do not fit.
  func build(_ inputs: [Value], _ blueprint: inout Blueprint) throws(NetworkError) -> [Value]
}

/// One use of a layer in a network: slots and extents, and the two passes over them.
///
/// `backward` reads the gradient of what `forward` wrote, overwrites the gradient of what it
/// read, and adds to the gradients of the parameters.
public protocol Operation: Sendable {
  /// Computes the outputs of one shard.
  func forward(_ pass: borrowing Pass)
  /// Computes the gradients of one shard.
  func backward(_ pass: borrowing Pass)
}

extension Layer {
  /// The only input, when there is one.
  func single(_ inputs: [Value]) throws(NetworkError) -> Value {
    guard inputs.count == 1, let input = inputs.first else {
      throw NetworkError("\(Self.className) takes one input, and got \(inputs.count).")
    }
    return input
  }
}

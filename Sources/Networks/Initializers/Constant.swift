import Tensors

/// Zeros, as Keras's `Zeros`.
public struct Zeros: NamedInitializer, Equatable {
  /// Keras's name of the class.
  public static let className = "Zeros"

  /// The initializer; it has no options.
  public init() {}

  /// Fills a parameter with zeros.
  public func fill(
    _ target: UnsafeMutableBufferPointer<Float>, shape: [Int], random: inout RandomStream
  ) {
    target.update(repeating: 0)
  }
}

/// Ones, as Keras's `Ones`.
public struct Ones: NamedInitializer, Equatable {
  /// Keras's name of the class.
  public static let className = "Ones"

  /// The initializer; it has no options.
  public init() {}

  /// Fills a parameter with ones.
  public func fill(
    _ target: UnsafeMutableBufferPointer<Float>, shape: [Int], random: inout RandomStream
  ) {
    target.update(repeating: 1)
  }
}

/// One number everywhere, as Keras's `Constant`.
public struct Constant: NamedInitializer, Equatable {
  /// Keras's name of the class.
  public static let className = "Constant"
  /// The number.
  public var value: Double

  /// A number everywhere, 0 unless given, as in Keras.
  public init(_ value: Double = 0) { self.value = value }

  /// Fills a parameter with the number.
  public func fill(
    _ target: UnsafeMutableBufferPointer<Float>, shape: [Int], random: inout RandomStream
  ) {
    target.update(repeating: Float(value))
  }
}

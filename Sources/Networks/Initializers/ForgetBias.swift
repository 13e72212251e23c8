import Tensors

/// The bias of an LSTM whose gates start by keeping the cell state: ones for gate f, another
/// initializer for i, c and o (Jozefowicz 2015), as Keras's `unit_forget_bias`.
public struct ForgetBias: Initializer {
  /// What fills the other gates; the one that Keras's config names.
  public var base: any Initializer

  /// Ones for gate f, `base` for the others.
  public init(_ base: any Initializer) { self.base = base }

  /// Fills a bias [4·units] in the order i, f, c, o: as Keras does, [units], ones and [2·units].
  public func fill(
    _ target: UnsafeMutableBufferPointer<Float>, shape: [Int], random: inout RandomStream
  ) {
    let units = target.count / 4
    let (input, forget, rest) = (0..<units, units..<2 * units, 2 * units..<target.count)
    base.fill(.init(rebasing: target[input]), shape: [input.count], random: &random)
    target[forget].update(repeating: 1)
    base.fill(.init(rebasing: target[rest]), shape: [rest.count], random: &random)
  }
}

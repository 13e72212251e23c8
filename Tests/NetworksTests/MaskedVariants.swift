import Networks

extension LayerVariants {
  /// One kind of recurrent layer under a mask, with all options that masks meet.
  static func masked(_ kind: String) -> [(name: String, model: Functional)] {
    (0..<128).map { bits in
      func flag(_ bit: Int) -> Bool { bits >> bit & 1 != 0 }
      let inBlocks = flag(6)
      let variant = Recurrent(
        kind: kind, activation: inBlocks ? (takesBlocks(kind) ? .softmax : .sigmoid) : .tanh,
        recurrentActivation: .sigmoid,
        sequences: flag(0), backwards: flag(1), useBias: !inBlocks, stateful: flag(2),
        returnState: flag(3), dropout: inBlocks ? 0.4 : 0, recurrentDropout: inBlocks ? 0.3 : 0)
      return (
        "masked \(variant) zero \(flag(4)) given \(flag(5))",
        model(variant, zeroes: flag(4), isGiven: flag(5))
      )
    }
  }

  /// A layer under a mask; its states come from the sequence itself if they are given.
  private static func model(_ variant: Recurrent, zeroes: Bool, isGiven: Bool) -> Functional {
    var model = Functional(name: "masked")
    let x = model.input("x", Shape([4, 2]))
    guard var layer = variant.layer(units: 3) as? any RecurrentLayer else { return model }
    layer.walk.zeroOutputForMask = zeroes
    layer.walk.usesMaskWithInitialState = true
    let flat = model.call(Flatten(), x)
    let states = layer.stateSizes.map { model.call(Dense($0), flat) }
    let handle = model.add(layer)
    let y = model.call(handle, [model.call(HalfMask(), x)] + (isGiven ? states : []))
    model.outputs = [y]
    if variant.returnState { model.outputs += states.indices.map { y.output(1 + $0) } }
    return model
  }
}

/// One time step of a recurrent cell, for any pair of activations: φ and σ in Keras's equations.
protocol CellStep {
  func run<Activation: Curve, Recurrent: Curve>(_ phi: Activation, _ sigma: Recurrent)
}

extension CellStep {
  /// Runs the step.
  ///
  /// The pairs that people train get loops of their own; all others share one that chooses the
  /// function at each vector. A cell keeps outputs alone, so neither may read its input.
  @_transparent
  func run(_ activation: ElementwiseActivation, _ recurrent: ElementwiseActivation) {
    switch (activation, recurrent) {
    case (.tanh, .sigmoid): run(Tanh(), Sigmoid())
    case (.sigmoid, .sigmoid): run(Sigmoid(), Sigmoid())
    case (.tanh, .hardSigmoid): run(Tanh(), HardSigmoid(steepness: 1 / 6))
    case (.relu, .sigmoid): run(Rectifier(), Sigmoid())
    default: run(AnyCurve(kind: activation), AnyCurve(kind: recurrent))
    }
  }
}

/// A cell that can have what a later step needs fetched, where its matrices are in no near cache.
protocol FarCellStep: CellStep {
  var rows: Int { get }
  var units: Int { get }
  func runFar<Activation: Curve, Recurrent: Curve>(_ phi: Activation, _ sigma: Recurrent)
}

extension FarCellStep {
  /// Runs the step over matrices that are near or far.
  @_transparent
  func runAnywhere(_ activation: ElementwiseActivation, _ recurrent: ElementwiseActivation) {
    // The matrices of all steps then take more than the near caches have.
    if rows * units >= 1 << 12 {
      Far(cell: self).run(activation, recurrent)
    } else {
      run(activation, recurrent)
    }
  }
}

/// A cell over matrices that are far.
///
/// (As a case of the cell's own loop it took registers from the other, which was 3 % slower then.)
struct Far<Cell: FarCellStep>: CellStep {
  let cell: Cell

  func run<Activation: Curve, Recurrent: Curve>(_ phi: Activation, _ sigma: Recurrent) {
    cell.runFar(phi, sigma)
  }
}

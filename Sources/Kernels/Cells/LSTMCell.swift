/// In which order an LSTM's sums stand, and what is added to that of the forget gate.
///
/// The input gate comes first and the output gate last in every order that is in use.
public struct LSTMGates: Sendable, Hashable {
  /// The place of the forget gate among the four blocks of columns.
  public let forget: Int
  /// The place of the new value.
  public let newValue: Int
  /// What is added to the forget gate's sum at every step.
  public let forgetBias: Float

  /// Keras's order i, f, c, o, and no further bias.
  public static let keras = LSTMGates(forget: 1, newValue: 2, forgetBias: 0)

  /// The order i, c, f, o with a bias that is added while it runs.
  public static func newValueSecond(forgetBias: Float) -> LSTMGates {
    LSTMGates(forget: 2, newValue: 1, forgetBias: forgetBias)
  }
}

/// One time step of an LSTM, forward.
///
/// As in Keras, with the gates in the order i, f, c, o unless `order` says another one:
///
///     i = σ(z_i)  f = σ(z_f)  g = φ(z_c)  o = σ(z_o)
///     c = f ⊙ cPrevious + i ⊙ g        h = o ⊙ φ(c)
///
/// `gates` [rows, 4·units] holds z = x·K + h·R + b and leaves with i, f, g, o. Written: `c`,
/// `activatedC` = φ(c) and `h`, each [rows, units]; `c` may be `cPrevious`.
public func lstmForward(
  activation: ElementwiseActivation, recurrentActivation: ElementwiseActivation,
  order: LSTMGates = .keras, rows: Int, units: Int, gates: UnsafeMutablePointer<Float>,
  cPrevious: UnsafePointer<Float>,
  c: UnsafeMutablePointer<Float>, activatedC: UnsafeMutablePointer<Float>,
  h: UnsafeMutablePointer<Float>
) {
  LSTMForward(
    order: order, rows: rows, units: units, gates: gates, cPrevious: cPrevious, c: c,
    activatedC: activatedC, h: h
  ).run(activation, recurrentActivation)
}

/// One time step of an LSTM, backward.
///
/// Given: `gates` (i, f, g, o), `cPrevious` and `activatedC` as `lstmForward` left them, and `dh`
/// [rows, units], the whole gradient of h. `dc` [rows, units] arrives with the gradient of c from
/// the next step (zeros at the last) and leaves with that of `cPrevious`. Written: `dGates`
/// [rows, 4·units], the gradient of z; it may be `gates`.
public func lstmBackward(
  activation: ElementwiseActivation, recurrentActivation: ElementwiseActivation,
  order: LSTMGates = .keras, rows: Int, units: Int, gates: UnsafePointer<Float>,
  cPrevious: UnsafePointer<Float>,
  activatedC: UnsafePointer<Float>, dh: UnsafePointer<Float>, dc: UnsafeMutablePointer<Float>,
  dGates: UnsafeMutablePointer<Float>
) {
  LSTMBackward(
    order: order, rows: rows, units: units, gates: gates, cPrevious: cPrevious,
    activatedC: activatedC, dh: dh, dc: dc, dGates: dGates
  ).run(activation, recurrentActivation)
}

private struct LSTMForward: CellStep {
  let order: LSTMGates
  let rows: Int
  let units: Int
  let gates: UnsafeMutablePointer<Float>
  let cPrevious: UnsafePointer<Float>
  let c: UnsafeMutablePointer<Float>
  let activatedC: UnsafeMutablePointer<Float>
  let h: UnsafeMutablePointer<Float>

  func run<Activation: Curve, Recurrent: Curve>(_ phi: Activation, _ sigma: Recurrent) {
    for row in 0..<rows { Row(cell: self, phi: phi, sigma: sigma, row: row).run(units) }
  }

  private struct Row<Phi: Curve, Sigma: Curve>: VectorLoop {
    let cell: LSTMForward
    let phi: Phi
    let sigma: Sigma
    let row: Int

    @_transparent
    func step(_ place: Int, _ lanes: Int) {
      let first = row * cell.units
      let gate = cell.gates + 4 * first + place
      let (forget, new) = (cell.order.forget * cell.units, cell.order.newValue * cell.units)
      let i = sigma.value(load(gate, lanes))
      let f = sigma.value(load(gate + forget, lanes) + cell.order.forgetBias)
      let g = phi.value(load(gate + new, lanes))
      let o = sigma.value(load(gate + 3 * cell.units, lanes))
      let state = f.times(load(cell.cPrevious + first + place, lanes), plus: i * g)
      let activated = phi.value(state)
      store(i, gate, lanes)
      store(f, gate + forget, lanes)
      store(g, gate + new, lanes)
      store(o, gate + 3 * cell.units, lanes)
      store(state, cell.c + first + place, lanes)
      store(activated, cell.activatedC + first + place, lanes)
      store(o * activated, cell.h + first + place, lanes)
    }
  }
}

private struct LSTMBackward: CellStep {
  let order: LSTMGates
  let rows: Int
  let units: Int
  let gates: UnsafePointer<Float>
  let cPrevious: UnsafePointer<Float>
  let activatedC: UnsafePointer<Float>
  let dh: UnsafePointer<Float>
  let dc: UnsafeMutablePointer<Float>
  let dGates: UnsafeMutablePointer<Float>

  func run<Activation: Curve, Recurrent: Curve>(_ phi: Activation, _ sigma: Recurrent) {
    for row in 0..<rows { Row(cell: self, phi: phi, sigma: sigma, row: row).run(units) }
  }

  private struct Row<Phi: Curve, Sigma: Curve>: VectorLoop {
    let cell: LSTMBackward
    let phi: Phi
    let sigma: Sigma
    let row: Int

    @_transparent
    func step(_ place: Int, _ lanes: Int) {
      let first = row * cell.units
      let gate = cell.gates + 4 * first + place
      let (forget, new) = (cell.order.forget * cell.units, cell.order.newValue * cell.units)
      let i = load(gate, lanes)
      let f = load(gate + forget, lanes)
      let g = load(gate + new, lanes)
      let o = load(gate + 3 * cell.units, lanes)
      let activated = load(cell.activatedC + first + place, lanes)
      let outer = load(cell.dh + first + place, lanes)
      let arriving = load(cell.dc + first + place, lanes)
      let state = (outer * o).times(phi.slope(activated), plus: arriving)
      let previous = load(cell.cPrevious + first + place, lanes)
      let target = cell.dGates + 4 * first + place
      store(state * g * sigma.slope(i), target, lanes)
      store(state * previous * sigma.slope(f), target + forget, lanes)
      store(state * i * phi.slope(g), target + new, lanes)
      store(outer * activated * sigma.slope(o), target + 3 * cell.units, lanes)
      store(state * f, cell.dc + first + place, lanes)
    }
  }
}

/// One time step of an LSTM, forward.
///
/// As in Keras, with the gates in the order i, f, c, o:
///
///     i = σ(z_i)  f = σ(z_f)  g = φ(z_c)  o = σ(z_o)
///     c = f ⊙ cPrevious + i ⊙ g        h = o ⊙ φ(c)
///
/// `gates` [rows, 4·units] holds z = x·K + h·R + b and leaves with i, f, g, o. Written: `c`,
/// `activatedC` = φ(c) and `h`, each [rows, units]; `c` may be `cPrevious`.
public func lstmForward(
  activation: ElementwiseActivation, recurrentActivation: ElementwiseActivation,
  rows: Int, units: Int, gates: UnsafeMutablePointer<Float>, cPrevious: UnsafePointer<Float>,
  c: UnsafeMutablePointer<Float>, activatedC: UnsafeMutablePointer<Float>,
  h: UnsafeMutablePointer<Float>
) {
  LSTMForward(
    rows: rows, units: units, gates: gates, cPrevious: cPrevious, c: c, activatedC: activatedC,
    h: h
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
  rows: Int, units: Int, gates: UnsafePointer<Float>, cPrevious: UnsafePointer<Float>,
  activatedC: UnsafePointer<Float>, dh: UnsafePointer<Float>, dc: UnsafeMutablePointer<Float>,
  dGates: UnsafeMutablePointer<Float>
) {
  LSTMBackward(
    rows: rows, units: units, gates: gates, cPrevious: cPrevious, activatedC: activatedC, dh: dh,
    dc: dc, dGates: dGates
  ).run(activation, recurrentActivation)
}

private struct LSTMForward: CellStep {
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
      let i = sigma.value(load(gate, lanes))
      let f = sigma.value(load(gate + cell.units, lanes))
      let g = phi.value(load(gate + 2 * cell.units, lanes))
      let o = sigma.value(load(gate + 3 * cell.units, lanes))
      let state = f.times(load(cell.cPrevious + first + place, lanes), plus: i * g)
      let activated = phi.value(state)
      store(i, gate, lanes)
      store(f, gate + cell.units, lanes)
      store(g, gate + 2 * cell.units, lanes)
      store(o, gate + 3 * cell.units, lanes)
      store(state, cell.c + first + place, lanes)
      store(activated, cell.activatedC + first + place, lanes)
      store(o * activated, cell.h + first + place, lanes)
    }
  }
}

private struct LSTMBackward: CellStep {
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
      let i = load(gate, lanes)
      let f = load(gate + cell.units, lanes)
      let g = load(gate + 2 * cell.units, lanes)
      let o = load(gate + 3 * cell.units, lanes)
      let activated = load(cell.activatedC + first + place, lanes)
      let outer = load(cell.dh + first + place, lanes)
      let arriving = load(cell.dc + first + place, lanes)
      let state = (outer * o).times(phi.slope(activated), plus: arriving)
      let previous = load(cell.cPrevious + first + place, lanes)
      let target = cell.dGates + 4 * first + place
      store(state * g * sigma.slope(i), target, lanes)
      store(state * previous * sigma.slope(f), target + cell.units, lanes)
      store(state * i * phi.slope(g), target + 2 * cell.units, lanes)
      store(outer * activated * sigma.slope(o), target + 3 * cell.units, lanes)
      store(state * f, cell.dc + first + place, lanes)
    }
  }
}

import CPlatform

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
  ).runAnywhere(activation, recurrentActivation)
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
  ).runAnywhere(activation, recurrentActivation)
}

private struct LSTMForward: FarCellStep {
  let order: LSTMGates
  let rows: Int
  let units: Int
  let gates: UnsafeMutablePointer<Float>
  let cPrevious: UnsafePointer<Float>
  let c: UnsafeMutablePointer<Float>
  let activatedC: UnsafeMutablePointer<Float>
  let h: UnsafeMutablePointer<Float>

  func run<Activation: Curve, Recurrent: Curve>(_ phi: Activation, _ sigma: Recurrent) {
    Loop(cell: self, phi: phi, sigma: sigma).run(rows: rows, units: units)
  }

  func runFar<Activation: Curve, Recurrent: Curve>(_ phi: Activation, _ sigma: Recurrent) {
    Loop(cell: self, phi: phi, sigma: sigma).runFar(rows: rows, units: units)
  }

  private struct Loop<Phi: Curve, Sigma: Curve>: CurvedCellLoop, FetchingCellLoop {
    let cell: LSTMForward
    let phi: Phi
    let sigma: Sigma

    @_transparent
    func fetch(_ row: Int, _ place: Int) {
      let unit = row * cell.units + place
      fetchGates(cell.gates, row, place, units: cell.units)
      lockstep_fetch_near(cell.cPrevious + unit)
      lockstep_fetch_near(cell.c + unit)
      lockstep_fetch_near(cell.activatedC + unit)
      lockstep_fetch_near(cell.h + unit)
    }

    @_transparent
    func step<L: CellLanes>(_ row: Int, _ place: Int, _ lanes: L) {
      let units = cell.units
      let (first, columns) = (row * units, 4 * units)
      let gate = cell.gates + 4 * first + place
      let (forget, new) = (cell.order.forget * units, cell.order.newValue * units)
      let i = sigma.value(lanes.load(gate, columns))
      let bias = L.Numbers(repeating: cell.order.forgetBias)
      let f = sigma.value(lanes.load(gate + forget, columns) + bias)
      let g = phi.value(lanes.load(gate + new, columns))
      let o = sigma.value(lanes.load(gate + 3 * units, columns))
      let state = f.times(lanes.load(cell.cPrevious + first + place, units), plus: i * g)
      let activated = phi.value(state)
      lanes.store(i, gate, columns)
      lanes.store(f, gate + forget, columns)
      lanes.store(g, gate + new, columns)
      lanes.store(o, gate + 3 * units, columns)
      lanes.store(state, cell.c + first + place, units)
      lanes.store(activated, cell.activatedC + first + place, units)
      lanes.store(o * activated, cell.h + first + place, units)
    }
  }
}

private struct LSTMBackward: FarCellStep {
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
    Loop(cell: self, phi: phi, sigma: sigma).run(rows: rows, units: units)
  }

  func runFar<Activation: Curve, Recurrent: Curve>(_ phi: Activation, _ sigma: Recurrent) {
    Loop(cell: self, phi: phi, sigma: sigma).runFar(rows: rows, units: units)
  }

  private struct Loop<Phi: Curve, Sigma: Curve>: FetchingCellLoop {
    let cell: LSTMBackward
    let phi: Phi
    let sigma: Sigma

    @_transparent
    func fetch(_ row: Int, _ place: Int) {
      let unit = row * cell.units + place
      fetchGates(cell.gates, row, place, units: cell.units)
      lockstep_fetch_near(cell.cPrevious + unit)
      lockstep_fetch_near(cell.activatedC + unit)
    }

    @_transparent
    func step(_ row: Int, _ place: Int, _ lanes: some CellLanes) {
      let units = cell.units
      let (unit, columns) = (settled(row * units + place), 4 * units)
      let block = settled(row * columns + place)
      let gate = cell.gates + block
      let (forget, new) = (cell.order.forget * units, cell.order.newValue * units)
      let i = lanes.load(gate, columns)
      let f = lanes.load(gate + forget, columns)
      let g = lanes.load(gate + new, columns)
      let o = lanes.load(gate + 3 * units, columns)
      let activated = lanes.load(cell.activatedC + unit, units)
      let outer = lanes.load(cell.dh + unit, units)
      let arriving = lanes.load(cell.dc + unit, units)
      let state = (outer * o).times(phi.slope(activated), plus: arriving)
      let previous = lanes.load(cell.cPrevious + unit, units)
      let target = cell.dGates + block
      lanes.store(state * g * sigma.slope(i), target, columns)
      lanes.store(state * previous * sigma.slope(f), target + forget, columns)
      lanes.store(state * i * phi.slope(g), target + new, columns)
      lanes.store(outer * activated * sigma.slope(o), target + 3 * units, columns)
      lanes.store(state * f, cell.dc + unit, units)
    }
  }
}

/// Has the four gates of a unit and its neighbours fetched.
@_transparent
private func fetchGates(_ gates: UnsafePointer<Float>, _ row: Int, _ place: Int, units: Int) {
  let gate = gates + 4 * row * units + place
  for block in 0..<4 { lockstep_fetch_near(gate + block * units) }
}

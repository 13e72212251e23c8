/// The numbers of one time step of an LSTM whose gates see the cell state, [rows, units] each unless
/// stated.
public struct PeepholeStep {
  /// How many rows.
  public let rows: Int
  /// How many units.
  public let units: Int
  /// What the gates i, f and o see of the state, [3, units].
  public let peephole: UnsafePointer<Float>
  /// Sums, then gates, then the gradients of the sums, in the order i, f, c, o, [rows, 4·units].
  public let gates: UnsafeMutablePointer<Float>
  /// The state before the step.
  public let cPrevious: UnsafePointer<Float>
  /// The state after the step.
  public let c: UnsafeMutablePointer<Float>
  /// ψ(c).
  public let activatedC: UnsafeMutablePointer<Float>

  /// The numbers of a step.
  public init(
    rows: Int, units: Int, peephole: UnsafePointer<Float>, gates: UnsafeMutablePointer<Float>,
    cPrevious: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>,
    activatedC: UnsafeMutablePointer<Float>
  ) {
    self.rows = rows
    self.units = units
    self.peephole = peephole
    self.gates = gates
    self.cPrevious = cPrevious
    self.c = c
    self.activatedC = activatedC
  }
}

/// One time step of an LSTM with peepholes, forward.
///
///     i = σ(z_i + p_i ⊙ cPrevious)   f = σ(z_f + p_f ⊙ cPrevious)   g = φ(z_c)
///     c = f ⊙ cPrevious + i ⊙ g      o = σ(z_o + p_o ⊙ c)           h = o ⊙ ψ(c)
///
/// The step's `gates` hold z = x·K + h·R + b and leave with i, f, g, o. Written: its `c` and
/// `activatedC`, and `h` [rows, units]; `c` may not be `cPrevious`.
public func peepholeForward(
  activation: ElementwiseActivation, recurrentActivation: ElementwiseActivation,
  outputActivation: ElementwiseActivation, _ step: PeepholeStep, h: UnsafeMutablePointer<Float>
) {
  let output = outputActivation == activation ? nil : AnyCurve(kind: outputActivation)
  PeepholeForward(step: step, h: h, output: output).run(activation, recurrentActivation)
}

/// One time step of an LSTM with peepholes, backward.
///
/// Given: the step as `peepholeForward` left it, and `dh` [rows, units], the whole gradient of h.
/// `dc` [rows, units] arrives with the gradient of c from the next step (zeros at the last) and
/// leaves with that of `cPrevious`. The step's `gates` leave with the gradients of z.
public func peepholeBackward(
  activation: ElementwiseActivation, recurrentActivation: ElementwiseActivation,
  outputActivation: ElementwiseActivation, _ step: PeepholeStep, dh: UnsafePointer<Float>,
  dc: UnsafeMutablePointer<Float>
) {
  let output = outputActivation == activation ? nil : AnyCurve(kind: outputActivation)
  PeepholeBackward(step: step, dh: dh, dc: dc, output: output)
    .run(activation, recurrentActivation)
}

/// Adds the gradients of the peepholes.
///
/// From the gradients of z that `peepholeBackward` left:
///
///     dp_i += Σ dz_i ⊙ cPrevious   dp_f += Σ dz_f ⊙ cPrevious   dp_o += Σ dz_o ⊙ c
///
/// `gradient` is [3, units]; the rows are added in their order.
public func peepholeGradient(_ step: PeepholeStep, to gradient: UnsafeMutablePointer<Float>) {
  let units = step.units
  for row in 0..<step.rows {
    let gates = UnsafePointer(step.gates + 4 * row * units)
    let before = step.cPrevious + row * units
    addProduct(count: units, gates, before, to: gradient)
    addProduct(count: units, gates + units, before, to: gradient + units)
    addProduct(
      count: units, gates + 3 * units, UnsafePointer(step.c + row * units),
      to: gradient + 2 * units)
  }
}

private struct PeepholeForward: CellStep {
  let step: PeepholeStep
  let h: UnsafeMutablePointer<Float>
  /// ψ; nil where it is φ.
  let output: AnyCurve?

  func run<Activation: Curve, Recurrent: Curve>(_ phi: Activation, _ sigma: Recurrent) {
    if let output {
      Loop(step: step, h: h, phi: phi, sigma: sigma, psi: output)
        .run(rows: step.rows, units: step.units)
    } else {
      Loop(step: step, h: h, phi: phi, sigma: sigma, psi: phi)
        .run(rows: step.rows, units: step.units)
    }
  }

  private struct Loop<Phi: Curve, Sigma: Curve, Psi: Curve>: CurvedCellLoop {
    let step: PeepholeStep
    let h: UnsafeMutablePointer<Float>
    let phi: Phi
    let sigma: Sigma
    let psi: Psi

    @_transparent
    func step(_ row: Int, _ place: Int, _ lanes: some CellLanes) {
      let (units, columns, at) = (step.units, 4 * step.units, row * step.units + place)
      let gate = step.gates + row * columns + place
      let peephole = step.peephole + place
      let before = lanes.load(step.cPrevious + at, units)
      // All rows have the same peepholes.
      let i = sigma.value(
        lanes.load(peephole, 0).times(before, plus: lanes.load(gate, columns)))
      let f = sigma.value(
        lanes.load(peephole + units, 0).times(before, plus: lanes.load(gate + units, columns)))
      let g = phi.value(lanes.load(gate + 2 * units, columns))
      let state = f.times(before, plus: i * g)
      let o = sigma.value(
        lanes.load(peephole + 2 * units, 0)
          .times(state, plus: lanes.load(gate + 3 * units, columns)))
      let activated = psi.value(state)
      lanes.store(i, gate, columns)
      lanes.store(f, gate + units, columns)
      lanes.store(g, gate + 2 * units, columns)
      lanes.store(o, gate + 3 * units, columns)
      lanes.store(state, step.c + at, units)
      lanes.store(activated, step.activatedC + at, units)
      lanes.store(o * activated, h + at, units)
    }
  }
}

private struct PeepholeBackward: CellStep {
  let step: PeepholeStep
  let dh: UnsafePointer<Float>
  let dc: UnsafeMutablePointer<Float>
  /// ψ; nil where it is φ.
  let output: AnyCurve?

  func run<Activation: Curve, Recurrent: Curve>(_ phi: Activation, _ sigma: Recurrent) {
    if let output {
      Loop(cell: self, phi: phi, sigma: sigma, psi: output)
        .run(rows: step.rows, units: step.units)
    } else {
      Loop(cell: self, phi: phi, sigma: sigma, psi: phi)
        .run(rows: step.rows, units: step.units)
    }
  }

  private struct Loop<Phi: Curve, Sigma: Curve, Psi: Curve>: CellLoop {
    let cell: PeepholeBackward
    let phi: Phi
    let sigma: Sigma
    let psi: Psi

    @_transparent
    func step(_ row: Int, _ place: Int, _ lanes: some CellLanes) {
      let units = cell.step.units
      let (columns, at) = (4 * units, row * units + place)
      let gate = cell.step.gates + row * columns + place
      let peephole = cell.step.peephole + place
      let i = lanes.loadFetching(gate, columns)
      let f = lanes.loadFetching(gate + units, columns)
      let g = lanes.loadFetching(gate + 2 * units, columns)
      let o = lanes.loadFetching(gate + 3 * units, columns)
      let activated = lanes.loadFetching(cell.step.activatedC + at, units)
      let outer = lanes.load(cell.dh + at, units)
      let opened = outer * activated * sigma.slope(o)
      let arriving = opened.times(
        lanes.load(peephole + 2 * units, 0), plus: lanes.load(cell.dc + at, units))
      let state = (outer * o).times(psi.slope(activated), plus: arriving)
      let entered = state * g * sigma.slope(i)
      let kept = state * lanes.loadFetching(cell.step.cPrevious + at, units) * sigma.slope(f)
      let seen = entered.times(
        lanes.load(peephole, 0), plus: kept * lanes.load(peephole + units, 0))
      lanes.store(entered, gate, columns)
      lanes.store(kept, gate + units, columns)
      lanes.store(state * i * phi.slope(g), gate + 2 * units, columns)
      lanes.store(opened, gate + 3 * units, columns)
      lanes.store(state.times(f, plus: seen), cell.dc + at, units)
    }
  }
}

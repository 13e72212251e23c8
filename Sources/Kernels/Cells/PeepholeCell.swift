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
    for row in 0..<step.rows {
      if let output {
        Row(step: step, h: h, phi: phi, sigma: sigma, psi: output, row: row).run(step.units)
      } else {
        Row(step: step, h: h, phi: phi, sigma: sigma, psi: phi, row: row).run(step.units)
      }
    }
  }

  private struct Row<Phi: Curve, Sigma: Curve, Psi: Curve>: VectorLoop {
    let step: PeepholeStep
    let h: UnsafeMutablePointer<Float>
    let phi: Phi
    let sigma: Sigma
    let psi: Psi
    let row: Int

    @_transparent
    func step(_ place: Int, _ lanes: Int) {
      let (units, at) = (step.units, row * step.units + place)
      let gate = step.gates + 4 * row * units + place
      let peephole = step.peephole + place
      let before = load(step.cPrevious + at, lanes)
      let i = sigma.value(
        load(peephole, lanes).times(before, plus: load(gate, lanes)))
      let f = sigma.value(
        load(peephole + units, lanes).times(before, plus: load(gate + units, lanes)))
      let g = phi.value(load(gate + 2 * units, lanes))
      let state = f.times(before, plus: i * g)
      let o = sigma.value(
        load(peephole + 2 * units, lanes).times(state, plus: load(gate + 3 * units, lanes)))
      let activated = psi.value(state)
      store(i, gate, lanes)
      store(f, gate + units, lanes)
      store(g, gate + 2 * units, lanes)
      store(o, gate + 3 * units, lanes)
      store(state, step.c + at, lanes)
      store(activated, step.activatedC + at, lanes)
      store(o * activated, h + at, lanes)
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
    for row in 0..<step.rows {
      if let output {
        Row(cell: self, phi: phi, sigma: sigma, psi: output, row: row).run(step.units)
      } else {
        Row(cell: self, phi: phi, sigma: sigma, psi: phi, row: row).run(step.units)
      }
    }
  }

  private struct Row<Phi: Curve, Sigma: Curve, Psi: Curve>: VectorLoop {
    let cell: PeepholeBackward
    let phi: Phi
    let sigma: Sigma
    let psi: Psi
    let row: Int

    @_transparent
    func step(_ place: Int, _ lanes: Int) {
      let (units, at) = (cell.step.units, row * cell.step.units + place)
      let gate = cell.step.gates + 4 * row * units + place
      let peephole = cell.step.peephole + place
      let i = load(gate, lanes)
      let f = load(gate + units, lanes)
      let g = load(gate + 2 * units, lanes)
      let o = load(gate + 3 * units, lanes)
      let activated = load(cell.step.activatedC + at, lanes)
      let outer = load(cell.dh + at, lanes)
      let opened = outer * activated * sigma.slope(o)
      let arriving = opened.times(
        load(peephole + 2 * units, lanes), plus: load(cell.dc + at, lanes))
      let state = (outer * o).times(psi.slope(activated), plus: arriving)
      let entered = state * g * sigma.slope(i)
      let kept = state * load(cell.step.cPrevious + at, lanes) * sigma.slope(f)
      let seen = entered.times(
        load(peephole, lanes), plus: kept * load(peephole + units, lanes))
      store(entered, gate, lanes)
      store(kept, gate + units, lanes)
      store(state * i * phi.slope(g), gate + 2 * units, lanes)
      store(opened, gate + 3 * units, lanes)
      store(state.times(f, plus: seen), cell.dc + at, lanes)
    }
  }
}

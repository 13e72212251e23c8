// A GRU without `reset_after` multiplies r ⊙ h by R_h, so that a product stands in the middle of
// each time step; these are the two halves around it, forward and backward:
//
//     z = σ(a_z)  r = σ(a_r)   rh = r ⊙ hPrevious           first half
//     (the caller adds rh·R_h to a_h)
//     g = φ(a_h)  h = z ⊙ hPrevious + (1 - z) ⊙ g           second half

/// The first half of a GRU step without `reset_after`, forward: z, r and r ⊙ h.
///
/// `a` [rows, 3·units] holds x·K + b, to whose z and r blocks hPrevious·R has been added; those blocks
/// leave with z and r. `hPrevious` and the written `resetH` are [rows, units].
public func gruResetBeforeGates(
  recurrentActivation: ElementwiseActivation, rows: Int, units: Int,
  a: UnsafeMutablePointer<Float>, hPrevious: UnsafePointer<Float>,
  resetH: UnsafeMutablePointer<Float>
) {
  GatesForward(rows: rows, units: units, a: a, hPrevious: hPrevious, resetH: resetH)
    .run(recurrentActivation, recurrentActivation)
}

/// The second half of a GRU step without `reset_after`, forward: g and h.
///
/// `a` [rows, 3·units] holds z, r and the pre-activation of g, which becomes g. `hPrevious` and the
/// written `h` are [rows, units] and may be the same.
public func gruResetBeforeOutput(
  activation: ElementwiseActivation, rows: Int, units: Int, a: UnsafeMutablePointer<Float>,
  hPrevious: UnsafePointer<Float>, h: UnsafeMutablePointer<Float>
) {
  OutputForward(rows: rows, units: units, a: a, hPrevious: hPrevious, h: h)
    .run(activation, activation)
}

/// The first half of a GRU step without `reset_after`, backward.
///
/// Given: `gates` [rows, 3·units] (z, r, g), `hPrevious` [rows, units] and `dh` [rows, units], the
/// whole gradient of h. Written: the z and g blocks of `da` [rows, 3·units], and `dhPrevious`
/// [rows, units] = dh ⊙ z. The caller then forms d(rh) = da_g·R_hᵀ. `dhPrevious` may be `dh`.
public func gruResetBeforeOutputBackward(
  activation: ElementwiseActivation, recurrentActivation: ElementwiseActivation,
  rows: Int, units: Int, gates: UnsafePointer<Float>, hPrevious: UnsafePointer<Float>,
  dh: UnsafePointer<Float>, da: UnsafeMutablePointer<Float>,
  dhPrevious: UnsafeMutablePointer<Float>
) {
  OutputBackward(
    rows: rows, units: units, gates: gates, hPrevious: hPrevious, dh: dh, da: da,
    dhPrevious: dhPrevious
  ).run(activation, recurrentActivation)
}

/// The second half of a GRU step without `reset_after`, backward.
///
/// Given: `gates` [rows, 3·units] (z, r, g), `hPrevious` and `dResetH`, the gradient of r ⊙ h, both
/// [rows, units]. Written: the r block of `da` [rows, 3·units]; `dhPrevious` [rows, units] grows by
/// dResetH ⊙ r. (With a mask on the recurrent input, `hPrevious` is the masked state, and
/// `dhPrevious` a zeroed buffer of the caller, to be masked and added.)
public func gruResetBeforeGatesBackward(
  recurrentActivation: ElementwiseActivation, rows: Int, units: Int,
  gates: UnsafePointer<Float>, hPrevious: UnsafePointer<Float>, dResetH: UnsafePointer<Float>,
  da: UnsafeMutablePointer<Float>, dhPrevious: UnsafeMutablePointer<Float>
) {
  GatesBackward(
    rows: rows, units: units, gates: gates, hPrevious: hPrevious, dResetH: dResetH, da: da,
    dhPrevious: dhPrevious
  ).run(recurrentActivation, recurrentActivation)
}

private struct GatesForward: CellStep {
  let rows: Int
  let units: Int
  let a: UnsafeMutablePointer<Float>
  let hPrevious: UnsafePointer<Float>
  let resetH: UnsafeMutablePointer<Float>

  func run<Activation: Curve, Recurrent: Curve>(_ phi: Activation, _ sigma: Recurrent) {
    Loop(cell: self, phi: phi, sigma: sigma).run(rows: rows, units: units)
  }

  private struct Loop<Phi: Curve, Sigma: Curve>: CurvedCellLoop {
    let cell: GatesForward
    let phi: Phi
    let sigma: Sigma

    @_transparent
    func step(_ row: Int, _ place: Int, _ lanes: some CellLanes) {
      let units = cell.units
      let (unit, columns) = (row * units + place, 3 * units)
      let gate = cell.a + row * columns + place
      let z = sigma.value(lanes.load(gate, columns))
      let r = sigma.value(lanes.load(gate + units, columns))
      lanes.store(z, gate, columns)
      lanes.store(r, gate + units, columns)
      lanes.store(r * lanes.load(cell.hPrevious + unit, units), cell.resetH + unit, units)
    }
  }
}

private struct OutputForward: CellStep {
  let rows: Int
  let units: Int
  let a: UnsafeMutablePointer<Float>
  let hPrevious: UnsafePointer<Float>
  let h: UnsafeMutablePointer<Float>

  func run<Activation: Curve, Recurrent: Curve>(_ phi: Activation, _ sigma: Recurrent) {
    Loop(cell: self, phi: phi, sigma: sigma).run(rows: rows, units: units)
  }

  private struct Loop<Phi: Curve, Sigma: Curve>: CurvedCellLoop {
    let cell: OutputForward
    let phi: Phi
    let sigma: Sigma

    @_transparent
    func step(_ row: Int, _ place: Int, _ lanes: some CellLanes) {
      let units = cell.units
      let (unit, columns) = (row * units + place, 3 * units)
      let gate = cell.a + row * columns + place
      let g = phi.value(lanes.load(gate + 2 * units, columns))
      lanes.store(g, gate + 2 * units, columns)
      lanes.store(
        mix(lanes.load(gate, columns), lanes.load(cell.hPrevious + unit, units), g), cell.h + unit,
        units)
    }
  }
}

private struct OutputBackward: CellStep {
  let rows: Int
  let units: Int
  let gates: UnsafePointer<Float>
  let hPrevious: UnsafePointer<Float>
  let dh: UnsafePointer<Float>
  let da: UnsafeMutablePointer<Float>
  let dhPrevious: UnsafeMutablePointer<Float>

  func run<Activation: Curve, Recurrent: Curve>(_ phi: Activation, _ sigma: Recurrent) {
    Loop(cell: self, phi: phi, sigma: sigma).run(rows: rows, units: units)
  }

  private struct Loop<Phi: Curve, Sigma: Curve>: CellLoop {
    let cell: OutputBackward
    let phi: Phi
    let sigma: Sigma

    @_transparent
    func step<L: CellLanes>(_ row: Int, _ place: Int, _ lanes: L) {
      let units = cell.units
      let (unit, columns) = (settled(row * units + place), 3 * units)
      let block = settled(row * columns + place)
      let z = lanes.loadFetching(cell.gates + block, columns)
      let g = lanes.loadFetching(cell.gates + block + 2 * units, columns)
      let outer = lanes.load(cell.dh + unit, units)
      let previous = lanes.loadFetching(cell.hPrevious + unit, units)
      lanes.store(outer * (previous - g) * sigma.slope(z), cell.da + block, columns)
      let new = outer * (L.Numbers(repeating: 1) - z) * phi.slope(g)
      lanes.store(new, cell.da + block + 2 * units, columns)
      lanes.store(outer * z, cell.dhPrevious + unit, units)
    }
  }
}

private struct GatesBackward: CellStep {
  let rows: Int
  let units: Int
  let gates: UnsafePointer<Float>
  let hPrevious: UnsafePointer<Float>
  let dResetH: UnsafePointer<Float>
  let da: UnsafeMutablePointer<Float>
  let dhPrevious: UnsafeMutablePointer<Float>

  func run<Activation: Curve, Recurrent: Curve>(_ phi: Activation, _ sigma: Recurrent) {
    Loop(cell: self, phi: phi, sigma: sigma).run(rows: rows, units: units)
  }

  private struct Loop<Phi: Curve, Sigma: Curve>: CellLoop {
    let cell: GatesBackward
    let phi: Phi
    let sigma: Sigma

    @_transparent
    func step(_ row: Int, _ place: Int, _ lanes: some CellLanes) {
      let units = cell.units
      let (unit, columns) = (settled(row * units + place), 3 * units)
      let block = settled(row * columns + place)
      let r = lanes.loadFetching(cell.gates + block + units, columns)
      let outer = lanes.load(cell.dResetH + unit, units)
      let previous = lanes.load(cell.hPrevious + unit, units)
      lanes.store(outer * previous * sigma.slope(r), cell.da + block + units, columns)
      let sum = outer.times(r, plus: lanes.load(cell.dhPrevious + unit, units))
      lanes.store(sum, cell.dhPrevious + unit, units)
    }
  }
}

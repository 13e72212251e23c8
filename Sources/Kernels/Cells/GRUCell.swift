/// One time step, forward, of a GRU whose reset gate acts after the product (Keras's `reset_after`).
///
/// As in Keras, with the gates in the order z, r, h:
///
///     z = σ(a_z + e_z)  r = σ(a_r + e_r)  g = φ(a_h + r ⊙ e_h)
///     h = z ⊙ hPrevious + (1 - z) ⊙ g
///
/// `a` [rows, 3·units] holds x·K + b and leaves with z, r, g; `e` [rows, 3·units] holds
/// hPrevious·R + d and is only read: the backward pass needs its last block. `h` [rows, units] is
/// written and may be `hPrevious`.
public func gruForward(
  activation: ElementwiseActivation, recurrentActivation: ElementwiseActivation,
  rows: Int, units: Int, a: UnsafeMutablePointer<Float>, e: UnsafePointer<Float>,
  hPrevious: UnsafePointer<Float>, h: UnsafeMutablePointer<Float>
) {
  GRUForward(rows: rows, units: units, a: a, e: e, hPrevious: hPrevious, h: h)
    .run(activation, recurrentActivation)
}

/// One time step of a GRU with `reset_after`, backward.
///
/// Given: `gates` [rows, 3·units] (z, r, g) and `e` as the forward pass left them, `hPrevious`
/// [rows, units], and `dh` [rows, units], the whole gradient of h. Written: `da` and `de`
/// [rows, 3·units], the gradients of a and e, and `dhPrevious` [rows, units] = dh ⊙ z, to which the
/// caller adds de·Rᵀ. `da` may be `gates`, `de` may be `e`, and `dhPrevious` may be `dh`.
public func gruBackward(
  activation: ElementwiseActivation, recurrentActivation: ElementwiseActivation,
  rows: Int, units: Int, gates: UnsafePointer<Float>, e: UnsafePointer<Float>,
  hPrevious: UnsafePointer<Float>, dh: UnsafePointer<Float>, da: UnsafeMutablePointer<Float>,
  de: UnsafeMutablePointer<Float>, dhPrevious: UnsafeMutablePointer<Float>
) {
  GRUBackward(
    rows: rows, units: units, gates: gates, e: e, hPrevious: hPrevious, dh: dh, da: da, de: de,
    dhPrevious: dhPrevious
  ).run(activation, recurrentActivation)
}

private struct GRUForward: CellStep {
  let rows: Int
  let units: Int
  let a: UnsafeMutablePointer<Float>
  let e: UnsafePointer<Float>
  let hPrevious: UnsafePointer<Float>
  let h: UnsafeMutablePointer<Float>

  func run<Activation: Curve, Recurrent: Curve>(_ phi: Activation, _ sigma: Recurrent) {
    for row in 0..<rows { Row(cell: self, phi: phi, sigma: sigma, row: row).run(units) }
  }

  private struct Row<Phi: Curve, Sigma: Curve>: VectorLoop {
    let cell: GRUForward
    let phi: Phi
    let sigma: Sigma
    let row: Int

    @_transparent
    func step(_ place: Int, _ lanes: Int) {
      let unit = row * cell.units + place
      let gate = cell.a + 3 * row * cell.units + place
      let state = cell.e + 3 * row * cell.units + place
      let z = sigma.value(load(gate, lanes) + load(state, lanes))
      let r = sigma.value(load(gate + cell.units, lanes) + load(state + cell.units, lanes))
      let candidate = r.times(
        load(state + 2 * cell.units, lanes), plus: load(gate + 2 * cell.units, lanes))
      let g = phi.value(candidate)
      store(z, gate, lanes)
      store(r, gate + cell.units, lanes)
      store(g, gate + 2 * cell.units, lanes)
      store(mix(z, load(cell.hPrevious + unit, lanes), g), cell.h + unit, lanes)
    }
  }
}

private struct GRUBackward: CellStep {
  let rows: Int
  let units: Int
  let gates: UnsafePointer<Float>
  let e: UnsafePointer<Float>
  let hPrevious: UnsafePointer<Float>
  let dh: UnsafePointer<Float>
  let da: UnsafeMutablePointer<Float>
  let de: UnsafeMutablePointer<Float>
  let dhPrevious: UnsafeMutablePointer<Float>

  func run<Activation: Curve, Recurrent: Curve>(_ phi: Activation, _ sigma: Recurrent) {
    for row in 0..<rows { Row(cell: self, phi: phi, sigma: sigma, row: row).run(units) }
  }

  private struct Row<Phi: Curve, Sigma: Curve>: VectorLoop {
    let cell: GRUBackward
    let phi: Phi
    let sigma: Sigma
    let row: Int

    @_transparent
    func step(_ place: Int, _ lanes: Int) {
      let unit = row * cell.units + place
      let block = 3 * row * cell.units + place
      let z = load(cell.gates + block, lanes)
      let r = load(cell.gates + block + cell.units, lanes)
      let g = load(cell.gates + block + 2 * cell.units, lanes)
      let outer = load(cell.dh + unit, lanes)
      let dz = outer * (load(cell.hPrevious + unit, lanes) - g) * sigma.slope(z)
      let dg = outer * (1 - z) * phi.slope(g)
      let dr = dg * load(cell.e + block + 2 * cell.units, lanes) * sigma.slope(r)
      store(dz, cell.da + block, lanes)
      store(dr, cell.da + block + cell.units, lanes)
      store(dg, cell.da + block + 2 * cell.units, lanes)
      store(dz, cell.de + block, lanes)
      store(dr, cell.de + block + cell.units, lanes)
      store(dg * r, cell.de + block + 2 * cell.units, lanes)
      store(outer * z, cell.dhPrevious + unit, lanes)
    }
  }
}

/// z ⊙ old + (1 - z) ⊙ new: z keeps the old state.
@_transparent
func mix(_ z: Vector, _ old: Vector, _ new: Vector) -> Vector { z.times(old, plus: (1 - z) * new) }

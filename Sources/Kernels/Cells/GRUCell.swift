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
    Loop(cell: self, phi: phi, sigma: sigma).run(rows: rows, units: units)
  }

  private struct Loop<Phi: Curve, Sigma: Curve>: CurvedCellLoop {
    let cell: GRUForward
    let phi: Phi
    let sigma: Sigma

    @_transparent
    func step(_ row: Int, _ place: Int, _ lanes: some CellLanes) {
      let units = cell.units
      let (unit, columns) = (row * units + place, 3 * units)
      let gate = cell.a + row * columns + place
      let state = cell.e + row * columns + place
      let z = sigma.value(lanes.load(gate, columns) + lanes.load(state, columns))
      let r = sigma.value(lanes.load(gate + units, columns) + lanes.load(state + units, columns))
      let candidate = r.times(
        lanes.load(state + 2 * units, columns), plus: lanes.load(gate + 2 * units, columns))
      let g = phi.value(candidate)
      lanes.store(z, gate, columns)
      lanes.store(r, gate + units, columns)
      lanes.store(g, gate + 2 * units, columns)
      lanes.store(mix(z, lanes.load(cell.hPrevious + unit, units), g), cell.h + unit, units)
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
    Loop(cell: self, phi: phi, sigma: sigma).run(rows: rows, units: units)
  }

  private struct Loop<Phi: Curve, Sigma: Curve>: CellLoop {
    let cell: GRUBackward
    let phi: Phi
    let sigma: Sigma

    @_transparent
    func step<L: CellLanes>(_ row: Int, _ place: Int, _ lanes: L) {
      let units = cell.units
      let (unit, columns) = (settled(row * units + place), 3 * units)
      let block = settled(row * columns + place)
      let z = lanes.loadFetching(cell.gates + block, columns)
      let r = lanes.loadFetching(cell.gates + block + units, columns)
      let g = lanes.loadFetching(cell.gates + block + 2 * units, columns)
      let outer = lanes.load(cell.dh + unit, units)
      let dz = outer * (lanes.loadFetching(cell.hPrevious + unit, units) - g) * sigma.slope(z)
      let dg = outer * (L.Numbers(repeating: 1) - z) * phi.slope(g)
      let dr = dg * lanes.loadFetching(cell.e + block + 2 * units, columns) * sigma.slope(r)
      lanes.store(dz, cell.da + block, columns)
      lanes.store(dr, cell.da + block + units, columns)
      lanes.store(dg, cell.da + block + 2 * units, columns)
      lanes.store(dz, cell.de + block, columns)
      lanes.store(dr, cell.de + block + units, columns)
      lanes.store(dg * r, cell.de + block + 2 * units, columns)
      lanes.store(outer * z, cell.dhPrevious + unit, units)
    }
  }
}

/// z ⊙ old + (1 - z) ⊙ new: z keeps the old state.
@_transparent
func mix<V: Vectors>(_ z: V, _ old: V, _ new: V) -> V {
  z.times(old, plus: (V(repeating: 1) - z) * new)
}

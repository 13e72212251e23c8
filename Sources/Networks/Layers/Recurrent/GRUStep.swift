import Kernels
import Tensors

/// One time step of a GRU: fused kernels, or block by block where softmax needs whole rows.
///
/// `a` [rows, 3·units] holds pre-activations, then the gates z r g, then the gradients of the
/// pre-activations; everything else is [rows, units] unless stated.
struct GRUStep: Sendable {
  private let activation: Activation
  private let recurrentActivation: Activation
  private let units: Int
  /// Room for two gradients, where the activations are not fused.
  private let scratch: Extent?

  init(
    _ activation: Activation, _ recurrentActivation: Activation, units: Int,
    _ blueprint: inout Blueprint
  ) {
    self.activation = activation
    self.recurrentActivation = recurrentActivation
    self.units = units
    let isFused = activation.elementwise != nil && recurrentActivation.elementwise != nil
    scratch = isFused ? nil : blueprint.scratch(perRow: 2 * units)
  }

  // MARK: Reset after the product; e = h·recurrent + d, [rows, 3·units]

  func forward(a: Matrix, e: Matrix, previous: Matrix, h: Matrix) {
    if let (activation, recurrent) = fused {
      return gruForward(
        activation: activation, recurrentActivation: recurrent, rows: a.rows, units: units,
        a: a.base, e: e.base, hPrevious: previous.base, h: h.base)
    }
    let (z, r, g) = blocks(a)
    let (ez, er, eh) = blocks(e)
    z.add(ez)
    recurrentActivation.apply(z, into: z)
    r.add(er)
    recurrentActivation.apply(r, into: r)
    g.addProduct(r, eh)
    activation.apply(g, into: g)
    mix(z, g, previous, into: h)
  }

  func backward(
    a: Matrix, e: Matrix, previous: Matrix, dh: Matrix, dPrevious: Matrix, _ pass: borrowing Pass
  ) {
    if let (activation, recurrent) = fused {
      return gruBackward(
        activation: activation, recurrentActivation: recurrent, rows: a.rows, units: units,
        gates: a.base, e: e.base, hPrevious: previous.base, dh: dh.base, da: a.base,
        de: e.base, dhPrevious: dPrevious.base)
    }
    let (z, r, g) = blocks(a)
    let (ez, er, eh) = blocks(e)
    let (s, t) = temporaries(pass)
    unmix(z, g, previous, dh, dPrevious, s, t)
    activation.gradient(g, s, into: g)
    recurrentActivation.gradient(z, t, into: z)
    ez.assign(z)
    t.assignProduct(g, eh)
    eh.assignProduct(g, r)
    recurrentActivation.gradient(r, t, into: r)
    er.assign(r)
  }

  // MARK: Reset before the product, in two halves

  func forwardGates(a: Matrix, previous: Matrix, reset: Matrix) {
    if let (_, recurrent) = fused {
      return gruResetBeforeGates(
        recurrentActivation: recurrent, rows: a.rows, units: units, a: a.base,
        hPrevious: previous.base, resetH: reset.base)
    }
    let (z, r, _) = blocks(a)
    recurrentActivation.apply(z, into: z)
    recurrentActivation.apply(r, into: r)
    reset.assignProduct(r, previous)
  }

  func forwardOutput(a: Matrix, previous: Matrix, h: Matrix) {
    if let (activation, _) = fused {
      return gruResetBeforeOutput(
        activation: activation, rows: a.rows, units: units, a: a.base,
        hPrevious: previous.base, h: h.base)
    }
    let (z, _, g) = blocks(a)
    activation.apply(g, into: g)
    mix(z, g, previous, into: h)
  }

  func backwardOutput(
    a: Matrix, previous: Matrix, dh: Matrix, dPrevious: Matrix, _ pass: borrowing Pass
  ) {
    if let (activation, recurrent) = fused {
      return gruResetBeforeOutputBackward(
        activation: activation, recurrentActivation: recurrent, rows: a.rows, units: units,
        gates: a.base, hPrevious: previous.base, dh: dh.base, da: a.base,
        dhPrevious: dPrevious.base)
    }
    let (z, _, g) = blocks(a)
    let (s, t) = temporaries(pass)
    unmix(z, g, previous, dh, dPrevious, s, t)
    activation.gradient(g, s, into: g)
    recurrentActivation.gradient(z, t, into: z)
  }

  func backwardGates(
    a: Matrix, previous: Matrix, dReset: Matrix, dPrevious: Matrix, _ pass: borrowing Pass
  ) {
    if let (_, recurrent) = fused {
      return gruResetBeforeGatesBackward(
        recurrentActivation: recurrent, rows: a.rows, units: units, gates: a.base,
        hPrevious: previous.base, dResetH: dReset.base, da: a.base,
        dhPrevious: dPrevious.base)
    }
    let (_, r, _) = blocks(a)
    let (s, _) = temporaries(pass)
    dPrevious.addProduct(dReset, r)
    s.assignProduct(dReset, previous)
    recurrentActivation.gradient(r, s, into: r)
  }

  // MARK: Parts

  private var fused: (ElementwiseActivation, ElementwiseActivation)? {
    guard let activation = activation.elementwise, let recurrent = recurrentActivation.elementwise
    else { return nil }
    return (activation, recurrent)
  }

  /// h = z ⊙ previous + (1 - z) ⊙ g = z ⊙ (previous - g) + g.
  private func mix(_ z: Matrix, _ g: Matrix, _ previous: Matrix, into h: Matrix) {
    h.assign(previous)
    h.subtract(g)
    h.assignProduct(z, h)
    h.add(g)
  }

  /// The gradients of `mix`: dPrevious = dh ⊙ z, s = dg = dh ⊙ (1 - z), t = dz = dh ⊙ (previous - g).
  private func unmix(
    _ z: Matrix, _ g: Matrix, _ previous: Matrix, _ dh: Matrix, _ dPrevious: Matrix, _ s: Matrix,
    _ t: Matrix
  ) {
    dPrevious.assignProduct(dh, z)
    s.assign(dh)
    s.subtract(dPrevious)
    t.assign(previous)
    t.subtract(g)
    t.assignProduct(dh, t)
  }

  private func temporaries(_ pass: borrowing Pass) -> (Matrix, Matrix) {
    guard let scratch else { preconditionFailure("activations are fused and need no scratch") }
    let both = pass.scratch(scratch, columns: units)
    return (both.rows(0..<pass.rows), both.rows(pass.rows..<2 * pass.rows))
  }

  private func blocks(_ a: Matrix) -> (Matrix, Matrix, Matrix) {
    (a.columns(0..<units), a.columns(units..<2 * units), a.columns(2 * units..<3 * units))
  }
}

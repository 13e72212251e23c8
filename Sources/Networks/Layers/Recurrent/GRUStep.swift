import Kernels
import Tensors

/// One time step of a GRU: fused kernels, or block by block where activations cannot be fused.
///
/// They cannot where one needs whole rows or, for its gradient, its input; what is kept of a gate is
/// then that input.
///
/// `a` [rows, 3·units] holds pre-activations, then the gates z r g, then the gradients of the
/// pre-activations; everything else is [rows, units] unless stated.
struct GRUStep: Sendable {
  private let activation: Activation
  private let recurrentActivation: Activation
  private let units: Int
  /// Room for four blocks, where the activations are not fused.
  private let scratch: Extent?

  init(
    _ activation: Activation, _ recurrentActivation: Activation, units: Int,
    _ blueprint: inout Blueprint
  ) {
    self.activation = activation
    self.recurrentActivation = recurrentActivation
    self.units = units
    let isFused = activation.fusible != nil && recurrentActivation.fusible != nil
    scratch = isFused ? nil : blueprint.scratch(perRow: 4 * units)
  }

  // MARK: Reset after the product; e = h·recurrent + d, [rows, 3·units]

  func forward(
    a: Matrix, e: Matrix, previous: Matrix, h: Matrix, _ pass: borrowing Pass
  ) {
    if let (activation, recurrent) = fused {
      return gruForward(
        activation: activation, recurrentActivation: recurrent, rows: a.rows, units: units,
        a: a.base, e: e.base, hPrevious: previous.base, h: h.base)
    }
    let (z, r, g) = blocks(a)
    let (ez, er, eh) = blocks(e)
    let (s, t, _, _) = temporaries(pass)
    z.add(ez)
    r.add(er)
    g.addProduct(recurrentActivation.applyKeeping(r, s), eh)
    mix(
      recurrentActivation.applyKeeping(z, s), activation.applyKeeping(g, t), previous, into: h)
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
    let (_, t, spare, _) = temporaries(pass)
    unmix(z, g, previous, dh, dPrevious, pass)
    ez.assign(z)
    t.assignProduct(g, eh)
    eh.assignProduct(g, recurrentActivation.output(of: r, spare))
    recurrentActivation.gradient(r, t, into: r)
    er.assign(r)
  }

  // MARK: Reset before the product, in two halves

  func forwardGates(a: Matrix, previous: Matrix, reset: Matrix, _ pass: borrowing Pass) {
    if let (_, recurrent) = fused {
      return gruResetBeforeGates(
        recurrentActivation: recurrent, rows: a.rows, units: units, a: a.base,
        hPrevious: previous.base, resetH: reset.base)
    }
    let (z, r, _) = blocks(a)
    let (s, t, _, _) = temporaries(pass)
    _ = recurrentActivation.applyKeeping(z, s)
    reset.assignProduct(recurrentActivation.applyKeeping(r, t), previous)
  }

  func forwardOutput(a: Matrix, previous: Matrix, h: Matrix, _ pass: borrowing Pass) {
    if let (activation, _) = fused {
      return gruResetBeforeOutput(
        activation: activation, rows: a.rows, units: units, a: a.base,
        hPrevious: previous.base, h: h.base)
    }
    let (z, _, g) = blocks(a)
    let (s, t, _, _) = temporaries(pass)
    mix(
      recurrentActivation.output(of: z, s), activation.applyKeeping(g, t), previous, into: h)
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
    unmix(z, g, previous, dh, dPrevious, pass)
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
    let (s, _, spare, _) = temporaries(pass)
    dPrevious.addProduct(dReset, recurrentActivation.output(of: r, spare))
    s.assignProduct(dReset, previous)
    recurrentActivation.gradient(r, s, into: r)
  }

  // MARK: Parts

  private var fused: (ElementwiseActivation, ElementwiseActivation)? {
    guard let activation = activation.fusible, let recurrent = recurrentActivation.fusible
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

  /// The gradients of `mix`: dPrevious = dh ⊙ z, dg = dh ⊙ (1 - z), dz = dh ⊙ (previous - g); g and z
  /// become the gradients of their pre-activations.
  private func unmix(
    _ z: Matrix, _ g: Matrix, _ previous: Matrix, _ dh: Matrix, _ dPrevious: Matrix,
    _ pass: borrowing Pass
  ) {
    let (s, t, u, v) = temporaries(pass)
    let (zOutput, gOutput) = (recurrentActivation.output(of: z, u), activation.output(of: g, v))
    t.assign(previous)
    t.subtract(gOutput)
    t.assignProduct(dh, t)
    s.assign(dh)
    dPrevious.assignProduct(dh, zOutput)
    s.subtract(dPrevious)
    activation.gradient(g, s, into: g)
    recurrentActivation.gradient(z, t, into: z)
  }

  private func temporaries(_ pass: borrowing Pass) -> (Matrix, Matrix, Matrix, Matrix) {
    guard let scratch else { preconditionFailure("activations are fused and need no scratch") }
    let all = pass.scratch(scratch, columns: units)
    let rows = pass.rows
    return (
      all.rows(0..<rows), all.rows(rows..<2 * rows), all.rows(2 * rows..<3 * rows),
      all.rows(3 * rows..<4 * rows)
    )
  }

  private func blocks(_ a: Matrix) -> (Matrix, Matrix, Matrix) {
    (a.columns(0..<units), a.columns(units..<2 * units), a.columns(2 * units..<3 * units))
  }
}

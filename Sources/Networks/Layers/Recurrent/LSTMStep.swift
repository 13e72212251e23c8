import Kernels
import Tensors

/// One time step of an LSTM: a fused kernel, or block by block where softmax needs whole rows.
struct LSTMStep: Sendable {
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

  /// Turns pre-activations into gates, and computes c, φ(c) and h.
  ///
  /// All are [rows, units], but for the gates, [rows, 4·units].
  func forward(gates: Matrix, previous: Matrix, c: Matrix, activated: Matrix, h: Matrix) {
    if let activation = activation.elementwise, let recurrent = recurrentActivation.elementwise {
      return lstmForward(
        activation: activation, recurrentActivation: recurrent, rows: gates.rows, units: units,
        gates: gates.base, cPrevious: previous.base, c: c.base, activatedC: activated.base,
        h: h.base)
    }
    let (i, f, g, o) = blocks(gates)
    recurrentActivation.apply(i, into: i)
    recurrentActivation.apply(f, into: f)
    activation.apply(g, into: g)
    recurrentActivation.apply(o, into: o)
    c.assignProduct(f, previous)
    c.addProduct(i, g)
    activation.apply(c, into: activated)
    h.assignProduct(o, activated)
  }

  /// Turns gates into the gradients of their pre-activations, and dc into that of the step before.
  func backward(
    gates: Matrix, previous: Matrix, activated: Matrix, dh: Matrix, dc: Matrix,
    _ pass: borrowing Pass
  ) {
    guard let scratch else {
      guard let activation = activation.elementwise, let recurrent = recurrentActivation.elementwise
      else { preconditionFailure("scratch is missing where activations are not fused") }
      return lstmBackward(
        activation: activation, recurrentActivation: recurrent, rows: gates.rows, units: units,
        gates: gates.base, cPrevious: previous.base, activatedC: activated.base, dh: dh.base,
        dc: dc.base, dGates: gates.base)
    }
    let both = pass.scratch(scratch, columns: units)
    let (s, t) = (both.rows(0..<pass.rows), both.rows(pass.rows..<2 * pass.rows))
    let (i, f, g, o) = blocks(gates)
    s.assignProduct(dh, o)
    activation.gradient(activated, s, into: s)
    dc.add(s)
    s.assignProduct(dh, activated)
    recurrentActivation.gradient(o, s, into: o)
    s.assignProduct(dc, g)
    t.assignProduct(dc, i)
    recurrentActivation.gradient(i, s, into: i)
    activation.gradient(g, t, into: g)
    s.assignProduct(dc, previous)
    dc.assignProduct(dc, f)
    recurrentActivation.gradient(f, s, into: f)
  }

  private func blocks(_ gates: Matrix) -> (Matrix, Matrix, Matrix, Matrix) {
    (
      gates.columns(0..<units), gates.columns(units..<2 * units),
      gates.columns(2 * units..<3 * units), gates.columns(3 * units..<4 * units)
    )
  }
}

import Kernels
import Tensors

/// One time step of an LSTM: a fused kernel, or block by block where activations cannot be fused.
///
/// They cannot where one needs whole rows or, for its gradient, its input; what is kept of a gate is
/// then that input.
struct LSTMStep: LSTMCellStep {
  let order: LSTMGates
  let activation: Activation
  let recurrentActivation: Activation
  private let units: Int
  /// Room for three blocks, where the activations are not fused.
  private let scratch: Extent?

  init(
    _ activation: Activation, _ recurrentActivation: Activation, order: LSTMGates = .keras,
    units: Int, _ blueprint: inout Blueprint
  ) {
    self.order = order
    self.activation = activation
    self.recurrentActivation = recurrentActivation
    self.units = units
    let isFused = activation.fusible != nil && recurrentActivation.fusible != nil
    scratch = isFused ? nil : blueprint.scratch(perRow: 3 * units)
  }

  func forward(
    gates: Matrix, previous: Matrix, c: Matrix, activated: Matrix, h: Matrix,
    _ pass: borrowing Pass
  ) {
    if let (activation, recurrent) = fused {
      return lstmForward(
        activation: activation, recurrentActivation: recurrent, order: order, rows: gates.rows,
        units: units, gates: gates.base, cPrevious: previous.base, c: c.base,
        activatedC: activated.base,
        h: h.base)
    }
    let (i, f, g, o) = blocks(gates)
    let (s, t, _) = temporaries(pass)
    if order.forgetBias != 0 {
      t.fill(order.forgetBias)
      f.add(t)
    }
    c.assignProduct(recurrentActivation.applyKeeping(f, s), previous)
    c.addProduct(recurrentActivation.applyKeeping(i, s), activation.applyKeeping(g, t))
    activated.assign(c)
    h.assignProduct(
      recurrentActivation.applyKeeping(o, s), activation.applyKeeping(activated, t))
  }

  func backward(
    gates: Matrix, previous: Matrix, c: Matrix, activated: Matrix, dh: Matrix, dc: Matrix,
    _ pass: borrowing Pass
  ) {
    if let (activation, recurrent) = fused {
      return lstmBackward(
        activation: activation, recurrentActivation: recurrent, order: order, rows: gates.rows,
        units: units, gates: gates.base, cPrevious: previous.base, activatedC: activated.base,
        dh: dh.base,
        dc: dc.base, dGates: gates.base)
    }
    let (i, f, g, o) = blocks(gates)
    let (s, t, spare) = temporaries(pass)
    s.assignProduct(dh, recurrentActivation.output(of: o, spare))
    activation.gradient(activated, s, into: s)
    dc.add(s)
    s.assignProduct(dh, activation.output(of: activated, spare))
    recurrentActivation.gradient(o, s, into: o)
    s.assignProduct(dc, activation.output(of: g, spare))
    t.assignProduct(dc, recurrentActivation.output(of: i, spare))
    recurrentActivation.gradient(i, s, into: i)
    activation.gradient(g, t, into: g)
    s.assignProduct(dc, previous)
    dc.assignProduct(dc, recurrentActivation.output(of: f, spare))
    recurrentActivation.gradient(f, s, into: f)
  }

  private var fused: (ElementwiseActivation, ElementwiseActivation)? {
    guard let activation = activation.fusible, let recurrent = recurrentActivation.fusible
    else { return nil }
    return (activation, recurrent)
  }

  private func temporaries(_ pass: borrowing Pass) -> (Matrix, Matrix, Matrix) {
    guard let scratch else { preconditionFailure("activations are fused and need no scratch") }
    let all = pass.scratch(scratch, columns: units)
    return (
      all.rows(0..<pass.rows), all.rows(pass.rows..<2 * pass.rows),
      all.rows(2 * pass.rows..<3 * pass.rows)
    )
  }

  private func blocks(_ gates: Matrix) -> (Matrix, Matrix, Matrix, Matrix) {
    func block(_ place: Int) -> Matrix { gates.columns(place * units..<(place + 1) * units) }
    return (block(0), block(order.forget), block(order.newValue), block(3))
  }
}

/// One time step of a SimpleRNN, forward: h = φ(z).
///
/// `z` [rows, units] holds x·K + hPrevious·R + b; `h` [rows, units] is written and may be `z`.
public func simpleRNNForward(
  activation: ElementwiseActivation, rows: Int, units: Int, z: UnsafePointer<Float>,
  h: UnsafeMutablePointer<Float>
) {
  activate(activation, count: rows * units, z, into: h)
}

/// One time step of a SimpleRNN, backward: dz = dh ⊙ φ′.
///
/// Given: `h` as the forward pass left it (z, where the activation reads its input) and `dh`, its whole gradient; `dz`, the gradient of the
/// pre-activation, is written and may be `dh`. All are [rows, units]. The gradient of hPrevious is
/// dz·Rᵀ, a product for the caller.
public func simpleRNNBackward(
  activation: ElementwiseActivation, rows: Int, units: Int, h: UnsafePointer<Float>,
  dh: UnsafePointer<Float>, dz: UnsafeMutablePointer<Float>
) {
  activationGradient(activation, count: rows * units, kept: h, dy: dh, into: dz)
}

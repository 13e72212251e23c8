/// What every optimizer does to a gradient and its weight before its own equation.
///
/// In the order of Keras 3: the gradient is scaled and clipped by value, then the
/// weight decays.
public struct UpdatePreparation: Sendable {
  /// The gradient's factor: 1 / weight of the batch, times that of clipping by norm.
  public var scale: Float
  /// The largest magnitude of a gradient; infinity for no clipping.
  public var clip: Float
  /// λ · learning rate, for w ← w - λ·lr·w before the update; 0 for no decay.
  public var decay: Float

  /// Describes the steps before an update; without arguments nothing is done.
  public init(scale: Float = 1, clip: Float = .infinity, decay: Float = 0) {
    self.scale = scale
    self.clip = clip
    self.decay = decay
  }

  @_transparent
  func gradient(_ g: Vector) -> Vector { (g * scale).atMost(clip).atLeast(-clip) }

  @_transparent
  func weight(_ w: Vector) -> Vector { w - w * decay }
}

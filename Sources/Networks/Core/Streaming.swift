/// How the steps of a pass hang together in time, where its rows are windows of longer streams.
public struct Streaming {
  /// How many steps a window has; layers that walk over another number of steps are left alone.
  public var steps = 0
  /// A one for each step and row before which the state is zero, [T·rows]; nil where there is none.
  public var resets: UnsafePointer<Float>?
  /// After how many steps, counted from the first, gradients of states are cut; nil for never.
  public var gradientSteps: Int?
  /// After how many steps states are kept for the next batch; nil for the last.
  public var carriedSteps: Int?

  /// Windows that begin with what the batch before left, and nothing else.
  public init() {}
}

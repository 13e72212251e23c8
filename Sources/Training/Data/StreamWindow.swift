/// How samples are windows of longer streams: row r of a batch goes on where row r of the batch
/// before ended.
public struct StreamWindow: Sendable, Hashable {
  /// How many steps a window has.
  public var steps: Int
  /// How many flags a sample has that say before which steps the state is zero: none, or `steps`.
  public var resets = 0
  /// After how many steps, counted from a window's first, gradients of states are cut; nil for never.
  public var gradientSteps: Int?
  /// After how many steps of a window the next one begins; nil where it begins after the last.
  public var carriedSteps: Int?
  /// Whether steps of weight zero count as little as masked ones: they are there for the state alone.
  public var leavesOutUnweighted = false

  /// Windows of some steps that follow each other.
  public init(steps: Int) { self.steps = steps }
}

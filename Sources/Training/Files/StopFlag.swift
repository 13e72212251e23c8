import Synchronization

/// Asks a run to stop after the step it is in; a signal handler or another thread may raise it.
public final class StopFlag: Sendable {
  private let raised = Atomic<Bool>(false)

  /// A flag that is not raised.
  public init() {}

  /// Whether the run was asked to stop.
  public var isRaised: Bool { raised.load(ordering: .relaxed) }

  /// Asks the run to stop.
  public func raise() { raised.store(true, ordering: .relaxed) }
}

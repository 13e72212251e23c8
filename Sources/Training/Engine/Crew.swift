import Dispatch
import Foundation
import Kernels
import Synchronization

/// Threads of Dispatch that help with forks, and stay awake for a moment after each.
///
/// To wake a thread takes 5 to 80 µs, which is as long as a short step; one that is awake begins within
/// one. No fork waits for a helper that has not begun: whoever forks takes pieces as well, so on a busy
/// machine it does them alone.
final class Crew: Sendable {
  typealias Body = (_ worker: Int, _ item: Int) -> Void

  /// How many items the fork has (the upper half), and how many of them were taken.
  ///
  /// An item is taken by counting it here. Nobody but who took an item reads `body`, and `body` stays
  /// until all items are done.
  private let work = Atomic<UInt64>(0)

  // Not checked by the compiler: it is written before `work` offers items and after all are done, and
  // read only in between. Bodies run at the same time and share what they capture; each item writes memory
  // of its own, which is what every caller in this module sees to.
  private nonisolated(unsafe) var body: Body?

  /// How many items are not done yet, and `sleeps` on top of it.
  private let unfinished = Atomic<Int>(0)
  private let finished = DispatchSemaphore(value: 0)

  private let isForked = Atomic<Bool>(false)
  private let helpers: [Helper]

  private final class Helper: Sendable {
    /// Whether the helper serves, or is called.
    private let isAwake = Atomic<Bool>(false)

    /// Makes a sleeping helper one that is awake; false if it was awake before.
    func wake() -> Bool {
      isAwake.compareExchange(
        expected: false, desired: true, ordering: .sequentiallyConsistent
      ).exchanged
    }

    func sleep() { isAwake.store(false, ordering: .sequentiallyConsistent) }
  }

  /// - Parameter helpers: how many threads help; those beyond the other cores would only take turns.
  init(helpers: Int) {
    self.helpers = (0..<helpers).map { _ in Helper() }
  }

  /// Does `items` pieces of work together with the helpers, and returns when all are done.
  ///
  /// The caller is worker 0. While another thread's fork is under way it does the work alone.
  func fork(_ items: Int, _ body: Body) {
    guard !isForked.exchange(true, ordering: .acquiring) else {
      for item in 0..<items { body(0, item) }
      return
    }
    defer { isForked.store(false, ordering: .releasing) }
    withoutActuallyEscaping(body) { body in
      self.body = body
      unfinished.store(items, ordering: .relaxed)
      work.store(UInt64(items) << 32, ordering: .sequentiallyConsistent)
      for (helper, worker) in zip(helpers, 1..<max(1, items)) { call(helper, as: worker) }
      takePart(as: 0)
      join()
      self.body = nil
    }
  }

  // MARK: Items

  private func takePart(as worker: Int) {
    while let item = take() {
      perform(item, as: worker)
      let left = unfinished.subtract(1, ordering: .acquiringAndReleasing).newValue
      if left == Self.sleeps { finished.signal() }
    }
  }

  /// The next item that nobody has.
  private func take() -> Int? {
    var seen = work.load(ordering: .acquiring)
    while Self.isLeft(seen) {
      let (isOurs, now) = work.compareExchange(
        expected: seen, desired: seen + 1, ordering: .acquiringAndReleasing)
      if isOurs { return Int(UInt32(truncatingIfNeeded: seen)) }
      seen = now
    }
    return nil
  }

  private static func isLeft(_ work: UInt64) -> Bool {
    UInt32(truncatingIfNeeded: work) < UInt32(work >> 32)
  }

  /// Apart from its caller, so that no reference to the body outlives the item.
  @inline(never)
  private func perform(_ item: Int, as worker: Int) {
    body?(worker, item)
  }

  // MARK: Waiting

  /// Waits until those who took items are done with them.
  private func join() {
    if comesSoon(yields: false, { unfinished.load(ordering: .acquiring) == 0 }) { return }
    let left = unfinished.add(Self.sleeps, ordering: .acquiringAndReleasing).oldValue
    if left > 0 { finished.wait() }
  }

  private static let sleeps = 1 << 40

  private func call(_ helper: Helper, as worker: Int) {
    guard helper.wake() else { return }
    DispatchQueue.global().async { self.serve(as: worker, helper) }
  }

  private func serve(as worker: Int, _ helper: Helper) {
    let mode = flushDenormals()
    defer { restoreFloatMode(mode) }
    repeat {
      repeat {
        takePart(as: worker)
      } while comesSoon(yields: true) { Self.isLeft(work.load(ordering: .relaxed)) }
      // Either whoever forks now sees that this helper sleeps, or the helper sees the fork.
      helper.sleep()
    } while Self.isLeft(work.load(ordering: .sequentiallyConsistent)) && helper.wake()
  }

  /// Waits for something that is likely to come, without sleep, and perhaps lets other threads go first.
  ///
  /// Where another thread did go first the core is busy: a thread that waits awake uses up its share of
  /// it, and is then kept from working for milliseconds. So for a while nobody does.
  private func comesSoon(yields: Bool, _ hasCome: () -> Bool) -> Bool {
    var now = DispatchTime.now().uptimeNanoseconds
    guard now > busyUntil.load(ordering: .relaxed) else { return hasCome() }
    let limit = now + Self.patience
    repeat {
      for _ in 0..<64 {
        if hasCome() { return true }
        relax()
      }
      if yields { sched_yield() }
      let before = now
      now = DispatchTime.now().uptimeNanoseconds
      guard now - before < Self.turn else {
        busyUntil.store(now + Self.rest * (now - before), ordering: .relaxed)
        return hasCome()
      }
    } while now < limit
    return false
  }

  /// When threads may wait awake again.
  private let busyUntil = Atomic<UInt64>(0)

  /// Nanoseconds; a step that lets its helpers wait for longer can afford to wake them.
  private static let patience: UInt64 = 500_000

  /// Nanoseconds of one look at what is waited for; it takes so long only where another thread runs.
  private static let turn: UInt64 = 100_000

  /// How many times as long as another thread ran nobody waits awake; a program that computes runs for
  /// milliseconds at a time, the system and other guests of the machine for less.
  ///
  /// The other thread may be our own that writes a checkpoint: with 16 a job of 3,000 short steps took 4 %
  /// longer for it; with 4 it takes 6 % longer beside three programs that keep two cores busy.
  private static let rest: UInt64 = 4
}

import Foundation
import Synchronization
import Testing

@testable import Training

/// Every piece of work of a fork is done once, before the fork returns, whoever is awake.
@Suite struct CrewTests {
  /// Helpers beyond the cores are preempted in all places; pauses let them fall asleep.
  @Test(arguments: [0, 1, 2, 7])
  func itemsAreDoneOnce(_ helpers: Int) {
    let crew = Crew(helpers: helpers)
    for fork in 0..<2_000 {
      let items = 1 + fork % 23
      let done = (0..<items).map { _ in Counter() }
      crew.fork(items) { _, item in done[item].count.add(1, ordering: .relaxed) }
      #expect(done.allSatisfy { $0.count.load(ordering: .relaxed) == 1 })
      if fork % 100 == 99 { Thread.sleep(forTimeInterval: 0.002) }
    }
  }

  @Test func workersAreNumbered() {
    let crew = Crew(helpers: 3)
    let items = (0..<4).map { _ in Counter() }
    let clashes = Counter()
    for _ in 0..<200 {
      crew.fork(64) { worker, _ in
        let before = items[worker].count.add(1, ordering: .relaxed).oldValue
        if before != 0 { clashes.count.add(1, ordering: .relaxed) }
        Thread.sleep(forTimeInterval: 0.000_02)
        items[worker].count.subtract(1, ordering: .relaxed)
      }
    }
    #expect(clashes.count.load(ordering: .relaxed) == 0)
  }

  /// Whoever comes while a fork is under way does the work alone.
  @Test func forksOfSeveralThreads() {
    let crew = Crew(helpers: 2)
    let sum = Counter()
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      for _ in 0..<500 { crew.fork(6) { _, item in sum.count.add(item, ordering: .relaxed) } }
    }
    #expect(sum.count.load(ordering: .relaxed) == 4 * 500 * 15)
  }

  /// Nobody keeps what the body holds once the fork has returned.
  @Test func bodiesEnd() {
    let crew = Crew(helpers: 3)
    for _ in 0..<2_000 {
      weak var seen: Counter?
      do {
        let counter = Counter()
        seen = counter
        crew.fork(8) { _, _ in counter.count.add(1, ordering: .relaxed) }
      }
      #expect(seen == nil)
    }
  }
}

private final class Counter: Sendable {
  let count = Atomic<Int>(0)
}

import CHeap
import Testing

@testable import Training

/// A long run takes no more memory than a short one: reader, checkpoints and reports included.
///
/// It is in a process of its own, where no other test allocates.
@Suite struct RunMemoryTests {
  @Test func threeThousandSteps() async {
    await #expect(processExitsWith: .success) {
      var probe = try RunProbe(data: "memory: 64 kB", rows: 3100 * 8)
      try probe.recipe.set("training.checkpoint", "{every_steps: 100}")
      // The least of two hundred steps: a checkpoint that is being written is in memory as well.
      var (early, late) = (Int.max, Int.max)
      try probe.run("a", steps: 3050) { event in
        guard case .step(let facts) = event else { return }
        let inUse = Int(heap_bytes_in_use())
        if (1000..<1200).contains(facts.step) { early = min(early, inUse) }
        if facts.step >= 2850 { late = min(late, inUse) }
      }
      let growth = late - early
      // What libhdf5 keeps for the next file, and Dispatch for the next block: more where other
      // processes keep its threads waiting, most of it in the first steps.
      #expect(abs(growth) < 128 << 10, "\(growth) bytes")
    }
  }
}

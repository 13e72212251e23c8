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
      var heap: [Int: Int] = [:]
      try probe.run("a", steps: 3050) { event in
        guard case .step(let facts) = event, [150, 3050].contains(facts.step) else { return }
        heap[facts.step] = Int(heap_bytes_in_use())
      }
      let growth = try #require(heap[3050]) - #require(heap[150])
      // What libhdf5 keeps for the next file, and Dispatch for the next block.
      #expect(abs(growth) < 100 << 10, "\(growth) bytes")
    }
  }
}

import CHeap
import Foundation
import Networks
import TestSupport
import Testing
import Training

/// A step leaves nothing behind on the heap.
///
/// Each test is in a process of its own, where no other test allocates.
@Suite struct EngineMemoryTests {
  @Test func fiftyStepsOfAveragedGradients() async {
    await #expect(processExitsWith: .success) {
      let growth = try heapGrowth(.gradients, accumulateSteps: 1, workers: 1)
      #expect(growth == 0)
    }
  }

  @Test func fiftyStepsOfAveragedWeights() async {
    await #expect(processExitsWith: .success) {
      let growth = try heapGrowth(
        .weights(replicas: 2, steps: 3), accumulateSteps: 2, workers: 1)
      #expect(growth == 0)
    }
  }

  /// Memory may grow for a while, since Dispatch keeps up to a thousand of its small blocks for each thread.
  ///
  /// But it does not grow in every round; then only blocks under way make a difference.
  @Test func manyStepsOfSeveralWorkers() async {
    await #expect(processExitsWith: .success) {
      let growth = try heapGrowth(
        .gradients, accumulateSteps: 1, workers: 3, steps: 500, rounds: 8, pause: 1e-3)
      #expect(growth < 4096)
    }
  }
}

/// How many more bytes are in use after some steps than before, in the round where it was the least.
///
/// There are `pause` seconds between steps; in a millisecond the workers fall asleep.
private func heapGrowth(
  _ averaging: Averaging, accumulateSteps: Int, workers: Int, steps: Int = 50, rounds: Int = 1,
  pause: Double = 0
) throws -> Int {
  var run = EngineRun()
  run.averaging = averaging
  run.accumulateSteps = accumulateSteps
  run.optimizer.clipping = .globalNorm(0.1)
  let trainer = try run.trainer(workers: workers)
  let batches = run.samples.batches(of: run.batchSize)
  func train(_ count: Int) throws {
    for step in 0..<count {
      try trainer.train(batches[step % 5], isLast: step % 5 == 4)
      Thread.sleep(forTimeInterval: pause)
    }
  }
  try train(50)
  var least = Int.max
  for _ in 0..<rounds where least > 0 {
    let before = heap_bytes_in_use()
    try train(steps)
    least = min(least, Int(heap_bytes_in_use()) - Int(before))
  }
  return least
}

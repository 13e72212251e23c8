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

  /// Dispatch keeps up to a thousand of its small blocks for the next time a thread is woken, so they come
  /// first; then only those that are under way make a difference.
  @Test func manyStepsOfSeveralWorkers() async {
    await #expect(processExitsWith: .success) {
      let growth = try heapGrowth(
        .gradients, accumulateSteps: 1, workers: 3, firstSteps: 1500, steps: 500, pause: 1e-3)
      #expect(abs(growth) < 4096)
    }
  }
}

/// How many more bytes are in use after some steps than before, with `pause` seconds between steps; in a
/// millisecond the workers fall asleep.
private func heapGrowth(
  _ averaging: Averaging, accumulateSteps: Int, workers: Int, firstSteps: Int = 50, steps: Int = 50,
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
  try train(firstSteps)
  let before = heap_bytes_in_use()
  try train(steps)
  return Int(heap_bytes_in_use()) - Int(before)
}

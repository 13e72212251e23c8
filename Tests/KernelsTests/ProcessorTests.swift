import Foundation
import Kernels
import Testing

@Suite struct ProcessorTests {
  @Test func thisProcessorHasWhatItsOwnBuildNeeds() {
    #expect(missingInstructionSets() == [])
  }

  @Test func denormalsAreFlushed() async {
    // On a thread of its own: the mode belongs to the thread, and would stay.
    let half = await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        flushDenormals()
        let x: [Float] = [.leastNormalMagnitude]
        var y: [Float] = [1]
        scale(count: 1, 0.5, x, into: &y)
        continuation.resume(returning: y[0].bitPattern)
      }
    }
    #expect(half == 0)
  }
}

import Dispatch
import Foundation
import HDF5
import Testing

@testable import Training

extension TrainingTests {
  /// libhdf5 is used by readers of training and validation data and by a checkpoint at once.
  @Suite struct ConcurrentFilesTests {
    @Test func twoRunsThatReadAndSave() throws {
      let data = """
        memory: 500 B
        validation_split: 0.3
        """
      let probes = try (0..<4).map { _ in
        try RunProbe("checkpoint: {every_steps: 1, keep_best: true, monitor: loss}", data: data)
      }
      let expected = try probes[0].run("whole").fingerprint
      let found = Locked<[String]>([])
      DispatchQueue.concurrentPerform(iterations: 4) { index in
        let result = try? probes[index].run("a", workers: 2).fingerprint
        found.withLock { $0.append(result ?? "none") }
      }
      #expect(found.withLock { $0 } == Array(repeating: expected, count: 4))
    }
  }
}

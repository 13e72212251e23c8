import Testing

@testable import Training

/// The workers leave the threads of others as they found them.
@Suite struct WorkersTests {
  @Test(arguments: [1, 2])
  func floatModeIsPutBack(_ workers: Int) {
    var small = Float.leastNonzeroMagnitude
    Workers(workers).forEach(4) { _, _ in }
    // Read through a pointer, so that the sum is made at run time, in the thread's mode.
    let sum = withUnsafePointer(to: &small) { $0.pointee + $0.pointee }
    #expect(sum.bitPattern == 2)
  }
}

import KerasFormat
import Kernels
import Tensors

/// Times an inner loop on one core, in turns with a yardstick: of products multiply-adds on registers,
/// which none can be faster than; of passes over memory an addition that moves as many bytes.
struct KernelBenchmark {
  /// The times of one run.
  struct Result {
    let kernel: KernelCase
    /// Microseconds, the median.
    let microseconds: Double
    /// Operations or bytes a second.
    let rate: Double
    /// The same of the yardstick.
    let peak: Double

    /// The name of the shape, that of the loop, its size, and the figures.
    func row(_ shape: BenchShape) -> [String] {
      let (flops, bytes) = isProduct ? (gigas(rate), "") : ("", gigas(rate))
      return [
        shape.name, kernel.name, kernel.size, Format.metric(microseconds), flops, bytes,
        String(format: "%.0f %%", 100 * rate / peak),
      ]
    }

    func json(_ shape: BenchShape) -> JSON {
      let unit = isProduct ? "gflops" : "gbytes"
      return [
        "peer": "lockstep", "shape": .string(shape.name), "kernel": .string(kernel.name),
        "size": .string(kernel.size), "median_us": .double(microseconds),
        unit: .double(rate / 1e9),
        "peak_" + unit: .double(peak / 1e9), "share": .double(rate / peak),
      ]
    }

    private var isProduct: Bool {
      if case .flops = kernel.work { true } else { false }
    }

    private func gigas(_ rate: Double) -> String { String(format: "%.1f", rate / 1e9) }
  }

  private let kernel: KernelCase
  private let yardstick: KernelCase

  init(_ kernel: KernelCase) {
    self.kernel = kernel
    yardstick =
      switch kernel.work {
      case .flops: .registers
      case .bytes(let count): .addition(max(1, count / 12))
      }
  }

  /// Runs both in turns, each for about half a millisecond or once.
  ///
  /// - Parameter seconds: how long to measure.
  /// - Returns: the median of the loop, and that of the yardstick.
  func measure(seconds: Double) -> Result {
    // As the workers do; numbers that are multiplied again and again become denormal.
    let mode = flushDenormals()
    defer { restoreFloatMode(mode) }
    let pairs = [kernel, yardstick].map { (kernel: $0, count: Self.count($0)) }
    var times: [[Double]] = [[], []]
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    repeat {
      for (index, pair) in pairs.enumerated() {
        times[index].append(Self.time(pair.kernel, pair.count) / Double(pair.count))
      }
    } while clock.now < end
    let medians = times.map { Times($0).median }
    return Result(
      kernel: kernel, microseconds: 1e6 * medians[0], rate: kernel.work.amount / medians[0],
      peak: yardstick.work.amount / medians[1])
  }

  /// How often a loop runs in half a millisecond, once at least.
  private static func count(_ kernel: KernelCase) -> Int {
    var count = 1
    kernel.run(times: 1)
    while count < 1 << 20, time(kernel, count) < 2.5e-4 { count *= 2 }
    return count
  }

  private static func time(_ kernel: KernelCase, _ count: Int) -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    kernel.run(times: count)
    return (clock.now - start) / .seconds(1)
  }
}

extension KernelCase.Work {
  /// Operations or bytes.
  fileprivate var amount: Double {
    switch self {
    case .flops(let count), .bytes(let count): Double(count)
    }
  }
}

import ArgumentParser
import Foundation
import KerasFormat
import Training

/// `lockstep bench`: how long whole training steps, or the inner loops of them, take here.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Time whole training steps of networks of several sizes, or their kernels.",
    usage: """
      lockstep bench [--shape NAME] [--seconds S | --repeats N] [--workers N]
                     [--denormals] [--control] [--json]
      lockstep bench [--shape NAME] --batch N --steps N --units N,N [...]
      lockstep bench [--shape NAME] --kernels [--seconds S] [--json]
      lockstep bench --product N [--seconds S] [--workers N] [--json]
      lockstep bench --reader FILE.h5 [--order ORDER] [--seconds S] [--json]
      """,
    discussion: """
      A step is forward, loss, backward and update on random data that is in memory. GFLOP/s \
      counts the operations of the products that the step needs, and nothing else. Sizes that \
      are given are put in the place of the shape's, maxmin's where none is named.

        \(BenchShape.all.map { "\($0.name.padded(to: 9))\($0.summary)" }.joined(separator: "\n  "))

      --kernels times each inner loop on one core, in turns with multiply-adds on registers, or \
      for passes over memory with an addition that moves as many bytes.

      With --reader it times how fast rows of a dataset become batches of \
      \(ReaderBenchmark.batchSize): in the order of the file, shuffled in blocks as \
      a file larger than memory is, and shuffled uniformly by way of scratch space.
      """)

  @OptionGroup var sizes: ShapeOptions
  @Option(help: "How long to measure each; 3, or 0.2 for a kernel.") var seconds: Double?
  @Option(help: "How many steps to measure, whatever time they take.") var repeats: Int?
  @Option(help: "How many threads work.") var workers: Int?
  @Flag(help: "Inputs and weights of 1e-44 to 1e-10.") var denormals = false
  @Flag(help: "Time as long a piece of work on registers after each step.") var control = false
  @Flag(help: "Time the inner loops of the shapes.") var kernels = false
  @Option(help: "Time a product of two squares with so many rows.") var product: Int?
  @Option(help: "Time reading this dataset instead.") var reader: String?
  @Option(help: "How it is read: file, blocks or uniform; all when left out.")
  var order: String?
  @Flag(help: "Print a JSON object for each.") var json = false

  func validate() throws {
    guard seconds ?? 1 > 0, seconds ?? 1 < 1e6 else {
      throw ValidationError("--seconds must be positive.")
    }
    try checkReader()
    guard workers ?? 1 > 0 else { throw ValidationError("--workers must be positive.") }
    guard (1...100_000_000).contains(repeats ?? 1) else {
      throw ValidationError("--repeats must be from 1 to 100,000,000.")
    }
    guard (1...16_384).contains(product ?? 1) else {
      throw ValidationError("--product must be from 1 to 16,384.")
    }
    if repeats != nil, seconds != nil {
      throw ValidationError("Choose --seconds or --repeats: both say when a measurement ends.")
    }
    if kernels || product != nil, isForSteps || kernels && product != nil {
      throw ValidationError(
        "--kernels and --product go alone: --denormals, --control and --repeats are for steps.")
    }
    if kernels, workers != nil {
      throw ValidationError("--kernels times one core; --workers is for whole steps.")
    }
  }

  func run() throws {
    if let reader {
      try read(reader)
    } else if let product {
      time(product)
    } else if kernels {
      try timeKernels()
    } else {
      try timeSteps()
    }
  }

  /// Whether an option is given that only whole steps have.
  private var isForSteps: Bool { denormals || control || repeats != nil }

  // MARK: Reading

  private func checkReader() throws {
    let orders = ReaderBenchmark.Order.allCases.map(\.rawValue)
    if let order, !orders.contains(order) {
      throw ValidationError("Unknown order '\(order)'\(suggestion(for: order, among: orders))")
    }
    guard reader != nil || order == nil else {
      throw ValidationError("--order is for --reader.")
    }
    if reader != nil, kernels || product != nil || isForSteps || workers != nil {
      throw ValidationError("--reader goes alone, with --order, --seconds and --json.")
    }
  }

  private func read(_ path: String) throws {
    let benchmark = try ReaderBenchmark(path: path)
    let columns = Columns(text: 1, widths: [8, 11, 12])
    if !json { Output.line(columns.line(["Order", "Rows/s", "MB/s"])) }
    for order in ReaderBenchmark.Order.allCases where self.order ?? order.rawValue == order.rawValue
    {
      let result = try benchmark.measure(order, seconds: seconds ?? 3)
      Output.line(json ? result.json(path).description : columns.line(result.row))
    }
  }

  // MARK: Steps

  private func timeSteps() throws {
    let workers = Workers(workers)
    let columns = Columns(text: 1, widths: [8, 11, 12, 12, 12, 12])
    if !json {
      Output.line(columns.line(["Shape", "Median, ms", "Least", "p99", "GFLOP/s", "Of peak"]))
    }
    var peaks: [Double] = []
    for shape in try sizes.shapes() {
      let benchmark = try StepBenchmark(shape, workers: workers, denormals: denormals)
      // A machine's speed changes from minute to minute: the peak is of the same moment.
      let before = workers.peak(seconds: 0.2)
      let result = try benchmark.measure(
        seconds: seconds ?? 3, repeats: repeats, controls: control)
      let peak = max(before, workers.peak(seconds: 0.2))
      peaks.append(peak)
      Output.line(
        json
          ? result.json(shape, workers, peak: peak).description
          : columns.line(result.row(shape, peak: peak)))
      if !json, let row = result.controlRow { Output.line(columns.line(row)) }
    }
    guard !json, let peak = peaks.max() else { return }
    Output.line()
    Output.line(
      String(
        format: "Peak  %.0f GFLOP/s: multiply-adds on registers alone, %d workers at once",
        peak / 1e9, workers.count))
  }

  // MARK: Kernels

  private func timeKernels() throws {
    let columns = Columns(text: 3, widths: [8, 20, 26, 12, 9, 7, 9])
    if !json {
      Output.line(
        columns.line(["Shape", "Kernel", "Size", "Median, us", "GFLOP/s", "GB/s", "Of peak"]))
    }
    for shape in try sizes.shapes() {
      for kernel in try KernelSuite(shape).cases {
        let result = KernelBenchmark(kernel()).measure(seconds: seconds ?? 0.2)
        Output.line(json ? result.json(shape).description : columns.line(result.row(shape)))
      }
    }
  }

  private func time(_ size: Int) {
    let workers = Workers(workers)
    let times = Times(workers.squareProduct(size: size, seconds: seconds ?? 3))
    let (median, best) = (times.median, times.least)
    let gflops = 2e-9 * pow(Double(size), 3)
    let object: JSON = [
      "peer": "lockstep", "product": .int(size), "median_ms": .double(1000 * median),
      "min_ms": .double(1000 * best), "gflops": .double(gflops / median),
      "best_gflops": .double(gflops / best), "workers": .int(workers.count),
    ]
    Output.line(
      json
        ? object.description
        : String(
          format: "[%d, %d] · [%d, %d]  %@ ms  %.0f GFLOP/s, %d workers", size, size, size, size,
          Format.metric(1000 * median), gflops / median, workers.count))
  }
}

/// Cells beneath those of the line before, which is there already: huge steps take long.
private struct Columns {
  /// How many columns hold text, and begin at the same place.
  let text: Int
  let widths: [Int]

  func line(_ cells: [String]) -> String {
    zip(cells, widths).enumerated().map { index, column in
      let (cell, width) = column
      if index < text { return cell.padded(to: width) }
      return String(repeating: " ", count: max(1, width - cell.count)) + cell
    }.joined()
  }
}

extension String {
  /// The text with spaces behind it up to a length.
  func padded(to length: Int) -> String {
    self + String(repeating: " ", count: max(0, length - count))
  }
}

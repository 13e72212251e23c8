import KerasFormat
import Training

/// Times how fast rows of a dataset become batches, with nothing else to do.
struct ReaderBenchmark {
  /// The orders that are timed.
  enum Order: String, CaseIterable {
    case file, blocks, uniform
  }

  /// Rows that were given out, and how long that took.
  struct Result {
    let order: Order
    let rowBytes: Int
    var rows = 0
    var seconds = 0.0

    /// The order, rows a second and MB a second.
    var row: [String] {
      let rate = Double(rows) / seconds
      return [
        order.rawValue, String(format: "%.0f", rate),
        String(format: "%.0f", rate * Double(rowBytes) / 1e6),
      ]
    }

    func json(_ path: String) -> JSON {
      [
        "peer": "lockstep", "file": .string(path), "order": .string(order.rawValue),
        "batch": .int(ReaderBenchmark.batchSize), "rows": .int(rows), "seconds": .double(seconds),
        "rows_per_second": .double(Double(rows) / seconds),
        "mb_per_second": .double(Double(rows * rowBytes) / seconds / 1e6),
      ]
    }
  }

  /// Rows of a batch.
  static let batchSize = 128
  /// Bytes for rows in memory: little, so that a file is streamed as one larger than memory is.
  static let memory = 16 << 20

  private let dataset: HDF5Dataset

  init(path: String) throws { dataset = try HDF5Dataset(path: path) }

  /// Reads the whole dataset as often as the time allows, once at least; every pass opens anew what a
  /// training run opens.
  func measure(_ order: Order, seconds: Double) throws -> Result {
    var settings = DataSettings()
    settings.batchSize = Self.batchSize
    settings.memory = Self.memory
    settings.shuffles = order != .file
    settings.isUniform = order == .uniform
    settings.nonFinite = .allow
    var result = Result(order: order, rowBytes: rowBytes)
    while result.seconds < seconds {
      let elapsed = try ContinuousClock().measure {
        let batches = try BatchSource(dataset, settings: settings).prefetch(epochs: 1)
        while let loan = try batches.next() { result.rows += loan.batch.rows }
      }
      result.seconds += elapsed / .seconds(1)
    }
    return result
  }

  private var rowBytes: Int {
    4 * (dataset.shape.inputCount + dataset.shape.targetCount + dataset.shape.weights)
  }
}

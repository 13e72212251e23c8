import ArgumentParser
import Training

/// Which datasets of a file are used, and who works.
struct DataOptions: ParsableArguments {
  @Option(help: "The dataset of inputs in the file; a,b for several.") var inputs = "/x"
  @Option(help: "The dataset of targets in the file; a,b for several.") var targets = "/y"
  @Option(help: "How many threads work.") var workers: Int?
  @Option(help: "How many rows are computed at a time.") var batchSize = 256

  func validate() throws {
    for (name, value) in [("workers", workers ?? 1), ("batch-size", batchSize)] where value < 1 {
      throw ValidationError("--\(name) must be positive, not \(value).")
    }
  }

  /// The names of inputs and targets.
  var names: DatasetNames {
    DatasetNames(inputs: Self.list(inputs), targets: Self.list(targets))
  }

  /// The names of the inputs alone.
  var inputNames: DatasetNames {
    DatasetNames(inputs: Self.list(inputs), targets: [], weights: .none)
  }

  private static func list(_ text: String) -> [String] {
    text.split(separator: ",").map(String.init)
  }
}

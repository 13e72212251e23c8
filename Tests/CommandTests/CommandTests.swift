import Foundation
import TestSupport
import Testing

private let recipe = """
  model:
    layers:
      - LSTM: {units: 3}
      - Dense: {units: 2}
  data: {train: data.h5}
  training:
    loss: mse
    metrics: [mae]
    batch_size: 20
    epochs: 2
  """

@Suite("The command")
struct CommandTests {
  private let scratch = try? ScratchDirectory()

  private func folder(rows: Int = 200) throws -> ScratchDirectory {
    let scratch = try #require(scratch)
    try scratch.write(recipe, to: "small.yaml")
    let made = try Command(
      "dataset", "maxmin", "--rows", "\(rows)", "-o", "data.h5", in: scratch.url)
    #expect(made.status == 0, "\(made.errors)")
    return scratch
  }

  @Test(arguments: [
    "dataset", "train", "evaluate", "predict", "generate", "plot", "report", "top", "inspect",
    "fingerprint", "bench",
  ])
  func helpIsThere(_ name: String) throws {
    let help = try Command(name, "--help", environment: ["COLUMNS": "80"])
    #expect(help.status == 0)
    #expect(help.output.contains("USAGE: lockstep \(name)"))
    let longest = help.output.split(separator: "\n").map(\.count).max() ?? 0
    #expect(longest <= 80, "a line of \(longest) characters")
  }

  @Test func helpNamesExitCodes() throws {
    let help = try Command("--help")
    for code in ["64", "65", "66", "69", "70", "73", "74", "130", "143"] {
      #expect(help.output.contains("\n    \(code)") || help.output.contains("\n  \(code)"))
    }
  }

  @Test func trainsAndUsesTheModel() throws {
    let scratch = try folder()
    let run = try Command("train", "small.yaml", in: scratch.url)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("Epoch 2/2 - "))
    #expect(run.output.contains("runs/small-1"))
    for name in ["model.h5", "history.csv", "log.jsonl", "recipe.yaml"] {
      #expect(FileManager.default.fileExists(atPath: scratch.file("runs/small-1/\(name)")))
    }
    let fingerprint = try Command("fingerprint", "runs/small-1", in: scratch.url)
    let digits = String(fingerprint.output.prefix(64))
    #expect(digits.allSatisfy(\.isHexDigit) && run.output.contains(digits))

    let inspection = try Command("inspect", "runs/small-1", in: scratch.url)
    #expect(inspection.output.contains("lstm (LSTM)"))
    #expect(inspection.output.contains("Adam, step 20"))
    let evaluation = try Command("evaluate", "runs/small-1", "data.h5", in: scratch.url)
    #expect(evaluation.output.contains("loss: ") && evaluation.output.contains("mae: "))
    let prediction = try Command(
      "predict", "runs/small-1/model.h5", "data.h5", "-o", "p.h5", in: scratch.url)
    #expect(prediction.status == 0, "\(prediction.errors)")
    let data = try Command("inspect", "p.h5", in: scratch.url)
    #expect(data.output.contains("/predictions") && data.output.contains("(200, 2)"))

    let second = try Command("train", "small.yaml", "--quiet", in: scratch.url)
    #expect(second.output.contains("runs/small-2"))
    #expect(second.output.split(separator: "\n").count == 1)
    #expect(second.output.contains(digits), "the same recipe gives the same weights")
  }

  /// Models are read from a copy in memory; data may be larger than that.
  @Test func dataOfAnySizeIsListed() throws {
    let scratch = try folder(rows: 20)
    let small = try Command("inspect", "data.h5", in: scratch.url)
    try #require(small.output.contains("/x       (20, 60, 1)"), "\(small.output) \(small.errors)")
    // With a hole behind its end the file is the same to libhdf5.
    let file = try #require(FileHandle(forWritingAtPath: scratch.file("data.h5")))
    try file.truncate(atOffset: 5 << 30)
    let large = try Command("inspect", "data.h5", in: scratch.url)
    let lines = { (text: String) in text.split(separator: "\n").dropFirst().joined() }
    #expect(large.output.contains("data.h5, 5.00 GiB"), "\(large.output) \(large.errors)")
    #expect(lines(large.output) == lines(small.output))
  }

  @Test func workersDoNotChangeNumbers() throws {
    let scratch = try folder(rows: 210)
    let fingerprints = try [1, 2, 3].map { workers in
      let run = try Command(
        "train", "small.yaml", "--workers", "\(workers)", "--run", "w\(workers)", "--quiet",
        in: scratch.url)
      return try #require(run.output.split(separator: " ").last)
    }
    #expect(Set(fingerprints).count == 1)
  }

  @Test func eventsAreJSON() throws {
    let scratch = try folder()
    let run = try Command("train", "small.yaml", "--json", in: scratch.url)
    let events = try run.output.split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return try #require(object?["event"] as? String)
    }
    #expect(events.first == "started" && events.last == "finished")
    #expect(events.count { $0 == "step" } == 20)
    #expect(events.count { $0 == "epoch" } == 2)
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func signalsLeaveACheckpoint(_ signal: Int32, _ status: Int32) throws {
    let scratch = try folder(rows: 2000)
    let run = try Command(
      "train", "small.yaml", "--epochs", "100000", "--run", "r", in: scratch.url,
      interrupt: signal, after: 1)
    #expect(run.status == status, "\(run.errors)")
    #expect(run.errors.contains("lockstep train --resume r"))
    let resumed = try Command(
      "train", "--resume", "r", "--epochs", "1", "--quiet", in: scratch.url)
    #expect(resumed.status == 0, "\(resumed.errors)")
  }

  @Test(arguments: [
    (["train"], 64, "Name a recipe"),
    (["train", "small.yaml", "--workers", "0"], 64, "--workers must be positive"),
    (["train", "small.yaml", "--set", "training"], 64, "KEY=VALUE"),
    (["frobnicate"], 64, "frobnicate"),
    (["train", "none.yaml"], 66, "none.yaml"),
    (["train", "--resume", "none"], 66, "none"),
    (["train", "small.yaml", "--set", "training.bach_size=3"], 65, "did you mean 'batch_size'?"),
    (["train", "small.yaml", "--set", "data.train=none.h5"], 66, "none.h5"),
    (["train", "small.yaml", "--set", "data.inputs=/z"], 65, "/z"),
    (["train", "small.yaml", "--set", "model.layers.1.Dense.units=5"], 65, "(None, 5)"),
    (["train", "small.yaml", "--run", "data.h5/run"], 73, "data.h5/run"),
    (["inspect", "small.yaml"], 65, "small.yaml"),
    (["inspect", "none.h5"], 66, "none.h5"),
    (["fingerprint", "data.h5"], 65, "is not a Keras model"),
    (["evaluate", "data.h5", "data.h5"], 65, "is not a Keras model"),
    (["plot", "none"], 66, "none/history.csv"),
    (["dataset", "maxmin", "-o", "none/data.h5"], 73, "none/data.h5"),
    (["bench", "--shape", "maxmim"], 64, "did you mean 'maxmin'?"),
  ])
  func mistakesHaveASentenceAndACode(
    _ arguments: [String], _ status: Int32, _ expected: String
  ) throws {
    let scratch = try folder()
    let command = try Command(arguments, in: scratch.url)
    #expect(command.status == status, "\(command.errors)")
    #expect(command.errors.contains(expected), "\(command.errors)")
    #expect(command.output.isEmpty)
  }

  @Test func missingGnuplotIsSaid() throws {
    let scratch = try folder()
    let plot = try Command("plot", "run", in: scratch.url, environment: ["PATH": "/nowhere"])
    #expect(plot.status == 69)
    #expect(plot.errors.contains("gnuplot-nox"))
  }
}

import Foundation
import HDF5
import TestSupport
import Testing

private let recipe = """
  model:
    layers:
      - LSTM: {units: 3, activation: sigmoid}
      - Dense: {units: 1}
  data: {train: s.h5}
  training: {loss: mse, metrics: [mae], batch_size: 8, epochs: 2}
  """

@Suite("Series, their scores and their breaks")
struct SeriesCommandTests {
  private let scratch: ScratchDirectory

  /// A hundred days that bend at the fortieth.
  init() throws {
    scratch = try ScratchDirectory()
    let days = (0..<100).map { day in
      let trend = day < 40 ? Double(day) : 80 - Double(day)
      return "2001-\(day / 28 + 1 < 10 ? "0" : "")\(day / 28 + 1)-"
        + String(format: "%02d", day % 28 + 1) + ",\(trend + sin(Double(day * day)))"
    }
    try scratch.write("Date,Open\n" + days.joined(separator: "\n") + "\n", to: "p.csv")
    try scratch.write(recipe, to: "series.yaml")
  }

  private func make() throws {
    let made = try Command(
      "dataset", "series", "p.csv", "--column", "Open", "--timesteps", "5", "--stride", "3",
      "-o", "s.h5", in: scratch.url)
    #expect(made.status == 0, "\(made.errors)")
    // 75 before the cut: 0, 3, …, 69; 25 behind it: 75, 78, …, 93.
    #expect(made.output.contains("100 values of Open, 2001-01-01 to 2001-04-16"))
    #expect(made.output.contains("24 windows to train on, 7 behind the cut at 2001-03-20"))
  }

  private func object(_ command: Command) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(command.output.utf8))
    return try #require(object as? [String: Any])
  }

  @Test func trainsEvaluatesAndPredicts() throws {
    try make()
    let run = try Command("train", "series.yaml", "--run", "r", in: scratch.url)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("24 rows, 7 to validate"))
    #expect(run.output.contains("val_loss ") && run.output.contains("(last value "))
    let table = try Command("evaluate", "r", "s.h5", in: scratch.url)
    #expect(table.output.contains("test, last value") && table.output.contains("loss: "))
    let scores = try object(Command("evaluate", "r", "s.h5", "--json", in: scratch.url))
    let series = try #require(scores["series"] as? [String: Any])
    let test = try #require(series["test"] as? [String: Any])
    #expect(test["windows"] as? Int == 7)
    let model = try #require(test["model"] as? [String: Double])
    let deviation = try #require(series["deviation"] as? Double)
    let loss = try #require(scores["loss"] as? Double)
    #expect(abs((model["rmse"] ?? 0) / deviation - loss.squareRoot()) < 1e-5)
    #expect((scores["baselines"] as? [[String: Any]])?.count == 4)
    let predicted = try Command("predict", "r", "s.h5", "-o", "p.h5", in: scratch.url)
    #expect(predicted.output.contains("31 × "), "\(predicted.output)\(predicted.errors)")
  }

  @Test func drawsForecasts() throws {
    try make()
    let run = try Command("train", "series.yaml", "--run", "r", in: scratch.url)
    #expect(run.status == 0, "\(run.errors)")
    let plot = try Command("plot", "r", in: scratch.url)
    #expect(plot.status == 0, "\(plot.errors)")
    for name in ["curves.png", "forecast.png", "forecast.svg"] {
      let size = try FileManager.default.attributesOfItem(atPath: scratch.file("r/\(name)"))[.size]
      #expect((size as? Int ?? 0) > 2000, "\(name)")
    }
    let picture = try String(contentsOfFile: scratch.file("r/forecast.svg"), encoding: .utf8)
    for text in ["r: Open", "forecast behind the cut", "2001-03"] {
      #expect(picture.contains(text), "\(text)")
    }
  }

  @Test func findsBreaks() throws {
    try make()
    for file in ["p.csv", "s.h5"] {
      let text = try Command("analyze", "chow", file, in: scratch.url)
      #expect(text.output.contains("F(2, 96)"), "\(text.output)\(text.errors)")
    }
    let found = try object(Command("analyze", "chow", "p.csv", "--json", in: scratch.url))
    let largest = try #require(found["largest"] as? [String: Any])
    let place = try #require(largest["place"] as? Int)
    #expect((38...42).contains(place))
    #expect((found["f"] as? [Double])?.count == 95 && (found["p"] as? [Double])?.count == 95)
    let drawn = try Command(
      "analyze", "chow", "p.csv", "--order", "2", "-o", "out", in: scratch.url)
    #expect(drawn.status == 0, "\(drawn.errors)")
    let lines = try String(contentsOfFile: scratch.file("out/chow.csv"), encoding: .utf8)
      .split(separator: "\n")
    #expect(lines[0] == "place,time,f,p" && lines.count == 1 + 98 - 7)
    #expect(FileManager.default.fileExists(atPath: scratch.file("out/chow.svg")))
  }

  @Test func drawsDerivatives() throws {
    let drawn = try Command("analyze", "activations", "tanh", "gelu", "relu", in: scratch.url)
    #expect(drawn.status == 0, "\(drawn.errors)")
    let picture = try String(contentsOfFile: scratch.file("activations.svg"), encoding: .utf8)
    for text in ["tanh", "gelu", "relu", "f′(x)"] { #expect(picture.contains(text)) }
  }

  @Test(arguments: [
    (["dataset", "series", "p.csv", "-o", "s.h5"], 64, "--timesteps"),
    (["dataset", "series", "n.csv", "--timesteps", "5", "-o", "s.h5"], 66, "n.csv"),
    (
      ["dataset", "series", "p.csv", "--column", "open", "--timesteps", "5", "-o", "s.h5"], 65,
      "did you mean 'Open'?"
    ),
    (["dataset", "series", "p.csv", "--timesteps", "90", "-o", "s.h5"], 65, "takes 91"),
    (["dataset", "series", "p.csv", "--timesteps", "5", "-o", "no/s.h5"], 73, "no/s.h5"),
    (["analyze", "chow", "n.csv"], 66, "n.csv"),
    (["analyze", "chow", "p.csv", "--column", "x"], 65, "has no column 'x'"),
    (["analyze", "chow", "p.csv", "--order", "-1"], 64, "--order"),
    (["analyze", "chow", "p.csv", "--order", "60"], 65, "expected at least"),
    (["analyze", "chow", "p.csv", "--alpha", "1"], 64, "--alpha"),
    (["analyze", "activations", "tahn"], 64, "did you mean 'tanh'?"),
    (["analyze", "activations", "softmax"], 64, "sees a whole row"),
  ])
  func mistakesHaveASentenceAndACode(
    _ arguments: [String], _ status: Int32, _ expected: String
  ) throws {
    let command = try Command(arguments, in: scratch.url)
    #expect(command.status == status, "\(command.errors)")
    #expect(command.errors.contains(expected), "\(command.errors)")
  }

  @Test(arguments: [
    ["dataset", "series"], ["analyze"], ["analyze", "chow"], ["analyze", "activations"],
  ])
  func helpFits(_ names: [String]) throws {
    let help = try Command(names + ["--help"], environment: ["COLUMNS": "80"])
    #expect(help.status == 0 && help.output.contains("lockstep \(names.joined(separator: " "))"))
    #expect(help.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(help.output)")
  }
}

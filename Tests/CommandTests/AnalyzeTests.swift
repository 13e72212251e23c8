import Foundation
import Testing

/// `analyze`, what `predict` prints, and models with layers that Keras does not have.
@Suite("Looking into models")
struct AnalyzeTests {
  private let job = try? Job()

  private func trained(_ layer: String) throws -> Job {
    let job = try #require(job)
    let run = try job.train(
      "--run", "r", "--quiet", "--set", "model.layers.0=\(layer)")
    #expect(run.status == 0, "\(run.errors)")
    return job
  }

  @Test(arguments: ["analyze", "analyze impulse", "analyze gates", "predict", "dataset stacked"])
  func helpIsThere(_ name: String) throws {
    let words = name.split(separator: " ").map(String.init)
    let help = try Command(words + ["--help"], environment: ["COLUMNS": "80"])
    #expect(help.status == 0 && help.output.contains("USAGE: lockstep \(name)"))
    #expect((help.output.split(separator: "\n").map(\.count).max() ?? 0) <= 80)
  }

  @Test func aHandBuiltLSTMIsTrainedResumedAndConverted() throws {
    let layer = "{HandBuiltLSTM: {units: 3, dropout: 0.1}}"
    let job = try trained(layer)
    let whole = try Command("fingerprint", "r", in: job.scratch.url)
    let part = try job.train("--run", "p", "--steps", "7", "--set", "model.layers.0=\(layer)")
    #expect(part.status == 0, "\(part.errors)")
    let resumed = try Command("train", "--resume", "p", "--quiet", in: job.scratch.url)
    #expect(resumed.status == 0, "\(resumed.errors)")
    let same = try Command("fingerprint", "p", in: job.scratch.url)
    #expect(whole.output.prefix(64) == same.output.prefix(64))

    let convert = try Command("convert", "r", "keras.keras", in: job.scratch.url)
    #expect(convert.status == 0, "\(convert.errors)")
    #expect(
      convert.output.contains("'hand_built_lstm', a HandBuiltLSTM, is written as Keras's LSTM"))
    let verify = try Command("verify", "keras.keras", in: job.scratch.url)
    #expect(verify.status == 0 && verify.output.contains("the self-test holds"))
    let (own, keras) = (
      try Command("evaluate", "r", "data.h5", in: job.scratch.url),
      try Command(
        "evaluate", "keras.keras", "data.h5", "--loss", "mse", "--metric", "mae",
        in: job.scratch.url)
    )
    #expect(own.status == 0 && own.output == keras.output, "\(own.output) \(keras.errors)")
  }

  @Test func peepholesStayOurs() throws {
    let job = try trained("{PeepholeLSTM: {units: 3}}")
    let convert = try Command("convert", "r", "keras.keras", in: job.scratch.url)
    #expect(convert.status == 65 && convert.errors.contains("Keras has no LSTM with peepholes"))
    #expect(try !job.names.contains("keras.keras"))
  }

  @Test func gatesOfATrainedModel() throws {
    let job = try trained("{GRU: {units: 3}}")
    let table = try Command("analyze", "gates", "r", "data.h5", in: job.scratch.url)
    #expect(table.status == 0, "\(table.errors)")
    #expect(table.output.contains("gru (GRU)") && table.output.contains("z update gate"))
    let json = try Command("analyze", "gates", "r", "data.h5", "--json", in: job.scratch.url)
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect(object?["rows"] as? Int == 200)
    #expect((object?["layers"] as? [[String: Any]])?.first?["units"] as? Int == 3)
    let none = try Command("analyze", "gates", "data.h5", "data.h5", in: job.scratch.url)
    #expect(none.status == 65)
  }

  @Test func impulsesAreDrawn() throws {
    let job = try trained("{LSTM: {units: 3}}")
    for arguments in [["--cell", "gru"], [], ["r", "--layer", "lstm", "--units", "2"]] {
      try? FileManager.default.removeItem(atPath: job.scratch.file("impulse.png"))
      let command = try Command(["analyze", "impulse"] + arguments, in: job.scratch.url)
      if command.status == 69 { return }
      #expect(command.status == 0, "\(command.errors)")
      let csv = try String(contentsOfFile: job.scratch.file("impulse.csv"), encoding: .utf8)
      #expect(csv.hasPrefix("step,unit,input,"))
      let picture = try Data(contentsOf: job.scratch.url.appendingPathComponent("impulse.png"))
      #expect(picture.count > 10_000)
    }
    let wrong = try Command("analyze", "impulse", "r", "--layer", "gru", in: job.scratch.url)
    #expect(wrong.status == 65 && wrong.errors.contains("it has lstm"))
    for arguments in [
      ["--spike-at", "30"], ["--cell", "gru", "r"], ["--layer", "x"], ["--activation", "tanf"],
    ] {
      let command = try Command(["analyze", "impulse"] + arguments, in: job.scratch.url)
      #expect(command.status == 64, "\(arguments)")
    }
  }

  @Test func oneRowIsPrintedBesideItsTarget() throws {
    let job = try trained("{LSTM: {units: 3}}")
    let row = try Command("predict", "r", "data.h5", "--row", "7", in: job.scratch.url)
    #expect(row.status == 0, "\(row.errors)")
    let lines = row.output.split(separator: "\n")
    #expect(lines.first == "Row 7 of data.h5" && lines.count == 5)
    #expect(lines[3].hasPrefix("dense[0]") && lines[4].hasPrefix("dense[1]"))
    let numbers = lines[3].split(separator: " ").compactMap { Double($0) }
    #expect(numbers.count == 3 && abs(numbers[0] - numbers[1] - numbers[2]) < 2e-5)
    let far = try Command("predict", "r", "data.h5", "--row", "200", in: job.scratch.url)
    #expect(far.status == 64 && far.errors.contains("no row 200"))
    let nothing = try Command("predict", "r", "data.h5", in: job.scratch.url)
    #expect(nothing.status == 64)
  }

  @Test func theStackedTutorialIsPrinted() throws {
    let job = try #require(job)
    let made = try Command("dataset", "stacked", "-o", "tiny.h5", in: job.scratch.url)
    #expect(made.status == 0, "\(made.errors)")
    let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let datasets = top.appendingPathComponent("datasets/stacked")
    for (name, expected) in [
      ("lstm", ["lstm (2, 3, 4)", "lstm, states h and c (2, 2, 4)"]),
      (
        "stacked",
        [
          "rnn (2, 3, 5)", "rnn/stacked_rnn_cells/lstm_cell, states h and c (2, 2, 4)",
          "rnn/stacked_rnn_cells/lstm_cell_1, states h and c (2, 2, 5)",
        ]
      ),
    ] {
      let recipe = datasets.appendingPathComponent("\(name).yaml").path
      let command = try Command(
        "predict", recipe, "tiny.h5", "--print", "--states", in: job.scratch.url)
      #expect(command.status == 0, "\(command.errors)")
      for title in expected { #expect(command.output.contains(title + "\n")) }
      let readme = try String(
        contentsOf: datasets.appendingPathComponent("README.md"), encoding: .utf8)
      #expect(readme.contains(command.output), "the README shows what is printed")
    }
  }
}

import Foundation
import Lockstep
import Testing

/// The example of the README: it compiles, it runs, and the README shows it as it is.
@Suite struct ExampleTests {
  @Test func theExampleTrains() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("lockstep-example-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try trainPeaks(in: folder.path)
    let run = folder.appendingPathComponent("run")
    let history = try String(contentsOf: run.appendingPathComponent("history.csv"), encoding: .utf8)
    #expect(history.split(separator: "\n").count == 1 + 3)
    #expect(FileManager.default.fileExists(atPath: run.appendingPathComponent("model.h5").path))
  }

  @Test func theReadmeShowsTheExample() throws {
    let example = try text("Tests/LockstepTests/Example.swift")
    #expect(try text("README.md").contains("```swift\n" + example + "```\n"))
  }

  /// The tutorial's program: it runs, its page shows it, and its shapes are what comes out.
  @Test func theStackedCellsArePrinted() throws {
    try printStackedCells()
    let example = try text("Tests/LockstepTests/StackedExample.swift")
    #expect(try text("datasets/stacked/README.md").contains("```swift\n" + example + "```\n"))
    #expect(example.split(separator: "\n").dropFirst(2).dropLast().count <= 15)
    let cells = StackedRNNCells([LSTMCell(LSTM(4)), LSTMCell(LSTM(5))])
    var model = Functional()
    let rnn = RNN(cells) { ($0.returnSequences, $0.returnState) = (true, true) }
    let y = model.call(rnn, model.input("x", Shape([3, 2])))
    model.outputs = (0...4).map { y.output($0) }
    let shapes = try model.network(rows: 2).outputs.map(\.shape.dimensions)
    #expect(shapes == [[3, 5], [4], [4], [5], [5]])
  }

  @Test func theReadmeNamesEveryKeyOfARecipe() throws {
    let readme = try text("README.md")
    let recipe = try Recipe(yaml: "{model: a.h5, data: {train: a.h5}, training: {loss: mse}}")
    var (section, keys) = ("", 0)
    for line in recipe.yaml.split(separator: "\n") {
      let indent = line.prefix { $0 == " " }.count
      let key = String(line.dropFirst(indent).prefix { $0 != ":" })
      if indent == 0 { section = key }
      guard indent == 2 else { continue }
      keys += 1
      #expect(readme.contains("`\(section).\(key)"), "\(section).\(key)")
    }
    #expect(keys == 39)
  }

  private func text(_ path: String) throws -> String {
    let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: top.appendingPathComponent(path), encoding: .utf8)
  }
}

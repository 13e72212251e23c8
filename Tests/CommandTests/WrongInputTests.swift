import Foundation
import HDF5
import Testing

/// Each wrong input gives one sentence and its exit code, and leaves nothing behind.
@Suite("Wrong input")
struct WrongInputTests {
  struct Wrong: CustomTestStringConvertible, Sendable {
    let name: String
    var arguments: [String] = []
    let status: Int32
    /// What the sentence must say.
    let says: [String]
    var prepare: @Sendable (Job) throws -> Void = { _ in }
    var testDescription: String { name }
  }

  static let cases = [
    Wrong(
      name: "a missing file", arguments: ["--set", "data.train=none.h5"], status: 66,
      says: ["none.h5"]),
    Wrong(
      name: "a folder instead of a file", arguments: ["--set", "data.train=."], status: 65,
      says: ["is a directory"]),
    Wrong(
      name: "a missing dataset", arguments: ["--set", "data.inputs=/xs"], status: 65,
      says: ["'/xs'", "data.h5"]),
    Wrong(name: "a wrong rank", status: 65, says: ["rank 1"]) {
      try $0.write("data.h5", shape: [50], targets: [50, 2])
    },
    Wrong(name: "mismatched rows", status: 65, says: ["50 rows", "49"]) {
      try $0.write("data.h5", shape: [50, 6, 1], targets: [49, 2])
    },
    Wrong(name: "no rows", status: 65, says: ["empty"]) {
      try $0.write("data.h5", shape: [0, 6, 1])
    },
    Wrong(name: "a row with NaN", status: 65, says: ["row 17", "'/x'"]) {
      try $0.write("data.h5", shape: [50, 6, 1]) { $0[17 * 6 + 2] = .nan }
    },
    Wrong(name: "a filter that is not there", status: 65, says: ["lzf", "h5repack"]) {
      try $0.writeLZF()
    },
    Wrong(name: "a file that is cut", status: 65, says: ["data.h5"]) {
      try $0.cut("data.h5")
    },
    Wrong(name: "a file that is no HDF5", status: 65, says: ["data.h5"]) {
      try $0.scratch.write("x,y\n1,2\n", to: "data.h5")
    },
    Wrong(
      name: "an unknown key", arguments: ["--set", "training.epoch=3"], status: 65,
      says: ["epoch", "'epochs'"]),
    Wrong(
      name: "no units", arguments: ["--set", "model.layers.0.LSTM.units=0"], status: 65,
      says: ["units"]),
    Wrong(
      name: "a batch of none", arguments: ["--set", "training.batch_size=0"], status: 65,
      says: ["batch_size"]),
    Wrong(
      name: "an LSTM that gets no sequence", status: 65, says: ["return_sequences"],
      prepare: {
        try $0.replace("- Dense: {units: 2}", "- LSTM: {units: 4}\n    - Dense: {units: 2}")
      }),
    Wrong(
      name: "outputs that do not fit the targets",
      arguments: ["--set", "model.layers.1.Dense.units=3"], status: 65, says: ["(None, 3)"]),
    Wrong(
      name: "a number that is watched and not there",
      arguments: ["--set", "training.early_stopping={monitor: val_loss}"], status: 65,
      says: ["val_loss"]),
    Wrong(name: "a recipe that is no YAML", status: 65, says: ["small.yaml"]) {
      try $0.scratch.write("model: [", to: "small.yaml")
    },
    Wrong(
      name: "a file as the run's directory", arguments: ["--run", "small.yaml"], status: 73,
      says: ["small.yaml"]),
    Wrong(
      name: "a run to go on with that is none", arguments: ["--resume", "data.h5"], status: 73,
      says: ["data.h5"]),
  ]

  @Test(arguments: cases) func hasASentence(_ wrong: Wrong) throws {
    let job = try Job()
    try wrong.prepare(job)
    let before = try job.names
    let command = try Command(["train", "small.yaml"] + wrong.arguments, in: job.scratch.url)
    #expect(command.status == wrong.status, "\(command.errors)")
    for text in wrong.says { #expect(command.errors.contains(text), "\(command.errors)") }
    let lines = command.errors.split(separator: "\n")
    #expect(lines.count == 1 && lines.first?.hasPrefix("lockstep: ") == true, "\(command.errors)")
    #expect(try job.names == before, "nothing is left")
  }
}

extension Job {
  /// Cuts a file in half.
  fileprivate func cut(_ name: String) throws {
    let url = scratch.url.appendingPathComponent(name)
    let data = try Data(contentsOf: url)
    try data.prefix(data.count / 2).write(to: url)
  }

  /// Replaces a text in the recipe.
  fileprivate func replace(_ old: String, _ new: String) throws {
    let text = Self.recipe.replacingOccurrences(of: old, with: new)
    try scratch.write(text, to: "small.yaml")
  }

  /// A file whose chunks say that h5py's lzf packed them: gzip's number and name are written over.
  fileprivate func writeLZF() throws {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let url = scratch.url.appendingPathComponent("data.h5")
    try FileManager.default.removeItem(at: url)
    try FileManager.default.copyItem(
      at: here.appendingPathComponent("Fixtures/lzf.h5"), to: url)
  }
}

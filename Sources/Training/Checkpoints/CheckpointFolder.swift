import Foundation

/// The checkpoints of a run: which are there, which is the newest intact one, which may go.
struct CheckpointFolder: Sendable {
  /// The folder.
  let path: String
  /// How many of the newest are kept.
  let keepLast: Int

  /// The file of a step's checkpoint.
  func file(step: Int) -> String {
    let digits = String(step)
    return "\(path)/step-\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits).h5"
  }

  /// The file of the best checkpoint.
  var best: String { "\(path)/best.h5" }

  /// The checkpoints by step, newest first.
  var files: [(step: Int, path: String)] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return
      names.compactMap { name in
        guard name.hasPrefix("step-"), name.hasSuffix(".h5"),
          let step = Int(name.dropFirst(5).dropLast(3))
        else { return nil }
        return (step, "\(path)/\(name)")
      }
      .sorted { $0.step > $1.step }
  }

  /// The newest checkpoint that is what was written, and why newer ones were passed over.
  func newestIntact() -> (path: String, state: RunState, passedOver: [String])? {
    var passedOver: [String] = []
    for (_, file) in files {
      do {
        if let state = try Checkpoint.state(file) { return (file, state, passedOver) }
        passedOver.append("'\(file)' holds no run state.")
      } catch {
        passedOver.append("\(error)")
      }
    }
    return nil
  }

  /// Removes what is older than the newest few up to a step whose checkpoint is safely there.
  ///
  /// Files of later steps are those that a resumed run passed over: they do not count.
  func prune(upTo step: Int) {
    for (_, file) in files.filter({ $0.step <= step }).dropFirst(max(keepLast, 1)) {
      unlink(file)
    }
  }
}

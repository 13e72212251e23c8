import KerasFormat

extension Recipe {
  /// Keys that decide when and where a run works, and not what comes out of a step.
  private static let harmless = [
    "model.name", "data.train", "data.validation", "data.prefetch", "data.scratch",
    "training.epochs",
    "training.checkpoint", "training.tensorboard", "training.samples", "training.smoothed_loss",
    "training.log_every_steps", "training.noise_scale",
  ]

  /// The keys whose values differ between two recipes and change the numbers of a run.
  ///
  /// Paths of files are left out: the fingerprint of the data tells whether it is the same.
  /// `data.memory` is not, since it decides how far rows are shuffled where they do not all fit.
  ///
  /// - Parameter other: the recipe that a run was started with.
  /// - Returns: a phrase for each, such as `training.batch_size (32, was 100)`.
  public func differences(from other: Recipe) -> [String] {
    var found: [String] = []
    Self.compare(tree, other.tree, "", into: &found)
    return found
  }

  private static func compare(
    _ new: JSON?, _ old: JSON?, _ path: String, into found: inout [String]
  ) {
    guard new != old, !harmless.contains(path) else { return }
    if case .object(let new)? = new, case .object(let old)? = old {
      let keys = new.keys + old.keys.filter { new[$0] == nil }
      for key in keys {
        compare(new[key], old[key], path.isEmpty ? key : "\(path).\(key)", into: &found)
      }
    } else if path == "model", new?.string != nil || old?.string != nil {
      // One model file may be another's copy; weights and layers of a checkpoint hold on resume.
      return
    } else if case .array(let new)? = new, case .array(let old)? = old, new.count == old.count {
      for (index, pair) in zip(new, old).enumerated() {
        compare(pair.0, pair.1, "\(path).\(index)", into: &found)
      }
    } else {
      found.append("\(path) (\(new?.short ?? "not set"), was \(old?.short ?? "not set"))")
    }
  }
}

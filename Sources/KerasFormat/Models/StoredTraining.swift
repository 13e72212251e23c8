import HDF5
import Networks

/// What a file says about how its model was compiled.
struct StoredTraining {
  /// The loss and the metrics.
  let config: TrainingConfig
  /// The optimizer's class and options.
  private let optimizer: JSON?

  /// Reads what legacy files have beside the config, and archives inside it; nil where a model was
  /// not compiled.
  init?(_ stored: StoredModel) throws(KerasFormatError) {
    if let text = stored.training {
      let json = try JSON(parsing: text)
      config = TrainingConfig(
        json: json, source: .file(version: stored.kerasVersion))
      optimizer = json["optimizer_config"]
      return
    }
    // Keras 3 drops the optimizer here when the model was saved as .h5 before.
    guard stored.layout == .archive, let text = stored.config,
      let json = try JSON(parsing: text)["compile_config"],
      json["optimizer"] != nil || json["loss"] != nil
    else { return nil }
    config = TrainingConfig(
      json: json, source: .file(version: stored.kerasVersion))
    optimizer = json["optimizer"]
  }

  /// The optimizer with its variables, if the file has any; nil where it names none.
  func optimizer(_ stored: StoredModel) throws(KerasFormatError) -> OptimizerState? {
    guard let optimizer, !optimizer.isNull else { return nil }
    let variables = stored.optimizer.map { array in
      OptimizerVariable(
        name: array.name, shape: array.shape,
        values: array.integer.map { .integer($0) } ?? .floats(array.values))
    }
    // A file for all generations keeps the variables where Keras 3 looks for them.
    let isUniversal =
      stored.layout == .legacyModel
      && variables.first?.name.hasPrefix("optimizer/vars/") == true
    let keras = isUniversal ? .keras3 : KerasGeneration(version: stored.kerasVersion)
    return try OptimizerState(config: optimizer, variables: variables, by: keras)
  }
}

extension StoredModel {
  /// Reads a file of ours that is open, in this process.
  init(reading file: borrowing File) throws {
    self.init(name: file.name, layout: .legacyModel)
    var reader = TreeReader(name: file.name, fileSize: 1 << 32, limits: ReadingLimits())
    _ = try reader.readLegacy(file, into: &self)
    _ = try reader.readVariables(file, into: &self)
    try reader.readOwn(file, into: &self)
    try fill { try file.dataset($0.source).read(as: Float.self, limit: $0.count) }
  }
}

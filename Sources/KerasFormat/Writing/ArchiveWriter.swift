/// Writes Keras 3's archive: two texts and the weights.
struct ArchiveWriter {
  private let model: SavedModel

  init(_ model: SavedModel) { self.model = model }

  /// The whole file.
  func bytes() throws -> [UInt8] {
    var config = try model.config(.archive).object ?? JSONObject()
    config["compile_config"] = compiled
    let metadata: JSON = ["keras_version": .string(LegacyLayout.version)]
    var archive = ZipWriter()
    archive.add("metadata.json", Array(metadata.description.utf8))
    archive.add("config.json", Array(JSON.object(config).description.utf8))
    archive.add("model.weights.h5", try model.treeImage())
    return try archive.bytes()
  }

  /// What the model was compiled with; nil where that is not known.
  private var compiled: JSON? {
    guard let training = model.training, let optimizer = model.storedOptimizer,
      var config = training.json(optimizer: optimizer).object
    else { return nil }
    config["optimizer_config"] = nil
    config["optimizer"] = keras(
      module: "keras.optimizers", optimizer.className, optimizer.config)
    return .object(config)
  }
}

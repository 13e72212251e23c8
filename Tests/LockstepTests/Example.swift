import Lockstep

func trainPeaks(in folder: String) throws {
  try MaxMin(seed: 1).write(rows: 2000, to: "\(folder)/maxmin.h5")
  let recipe = try Recipe(
    yaml: """
      model: {layers: [LSTM: {units: 20}, Dense: {units: 2}]}
      data: {train: maxmin.h5, validation_split: 0.1}
      training: {loss: mse, optimizer: {Adam: {learning_rate: 0.01}}, batch_size: 100, epochs: 3}
      """, folder: folder)
  let result = try Run(recipe, directory: "\(folder)/run").train { event in
    if case .epoch(let facts) = event { print("epoch \(facts.epoch):", facts.metrics) }
  }
  print(result.path, result.fingerprint)

  let data = try HDF5Dataset(path: "\(folder)/maxmin.h5")
  let model = try TrainedModel(path: result.path, input: data.shape.input)
  for (name, value) in try model.evaluate(data) { print(name, value) }
  try model.predict(data) { batch, outputs in print(batch.rowNumbers[0], outputs[0], outputs[1]) }
}

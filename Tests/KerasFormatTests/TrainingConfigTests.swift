import KerasFormat
import Networks
import Testing

@Suite struct TrainingConfigTests {
  private func sentence(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func lossesSurviveARoundTrip() throws {
    var focal = BinaryFocalCrossentropy()
    focal.alpha = 0.5
    let losses: [any Loss] =
      lossNames.compactMap { loss(named: $0) } + [
        Huber(delta: 0.25), BinaryCrossentropy(fromLogits: true, labelSmoothing: 0.125), focal,
        SparseCategoricalCrossentropy(fromLogits: true, ignoreClass: -1),
        ReducedLoss(MeanSquaredError(), .sum), ReducedLoss(Huber(delta: 2), .weightedMean),
      ]
    for loss in losses {
      let config = lossConfig(loss)
      let back = try lossValue(config, source: .file(.keras3))
      #expect(lossConfig(back) == config && back.reduction == loss.reduction)
      #expect(back.name == loss.name)
    }
    #expect(lossConfig(Poisson()) == "poisson")
    let hinge = try lossValue(["class_name": "function", "config": "hinge"])
    #expect(hinge is Hinge)
    let wrapper: JSON = [
      "class_name": "LossFunctionWrapper",
      "config": ["fn": "mean_squared_error", "name": "m", "reduction": "none"],
    ]
    let wrapped = try lossValue(wrapper, source: .file(.keras2))
    #expect(wrapped.name == "mean_squared_error" && wrapped.reduction == .sum)
    let wrong: JSON = ["class_name": "Huber", "config": ["reduction": "median"]]
    #expect(sentence { _ = try lossValue(wrong) }.contains("option 'reduction' of Huber"))
    #expect(sentence { _ = try lossValue("poison") }.contains("did you mean 'poisson'"))
  }

  @Test func metricsSurviveARoundTrip() throws {
    var recall = ConfusionMetric(.recall, name: "found")
    (recall.threshold, recall.topK, recall.classID) = (0.25, 3, 1)
    var area = AUC()
    (area.curve, area.summation, area.thresholds) = (.precisionRecall, .majoring, [0.5])
    var score = FScore(hasBeta: true)
    (score.beta, score.average, score.threshold) = (2, .micro, 0.5)
    var r2 = R2Score()
    (r2.aggregation, r2.regressors) = (nil, 2)
    let metrics: [any NamedMetric] = [
      recall, area, score, r2, Accuracy(.binary(threshold: 0.75)), Accuracy(.topK(3)),
      Accuracy(.sparseTopK(2), name: "two"), Accuracy(.equality),
      MeanMetric("smooth", of: BinaryCrossentropy(labelSmoothing: 0.5)),
      MeanMetric("mae", of: MeanAbsoluteError()), RootMeanSquaredError("rmse"),
      MeanMetric("log_cosh", of: LogCosh()), ConfusionMetric(.precision), FScore(),
    ]
    for metric in metrics {
      let config = metricConfig(metric)
      let back = try #require(try metricValue(config, source: .file(.keras3)), "\(config)")
      #expect(metricConfig(back) == config)
      #expect(back.name == metric.name && back.className == metric.className)
    }
    #expect(metricConfig(ConfusionMetric(.precision)) == "precision")
    #expect(metricConfig(RootMeanSquaredError("rmse"))["class_name"] == "RootMeanSquaredError")
    #expect(metricConfig(Accuracy(.sparse, name: "accuracy")) == "accuracy")
  }

  @Test func metricsOfOlderKeras() throws {
    let wrapper: JSON = [
      "class_name": "MeanMetricWrapper",
      "config": ["name": "error", "dtype": "float32", "fn": "mean_absolute_error"],
    ]
    let mean = try #require(try metricValue(wrapper, source: .file(.keras2)))
    #expect(mean.name == "error" && mean.className == "MeanAbsoluteError")
    let accuracy: JSON = [
      "class_name": "MeanMetricWrapper",
      "config": ["name": "acc", "dtype": "float32", "fn": "binary_accuracy", "threshold": 0.25],
    ]
    let binary = try #require(try metricValue(accuracy) as? Accuracy)
    #expect(binary.rule == .binary(threshold: 0.25) && binary.name == "acc")
    let cosine = try metricValue("cosine_similarity")
    #expect((cosine as? MeanMetric)?.loss is CosineSimilarity)
    #expect(
      sentence {
        _ = try metricValue(["class_name": "Precision", "config": ["thresholds": [0.1, 0.2]]])
      }
      .contains("one threshold"))
    #expect(sentence { _ = try metricValue("recal") }.contains("did you mean 'recall'"))
    #expect(
      sentence { _ = try metricValue("mae", output: Shape([3]), target: Shape([2])) }
        .contains("needs targets (None, 3)"))
    let shaped = try metricValue("acc", output: Shape([3]), target: Shape([]))
    #expect((shaped as? Accuracy)?.rule == .sparse && shaped.name == "acc")
  }

  private let names = ["left", "right"]

  private func outputs(
    _ json: JSON, _ names: [String], _ generation: KerasGeneration = .keras3
  ) throws -> [OutputTraining] {
    try TrainingConfig(json: json, source: .file(generation)).outputs(names)
  }

  @Test func oneForAllAListOrByName() throws {
    let all = try outputs(["loss": "mse", "metrics": nil], names)
    #expect(all.map(\.loss) == ["mse", "mse"] && all.map(\.weight) == [1, 1])
    #expect(all.map(\.name) == names && all.allSatisfy { $0.metrics.isEmpty })
    let list = try outputs(
      [
        "loss": ["mse", nil], "loss_weights": [0.5, 2],
        "metrics": [["mae", "mse"], nil], "weighted_metrics": [nil, ["mae"]],
      ], names)
    #expect(list.map(\.loss) == ["mse", nil] && list.map(\.weight) == [0.5, 2])
    #expect(list.map(\.metrics) == [["mae", "mse"], []])
    #expect(list.map(\.weightedMetrics) == [[], ["mae"]])
    #expect(try list[1].lossValue() == nil)
    let huber: JSON = ["class_name": "Huber", "config": ["delta": 2.0]]
    let named = try outputs(
      [
        "loss": ["right": huber], "loss_weights": ["right": 3],
        "metrics": ["left": "mae", "right": ["mse", "acc"]],
      ], names)
    #expect(named.map(\.loss) == [nil, huber] && named[1].weight == 3)
    #expect(named.map(\.metrics) == [["mae"], ["mse", "acc"]])
    // A loss object is no object by names.
    #expect(try outputs(["loss": huber], names).map(\.loss) == [huber, huber])
    let tuple: JSON = ["class_name": "__tuple__", "config": ["value": ["mse", "mae"]]]
    #expect(try outputs(["loss": tuple], names).map(\.loss) == ["mse", "mae"])
  }

  @Test func flatListsMeanWhatTheirKerasMeant() throws {
    let flat: JSON = ["loss": "mse", "metrics": ["mae", "acc"]]
    #expect(try outputs(flat, ["one"]).map(\.metrics) == [["mae", "acc"]])
    #expect(try outputs(flat, names).map(\.metrics) == [["mae"], ["acc"]])
    #expect(
      try outputs(flat, names, .keras2).map(\.metrics) == [["mae", "acc"], ["mae", "acc"]])
    let nested: JSON = ["loss": "mse", "metrics": [["mae"]]]
    #expect(try outputs(nested, ["one"], .keras2).map(\.metrics) == [["mae"]])
  }

  @Test func whatFitsNoOutputIsRefused() {
    let long = sentence { _ = try outputs(["loss": ["mse", "mae", "mse"]], names) }
    #expect(long.contains("'loss' has a list of 3") && long.contains("'left', 'right'"))
    let stranger = sentence { _ = try outputs(["loss": ["up": "mse", "left": "mse"]], names) }
    #expect(stranger.contains("'loss' has 'up'"))
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    let parts = [
      OutputTraining(
        name: "left", loss: Huber(delta: 3), weight: 0.5, metrics: [ConfusionMetric(.recall)]),
      OutputTraining(
        name: "right", loss: nil, weightedMetrics: [MeanMetric("mae", of: MeanAbsoluteError())]),
    ]
    #expect(try TrainingConfig(parts).outputs(names) == parts)
    let one = TrainingConfig(loss: Poisson(), metrics: [AUC()])
    #expect(one.loss == "poisson" && one.metrics == ["auc"] && one.lossWeights.isNull)
    #expect(one.metricNames == ["auc"])
  }
}

import KerasFormat
import Networks
import TestSupport
import Testing

/// Configs of the layers around recurrent ones: as Keras 3 writes them, and in former words.
@Suite struct AroundConfigTests {
  /// Options of each class other than its defaults.
  static let changes: [String: JSON] = [
    "ReLU": ["max_value": 6.0, "negative_slope": 0.25, "threshold": 0.5],
    "LeakyReLU": ["negative_slope": 0.125], "ELU": ["alpha": 2.0],
    "PReLU": ["shared_axes": [1]], "Softmax": ["axis": 1], "Identity": [:],
    "SpatialDropout1D": ["rate": 0.25], "GaussianNoise": ["stddev": 0.5],
    "GaussianDropout": ["rate": 0.25],
    "BatchNormalization": ["axis": 1, "momentum": 0.5, "epsilon": 0.25, "center": false],
    "LayerNormalization": ["axis": [1, 2], "epsilon": 0.25, "scale": false],
    "Conv1D": [
      "filters": 4, "kernel_size": [3], "strides": [2], "padding": "causal", "groups": 2,
      "activation": "tanh", "use_bias": false,
    ],
    "MaxPooling1D": ["pool_size": [3], "strides": [2], "padding": "same"],
    "AveragePooling1D": ["pool_size": [3], "strides": [2], "padding": "same"],
    "GlobalMaxPooling1D": ["keepdims": true], "GlobalAveragePooling1D": ["keepdims": true],
    "Reshape": ["target_shape": [2, -1]], "Permute": ["dims": [2, 1]], "RepeatVector": ["n": 3],
    "ZeroPadding1D": ["padding": [2, 1]], "Cropping1D": ["cropping": [0, 1]],
    "UpSampling1D": ["size": 3], "Concatenate": ["axis": 1], "Add": [:], "Subtract": [:],
    "Multiply": [:], "Average": [:], "Maximum": [:], "Minimum": [:],
    "Dot": ["axes": [2, 1], "normalize": true],
    "Attention": ["use_scale": true, "score_mode": "concat", "dropout": 0.25],
  ]

  /// Keras's own config of every case is read, and written with the same values under no other keys,
  /// so that Keras takes it.
  @Test func configsAreThoseOfKeras() throws {
    let file = try ReferenceFile("around")
    for name in ReferenceFile.cases(of: "around") {
      let reference = try file.reference(name)
      let className = try JSON(parsing: reference.text("layer"))["class_name"]?.string ?? ""
      let keras = try JSON(parsing: reference.text("keras_config")).object ?? JSONObject()
      let isTrainable = keras["trainable"]?.bool ?? true
      let layer = try layer(className: className, options: keras, source: .file(.keras3))
      let ours = try layerConfig(layer, name: "layer", isTrainable: isTrainable)
      #expect(ours.className == className)
      for (key, value) in ours.config.pairs where key != "dtype" {
        let expected = keras[key] ?? "no such key"
        let isSame =
          value["class_name"] != nil
          ? value["class_name"] == expected["class_name"] : isEqual(value, expected)
        #expect(isSame, "\(name): \(key) is \(value), in Keras \(expected)")
      }
    }
  }

  /// Whether two values are the same to Keras: numbers by value, one axis alone or in a list.
  private func isEqual(_ one: JSON, _ other: JSON) -> Bool {
    if let number = one.double { return number == (other.double ?? other.array?.first?.double) }
    if let list = one.array {
      guard let others = other.array, others.count == list.count else {
        return list.count == 1 && isEqual(list[0], other)
      }
      return zip(list, others).allSatisfy(isEqual)
    }
    return one == other
  }

  private func read(
    _ className: String, _ options: JSON, _ generation: KerasGeneration
  ) throws -> any Layer {
    try layer(
      className: className, options: options.object ?? JSONObject(), source: .file(generation))
  }

  @Test func kerasTwoIsRead() throws {
    let leaky = try read(
      "LeakyReLU", ["name": "a", "trainable": true, "dtype": "float32", "alpha": 0.125], .keras2)
    #expect((leaky as? LeakyReLU)?.negativeSlope == 0.125)
    let number: JSON = ["class_name": "__numpy__", "config": ["value": 6.0, "dtype": "float32"]]
    let capped = try read("ReLU", ["max_value": number, "negative_slope": number], .keras2)
    #expect((capped as? ReLU)?.maxValue == 6 && (capped as? ReLU)?.negativeSlope == 6)
    let thresholded = try read("ThresholdedReLU", ["theta": 0.5], .keras2)
    #expect((thresholded as? ReLU)?.threshold == 0.5)
    let batch = try read(
      "BatchNormalizationV1", ["axis": [2], "momentum": 0.9, "fused": true], .keras2)
    let normalization = try #require(batch as? BatchNormalization)
    #expect(normalization.axis == 2 && normalization.momentum == 0.9 && !normalization.usesMask)
    let pooling = try read(
      "MaxPooling1D",
      ["pool_size": 2, "strides": [3], "padding": "valid", "data_format": "channels_last"],
      .keras2)
    #expect((pooling as? MaxPooling1D)?.poolSize == 2 && (pooling as? MaxPooling1D)?.strides == 3)
    #expect((try read("Add", [:], .keras2) as? Add)?.maskRule == .all)
    #expect((try read("Add", [:], .keras3) as? Add)?.maskRule == .any)
    let attention = try read("Attention", ["causal": true, "use_scale": false], .keras2)
    #expect((attention as? Attention)?.isCausal == true)
  }

  @Test func kerasOneIsRead() throws {
    let convolution = try #require(
      try read(
        "Convolution1D",
        [
          "nb_filter": 8, "filter_length": 3, "subsample_length": 2, "border_mode": "same",
          "init": "glorot_uniform", "activation": "relu", "bias": false, "input_dim": 4,
          "W_regularizer": nil, "W_constraint": nil, "input_length": nil,
        ], .keras1) as? Conv1D)
    #expect(convolution.filters == 8 && convolution.kernelSize == 3 && convolution.strides == 2)
    #expect(convolution.padding == .same && !convolution.useBias)
    #expect(convolution.activation == .relu)
    let pooling = try read(
      "AveragePooling1D", ["pool_length": 3, "stride": 2, "border_mode": "valid"], .keras1)
    #expect((pooling as? AveragePooling1D)?.poolSize == 3)
    #expect((pooling as? AveragePooling1D)?.strides == 2)
    #expect((try read("GaussianNoise", ["sigma": 0.5], .keras1) as? GaussianNoise)?.stddev == 0.5)
    #expect((try read("UpSampling1D", ["length": 4], .keras1) as? UpSampling1D)?.size == 4)
    let batch = try read(
      "BatchNormalization", ["mode": 0, "axis": -1, "epsilon": 1e-5, "momentum": 0.9], .keras1)
    #expect((batch as? BatchNormalization)?.epsilon == 1e-5)
  }

  @Test func mergeBecomesWhatItsModeSays() throws {
    let options: [(JSON, any Layer.Type)] = [
      (["mode": "sum", "concat_axis": -1, "dot_axes": -1, "arguments": [:]], Add.self),
      (["mode": "mul"], Multiply.self), (["mode": "ave"], Average.self),
      (["mode": "max"], Maximum.self), (["mode": "concat", "concat_axis": 1], Concatenate.self),
      (["mode": "dot", "dot_axes": [[2], [1]]], Dot.self), (["mode": "cos"], Dot.self),
    ]
    for (options, kind) in options {
      #expect(try type(of: read("Merge", options, .keras1)) == kind)
    }
    let dot = try read("Merge", ["mode": "dot", "dot_axes": [[2], [1]]], .keras1) as? Dot
    #expect(dot?.axes == [2, 1] && dot?.normalize == false)
    #expect((try read("Merge", ["mode": "cos"], .keras1) as? Dot)?.normalize == true)
    #expect(throws: KerasFormatError.self) { try read("Merge", ["mode": "lambda"], .keras1) }
  }

  @Test(
    arguments: [
      ("BatchNormalization", ["renorm": true], "option 'renorm' of BatchNormalization"),
      ("BatchNormalization", ["mode": 1], "option 'mode' of BatchNormalization"),
      ("BatchNormalization", ["axis": [1, 2]], "expected one axis"),
      ("Conv1D", ["filters": 2, "kernel_size": 0], "option 'kernel_size' of Conv1D"),
      ("Conv1D", ["filters": 2, "kernel_size": 1, "padding": "full"], "expected one of valid"),
      (
        "Conv1D", ["filters": 2, "kernel_size": 1, "data_format": "channels_first"],
        "option 'data_format' of Conv1D"
      ),
      ("MaxPooling1D", ["pool_size": [2, 2]], "expected one number of steps"),
      ("Reshape", ["target_shape": [2.5]], "expected whole numbers"),
      ("ZeroPadding1D", ["padding": [1, 2, 3]], "expected two numbers of steps"),
      ("RepeatVector", ["n": 0], "option 'n' of RepeatVector"),
      ("Attention", ["score_mode": "cosine"], "expected one of dot, concat"),
      ("SpatialDropout1D", [:], "needs the option 'rate'"),
    ] as [(String, JSON, String)])
  func wrongOptionsAreRefused(_ className: String, _ options: JSON, _ expected: String) {
    do {
      _ = try read(className, options, .keras2)
      Issue.record("\(className) \(options) was read")
    } catch {
      #expect("\(error)".contains(expected), "\(error)")
    }
  }
}

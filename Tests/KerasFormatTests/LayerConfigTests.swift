import KerasFormat
import Networks
import Testing

@Suite struct LayerConfigTests {
  private func read(
    _ className: String, _ options: JSON, _ source: ConfigSource = .recipe
  ) throws -> any Layer {
    try layer(className: className, options: options.object ?? JSONObject(), source: source)
  }

  private func sentence(
    _ className: String, _ options: JSON, _ source: ConfigSource = .recipe
  ) -> String {
    do {
      _ = try read(className, options, source)
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func missingOptionsHaveKerasDefaults() throws {
    let lstm = try #require(try read("LSTM", ["units": 7]) as? LSTM)
    #expect(lstm.options.units == 7 && lstm.options.activation == .tanh && lstm.unitForgetBias)
    #expect(lstm.recurrentActivation == .sigmoid && lstm.options.useBias)
    #expect(lstm.options.recurrentInitializer is Orthogonal)
    let gru = try #require(try read("GRU", ["units": 2]) as? GRU)
    #expect(gru.resetAfter)
    let old = try #require(try read("GRU", ["units": 2], .file(.keras2)) as? GRU)
    #expect(!old.resetAfter)
  }

  @Test func everyOptionArrives() throws {
    let options: JSON = [
      "units": 3, "activation": "relu", "recurrent_activation": "hard_sigmoid", "use_bias": false,
      "unit_forget_bias": false, "return_sequences": true, "return_state": true,
      "go_backwards": true, "stateful": true, "dropout": 0.25, "recurrent_dropout": 0.5,
      "kernel_initializer": "he_normal", "name": "first",
      "recurrent_initializer": ["class_name": "Orthogonal", "config": ["gain": 2.0]],
      "bias_initializer": [
        "class_name": "RandomUniform", "config": ["minval": -1, "maxval": 1.5],
      ],
    ]
    let lstm = try #require(try read("LSTM", options) as? LSTM)
    #expect(lstm.name == "first" && lstm.recurrentActivation == .hardSigmoid)
    #expect(!lstm.unitForgetBias)
    let common = lstm.options
    #expect(common.units == 3 && common.activation == .relu && !common.useBias)
    #expect(common.returnSequences && common.returnState && common.goBackwards && common.stateful)
    #expect(common.dropout == 0.25 && common.recurrentDropout == 0.5)
    #expect(common.kernelInitializer is HeNormal)
    #expect((common.recurrentInitializer as? Orthogonal)?.gain == 2)
    #expect(common.biasInitializer as? RandomUniform == RandomUniform(from: -1, to: 1.5))
  }

  /// What is written is read back as the same, and written the same again.
  @Test(arguments: layerClassNames)
  func configsSurviveARoundTrip(_ className: String) throws {
    let changes: [String: JSON] = [
      "LSTM": ["units": 3, "unit_forget_bias": false, "activation": "softsign"],
      "GRU": ["units": 3, "reset_after": false, "recurrent_activation": "softmax"],
      "SimpleRNN": ["units": 3, "stateful": true, "bias_initializer": "ones"],
      "HandBuiltLSTM": ["units": 3, "forget_bias": 0.5, "recurrent_activation": "tanh"],
      "CategoryEncoding": ["num_tokens": 9, "output_mode": "one_hot"],
      "TiedDense": ["units": 3, "tied_to": "table", "activation": "softmax", "use_bias": false],
      "PeepholeLSTM": ["units": 3, "output_activation": "linear", "unit_forget_bias": false],
      "Dense": [
        "units": 3, "use_bias": false,
        "kernel_initializer": [
          "class_name": "VarianceScaling",
          "config": ["scale": 2.0, "mode": "fan_avg", "distribution": "uniform"],
        ],
      ],
      "Dropout": ["rate": 0.125], "Activation": ["activation": "elu"], "Flatten": [:],
      "Embedding": ["input_dim": 9, "output_dim": 4, "mask_zero": true],
      "Masking": ["mask_value": -1.5],
      "Bidirectional": [
        "merge_mode": "ave", "layer": ["class_name": "LSTM", "config": ["units": 3]],
      ],
      "TimeDistributed": ["layer": ["class_name": "Dense", "config": ["units": 3]]],
      "RNN": [
        "return_sequences": true,
        "cell": [
          "class_name": "StackedRNNCells",
          "config": [
            "cells": [
              ["class_name": "LSTMCell", "config": ["units": 3, "name": "a"]],
              ["class_name": "GRUCell", "config": ["units": 4, "reset_after": false]],
              ["class_name": "SimpleRNNCell", "config": ["units": 5]],
            ]
          ],
        ],
      ],
    ].merging(AroundConfigTests.changes) { $1 }
    let first = try read(className, try #require(changes[className]))
    let (name, config) = try layerConfig(first, name: "x")
    #expect(name == className && config["name"] == "x")
    #expect((config.keys[1] == "trainable") == (className != "SpatialDropout1D"))
    for (key, value) in changes[className]?.object?.pairs ?? [] where value.object == nil {
      if key.hasSuffix("initializer") { continue }
      #expect(config[key] == value)
    }
    let second = try read(className, .object(config))
    #expect(try layerConfig(second, name: "x").config == config)
  }

  @Test(
    arguments: [
      (
        "LSTM", ["units": 20, "retrun_sequences": true],
        "unknown option 'retrun_sequences' of LSTM; did you mean 'return_sequences'?"
      ),
      ("LSTMM", ["units": 20], "unknown layer 'LSTMM'; did you mean 'LSTM'?"),
      ("LSTM", [:], "the layer LSTM needs the option 'units'"),
      ("Dense", ["units": 0], "option 'units' of Dense: expected a whole number from 1 to"),
      ("Dense", ["units": "two"], "found \"two\""),
      ("Dense", ["units": 2.5], "found 2.5"),
      ("Dense", ["units": 1e300], "found 1e+300"),
      ("Dense", ["units": 2, "activation": "tanhh"], "did you mean 'tanh'?"),
      ("Dense", ["units": 2, "kernel_initializer": "glorot"], "unknown initializer 'glorot'"),
      (
        "Dense", ["units": 2, "kernel_regularizer": "orthogonal"],
        "option 'kernel_regularizer' of Dense: the regularizer 'orthogonal' is not supported"
      ),
      ("Dropout", ["rate": 1.0], "expected a number from 0 up to but not including 1"),
      ("Dropout", ["rate": .double(.nan)], "found NaN"),
      ("Dropout", ["rate": 0.5, "seed": 3], "it has no effect here; leave it out"),
      ("LSTM", ["units": 2, "use_bias": 1], "expected true or false, found 1"),
      ("LSTM", ["units": 2, "dtype": "float64"], "is not supported, only float32"),
      ("Lambda", ["function": "x"], "Python code, which is never run here"),
    ] as [(String, JSON, String)])
  func recipesAreReadStrictly(_ className: String, _ options: JSON, _ expected: String) {
    let found = sentence(className, options)
    #expect(found.contains(expected), "\(found)")
  }

  @Test func filesAreReadTolerantly() throws {
    let options: JSON = [
      "units": 2, "implementation": 2, "unroll": true, "time_major": false, "seed": 7,
      "batch_input_shape": [nil, 5, 3], "trainable": false, "dtype": "float64",
      "kernel_regularizer": nil, "zero_output_for_mask": true, "kernel_initializer": "unheard_of",
      "recurrent_activation": "hard_sigmoid",
    ]
    let lstm = try #require(try read("LSTM", options, .file(.keras2)) as? LSTM)
    #expect(lstm.recurrentActivation == .hardSigmoidLegacy)
    let refused: [(JSON, String)] = [
      (["units": 2, "time_major": true], "option 'time_major' of LSTM: true is not supported"),
      (["units": 2, "kernel_constraint": ["class_name": "Mine"]], "the constraint 'Mine'"),
      (["units": 2, "frobnicate": 1], "unknown option 'frobnicate'"),
    ]
    for (options, expected) in refused {
      let found = sentence("LSTM", options, .file(.keras3))
      #expect(found.contains(expected), "\(found)")
    }
  }

  @Test func activationsComeInSeveralForms() throws {
    let forms: [(JSON, Activation)] = [
      ("softmax", .softmax), (nil, .linear),
      (["class_name": "function", "config": "elu", "registered_name": "function"], .elu),
      (["module": "keras.layers", "class_name": "Softmax", "config": ["name": "s"]], .softmax),
      (["class_name": "Softmax", "config": ["axis": -1]], .softmax),
      ("swish", .silu), ("hard_swish", .hardSilu), ("gelu", .gelu), ("leaky_relu", .leakyReLU),
      (
        ["class_name": "LeakyReLU", "config": JSON.object(JSONObject())],
        .rectifier(negativeSlope: 0.3)
      ),
      (
        ["class_name": "LeakyReLU", "config": ["negative_slope": 0.1, "name": "l"]],
        .rectifier(negativeSlope: 0.1)
      ),
      (
        ["class_name": "ReLU", "config": ["max_value": 6, "threshold": 0.5]],
        .rectifier(negativeSlope: 0, maxValue: 6, threshold: 0.5)
      ),
      (["class_name": "ELU", "config": ["alpha": 0.5]], .exponentialLinear(alpha: 0.5)),
    ]
    for (json, expected) in forms {
      let dense = try read("Dense", ["units": 1, "activation": json]) as? Dense
      #expect(dense?.activation == expected)
      // Written and read again it is the same.
      let written = try layerConfig(try #require(dense), name: "d").config["activation"]
      let again = try read("Dense", ["units": 1, "activation": try #require(written)]) as? Dense
      #expect(again?.activation == expected)
    }
    let old: JSON = ["class_name": "LeakyReLU", "config": ["alpha": 0.25]]
    let dense = try layer(
      className: "Dense", options: try #require((["units": 1, "activation": old] as JSON).object),
      source: .file(.keras2))
    #expect((dense as? Dense)?.activation == .rectifier(negativeSlope: 0.25))
    for wrong in ["PReLU", "Softmax"] {
      let layer: JSON = ["class_name": .string(wrong), "config": ["axis": 1]]
      #expect(sentence("Dense", ["units": 1, "activation": layer]).contains("not supported"))
    }
  }

  @Test func penaltiesAndConstraintsComeInSeveralForms() throws {
    let penalties: [(JSON, Regularizer?)] = [
      (nil, nil), ("l2", Regularizer(l2: 0.01)), ("l1_l2", Regularizer(l1: 0.01, l2: 0.01)),
      (["class_name": "L2", "config": ["l2": 0.5]], Regularizer(l2: 0.5)),
      (["class_name": "L1L2", "config": ["l1": 0.5, "l2": 0.0]], Regularizer(l1: 0.5)),
      (["name": "L1L2Regularizer", "l1": 0.25, "l2": 0.5], Regularizer(l1: 0.25, l2: 0.5)),
    ]
    for (json, expected) in penalties {
      let dense = try read("Dense", ["units": 1, "kernel_regularizer": json]) as? Dense
      #expect(dense?.kernelRegularizer == expected)
    }
    let constraints: [(JSON, Constraint)] = [
      (["name": "MaxNorm", "m": 3, "axis": 0], .maxNorm(maxValue: 3, axis: [0])),
      ("max_norm", .maxNorm(maxValue: 2, axis: [0])), ("nonneg", .nonNegative),
      (["class_name": "UnitNorm", "config": ["axis": [0, 1]]], .unitNorm(axis: [0, 1])),
      (
        ["class_name": "MinMaxNorm", "config": ["min_value": 0.5, "rate": 0.25]],
        .minMaxNorm(minValue: 0.5, maxValue: 1, rate: 0.25, axis: [0])
      ),
    ]
    for (json, expected) in constraints {
      let first = try read("LSTM", ["units": 1, "recurrent_constraint": json])
      #expect((first as? LSTM)?.options.recurrentConstraint == expected)
      let second = try read("LSTM", .object(try layerConfig(first, name: "x").config))
      #expect((second as? LSTM)?.options.recurrentConstraint == expected)
    }
  }

  @Test func formerKeysAreReadInFilesAlone() throws {
    let options: JSON = ["units": 1, "W_regularizer": ["name": "L1L2Regularizer", "l2": 0.5]]
    let dense = try read("Dense", options, .file(.keras1)) as? Dense
    #expect(dense?.kernelRegularizer == Regularizer(l2: 0.5))
    #expect(sentence("Dense", options).contains("unknown option 'W_regularizer'"))
  }

  @Test func layersInsideOthersStayFrozen() throws {
    let dense: JSON = ["class_name": "Dense", "config": ["units": 2, "trainable": false]]
    let gru: JSON = ["class_name": "GRU", "config": ["units": 2, "trainable": false]]
    let inner: JSON = [
      "class_name": "Sequential",
      "config": [
        "name": "s", "trainable": false, "build_input_shape": [nil, 3],
        "layers": [["class_name": "Dense", "config": ["units": 2]]],
      ],
    ]
    for (className, layer) in [
      ("TimeDistributed", dense), ("Bidirectional", gru), ("TimeDistributed", inner),
    ] {
      let first = try read(className, ["layer": layer], .file(.keras2))
      let config = try layerConfig(first, name: "x").config
      let second = try read(className, .object(config), .file(.keras3))
      for outer in [first, second] {
        let network = try Sequential(input: Shape([4, 3]), [outer, Flatten(), Dense(1)])
          .network(rows: 1)
        let trained = network.parameters.filter(\.isTrained).map(\.layer)
        #expect(trained == ["dense", "dense"], "\(className)")
      }
    }
  }

  @Test func wordsOfKeras1AreRead() throws {
    let options: JSON = [
      "output_dim": 5, "init": "glorot_uniform", "inner_init": "orthogonal",
      "forget_bias_init": "zero", "inner_activation": "hard_sigmoid", "activation": "tanh",
      "consume_less": "gpu", "W_regularizer": nil, "dropout_W": 0.25, "dropout_U": 0.5,
      "input_dim": 3, "input_length": nil, "return_sequences": true,
    ]
    let lstm = try #require(try read("LSTM", options, .file(.keras1)) as? LSTM)
    #expect(lstm.options.units == 5 && lstm.options.dropout == 0.25 && !lstm.unitForgetBias)
    #expect(lstm.recurrentActivation == .hardSigmoidLegacy && lstm.options.recurrentDropout == 0.5)
    let bare = try #require(try read("GRU", ["output_dim": 5], .file(.keras1)) as? GRU)
    #expect(bare.recurrentActivation == .hardSigmoidLegacy && !bare.resetAfter)
    let fused = try #require(try read("CuDNNGRU", ["units": 5], .file(version: "2.2.4")) as? GRU)
    #expect(fused.recurrentActivation == .sigmoid && fused.resetAfter)
    let masked = try #require(
      try read("Embedding", ["input_dim": 9, "output_dim": 4, "init": "uniform"], .file(.keras1))
        as? Embedding)
    #expect(masked.inputDim == 9 && masked.outputDim == 4)
  }

  /// What no config says: the meaning of masks and the order of states, by the writer's version.
  @Test(arguments: [
    ("1.2.2", true, false, false), ("2.2.2", true, false, true), ("2.2.4", true, false, false),
    ("2.2.4-tf", true, true, false), ("2.13.1", true, true, false), ("3.15.1", false, true, false),
  ])
  func versionsDecideWhatNoConfigSays(
    _ version: String, _ masksGiven: Bool, _ zeroes: Bool, _ isReversed: Bool
  ) throws {
    let source = ConfigSource.file(version: version)
    let lstm = try read("LSTM", ["units": 2], source) as? LSTM
    #expect(lstm?.walk.usesMaskWithInitialState == masksGiven)
    let inner: JSON = ["class_name": "LSTM", "config": ["units": 2]]
    let both = try read("Bidirectional", ["layer": inner], source) as? Bidirectional
    #expect(both?.zeroesMaskedSteps == zeroes)
    let stack: JSON = ["class_name": "StackedRNNCells", "config": ["cells": []]]
    let cell = (try read("RNN", ["cell": stack], source) as? RNN)?.cell as? StackedRNNCells
    #expect(cell?.reverseStateOrder == isReversed)
  }
}

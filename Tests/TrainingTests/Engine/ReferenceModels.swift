import Networks
import Tensors
import Training

/// The models of `engine.h5`, as `tools/references/engine.py` makes them in Keras.
enum ReferenceModels {
  static let names = [
    "constrained", "frozen", "masked", "masked_two", "penalized", "two_outputs",
  ]

  static func model(_ name: String) -> any Model {
    switch name {
    case "two_outputs": twoOutputs
    case "masked": masked
    case "masked_two": maskedTwo
    case "penalized": penalized
    case "constrained": constrained
    default: frozen
    }
  }

  static func objective(_ name: String) -> Objective {
    let (mse, mae) = (MeanSquaredError(), MeanAbsoluteError())
    let (squares, absolutes) = (MeanMetric("mse", of: mse), MeanMetric("mae", of: mae))
    switch name {
    case "two_outputs":
      return Objective([
        .init("a", loss: mse, metrics: [absolutes]),
        .init("b", loss: BinaryCrossentropy(), weight: 0.5, metrics: [squares]),
      ])
    case "masked":
      return Objective([
        .init(
          "a", loss: mse, metrics: [absolutes],
          weightedMetrics: [MeanMetric("weighted", of: mae)])
      ])
    case "masked_two":
      return Objective([
        .init("a", loss: mse, weight: 2, metrics: [absolutes]),
        .init("b", loss: mae, weight: 0.5, metrics: [squares]),
      ])
    default: return Objective(mse)
    }
  }

  /// A layer shared by two branches with losses, weights and sample weights of their own.
  static var twoOutputs: Functional {
    var model = Functional()
    let series = model.input("series", Shape([5, 3]))
    let vector = model.input("vector", Shape([4]))
    let lstm = model.call(LSTM(3), series)
    let side = model.call(Dense(3, activation: .relu, name: "side"), vector)
    let shared = model.add(Dense(3, activation: .tanh, name: "shared"))
    model.outputs = [
      model.call(Dense(2, name: "a"), model.call(shared, lstm)),
      model.call(Dense(1, activation: .sigmoid, name: "b"), model.call(shared, side)),
    ]
    return model
  }

  static var masked: Functional {
    var model = Functional()
    let series = model.input("series", Shape([6, 3]))
    let hidden = model.call(
      Dense(4, activation: .tanh, name: "hidden"), model.call(Masking(), series))
    model.outputs = [model.call(Dense(2, name: "a"), hidden)]
    return model
  }

  /// An output whose mask decides what its loss is divided by, beside one without a mask.
  static var maskedTwo: Functional {
    var model = Functional()
    let series = model.input("series", Shape([6, 3]))
    let vector = model.input("vector", Shape([3]))
    let shared = model.add(Dense(4, activation: .tanh, name: "shared"))
    let one = model.call(shared, model.call(Masking(), series))
    let two = model.call(shared, vector)
    model.outputs = [model.call(Dense(2, name: "a"), one), model.call(Dense(1, name: "b"), two)]
    return model
  }

  static var penalized: Sequential {
    var dense = Dense(2, name: "a")
    dense.kernelRegularizer = Regularizer(l2: 0.01)
    let lstm = LSTM(3) {
      $0.kernelRegularizer = Regularizer(l2: 0.01)
      $0.recurrentRegularizer = Regularizer(l1: 0.02)
      $0.biasRegularizer = Regularizer(l1: 0.01, l2: 0.03)
    }
    return Sequential(input: Shape([5, 3]), [lstm, dense])
  }

  static var constrained: Sequential {
    var layers = [Dense(5, activation: .tanh), Dense(4), Dense(3), Dense(2, name: "a")]
    layers[0].kernelConstraint = .maxNorm(maxValue: 0.5, axis: [0])
    layers[1].kernelConstraint = .nonNegative
    layers[2].kernelConstraint = .unitNorm(axis: [1])
    layers[3].kernelConstraint = .minMaxNorm(minValue: 0.3, maxValue: 0.6, rate: 0.7, axis: [0, 1])
    layers[3].biasConstraint = .maxNorm(maxValue: 0.1, axis: [0])
    return Sequential(input: Shape([4]), layers)
  }

  /// A layer that stays as it is: its penalty, gradient and decay do not count.
  static var frozen: Sequential {
    var layers = [
      Dense(5, activation: .tanh, name: "first"), Dense(3, activation: .tanh, name: "middle"),
      Dense(2, name: "a"),
    ]
    for index in 0..<2 { layers[index].kernelRegularizer = Regularizer(l2: 0.01) }
    var model = Sequential(input: Shape([4]), layers)
    model.frozen = ["first"]
    return model
  }
}

import Networks
import Training

/// A network and a batch whose training step is timed.
struct BenchShape: Sendable {
  /// What a network predicts.
  enum Task: Sendable {
    /// Numbers at the end of a sequence, scored by their squared error.
    case numbers
    /// A class at every step, from a class at every step given as one-hot.
    case classes
    /// A word at every step, from a word at every step given as a trained vector of `features` numbers.
    case words
  }

  var name: String
  var task = Task.numbers
  var batch: Int
  var steps: Int
  var features: Int
  var units: [Int]
  var outputs: Int
  var activation = Activation.tanh
  var optimizer: any Optimizer = Adam()

  /// The shapes that peers are timed with too.
  static let all = [
    BenchShape(name: "maxmin", batch: 100, steps: 60, features: 1, units: [20], outputs: 2),
    BenchShape(
      name: "stock", batch: 128, steps: 5, features: 1, units: [25], outputs: 1,
      activation: .sigmoid, optimizer: RMSprop()),
    BenchShape(
      name: "charlm1", task: .classes, batch: 1, steps: 25, features: 84, units: [100],
      outputs: 84, optimizer: SGD()),
    BenchShape(
      name: "charlm", task: .classes, batch: 100, steps: 50, features: 84, units: [128, 128],
      outputs: 84),
    BenchShape(
      name: "wordlm", task: .words, batch: 100, steps: 50, features: 128, units: [128],
      outputs: 8000),
    BenchShape(name: "big", batch: 1024, steps: 100, features: 64, units: [256], outputs: 10),
    BenchShape(name: "huge", batch: 512, steps: 50, features: 256, units: [512, 512], outputs: 10),
  ]

  var summary: String {
    let layers = units.map { "LSTM(\($0))" }.joined(separator: " → ")
    let input =
      switch task {
      case .numbers: "[\(batch), \(steps), \(features)]"
      case .classes: "[\(batch), \(steps)] one-hot of \(features)"
      case .words: "[\(batch), \(steps)] → Embedding(\(outputs), \(features))"
      }
    return "\(input) → \(layers) → Dense(\(outputs)), \(optimizer.name)"
  }

  /// The model.
  var model: Sequential {
    var layers: [any Layer] =
      switch task {
      case .numbers: []
      case .classes: [CategoryEncoding(features)]
      case .words: [Embedding(outputs, features)]
      }
    for (index, units) in units.enumerated() {
      var lstm = LSTM(units)
      lstm.options.activation = activation
      lstm.options.returnSequences = task != .numbers || index + 1 < self.units.count
      layers.append(lstm)
    }
    var dense = Dense(outputs)
    if task != .numbers { dense.activation = .softmax }
    layers.append(dense)
    return Sequential(input: inputShape, layers)
  }

  /// The operations of products that a step needs: forward, and for the gradients.
  ///
  /// What the data gives needs none, and a choice of rows is no product.
  var flops: Int {
    let rows = batch * steps
    var count = 0
    var inputs = task == .classes ? 0 : features
    for (index, units) in units.enumerated() {
      let differentiated = task == .numbers && index == 0 ? 0 : inputs
      count += rows * 4 * units * (2 * (inputs + units) + differentiated + units)
      inputs = units
    }
    return 2 * (count + 3 * (task == .numbers ? batch : rows) * inputs * outputs)
  }

  var loss: any Loss {
    task == .numbers ? MeanSquaredError() : SparseCategoricalCrossentropy()
  }

  /// The shape of one sample's inputs.
  var inputShape: Shape { Shape(task == .numbers ? [steps, features] : [steps]) }

  /// How many numbers are trained.
  var parameters: Int {
    var (count, inputs) = (task == .words ? outputs * features : 0, features)
    for units in units {
      count += 4 * units * (inputs + units + 1)
      inputs = units
    }
    return count + (inputs + 1) * outputs
  }

  /// How many different inputs there are, where they are classes or words.
  var vocabulary: Int { task == .words ? outputs : features }
}

import KerasFormat
import Kernels
import Networks
import Tensors

/// A language model that is asked for one token after the other, with its states in the open.
///
/// One thread at a time uses it; a step takes no memory.
final class TokenStepper {
  /// The network for one row of one step.
  let network: Network
  /// The weights, by the network's slots; `pack` tells of changes.
  let weights: Arena
  private let input: Value
  /// What the model says of each token: what its softmax is applied to, or its output.
  private let logits: Value
  /// The softmax behind them, which is not needed.
  private let endings: [Network.Ending]
  private let panels: Arena
  private let workspace: Arena

  /// Builds the network for one step.
  ///
  /// - Parameters:
  ///   - description: the model, for sequences of any length.
  ///   - saved: the network that the weights belong to.
  ///   - vocabulary: how many tokens there are.
  /// - Throws: a sentence when it is no model of tokens, or cannot go step by step.
  init(_ description: ModelDescription, _ saved: Network, vocabulary: Int) throws {
    var stepwise = description
    try stepwise.model.goStepwise()
    let name = saved.name
    guard let given = saved.inputs.first?.shape, saved.inputs.count == 1, saved.outputs.count == 1
    else {
      throw TrainingError(
        "The model '\(name)' has \(saved.inputs.count) inputs and \(saved.outputs.count) outputs; "
          + "text is made by models with one of each.", kind: .data)
    }
    stepwise.model.inputs = [Shape([1] + given.dimensions.dropFirst())]
    network = try stepwise.network(rows: 1)
    guard let input = network.inputs.first, let output = network.outputs.first else {
      preconditionFailure("one input and one output")
    }
    guard [1, vocabulary].contains(input.shape.count), input.shape.dimensions.count <= 2 else {
      throw TrainingError(
        "The model '\(name)' takes \(given); expected the ids of tokens, (None, T), or a one for each "
          + "of \(vocabulary), (None, T, \(vocabulary)).", kind: .data)
    }
    guard output.shape.count == vocabulary else {
      throw TrainingError(
        "The model '\(name)' puts out \(saved.outputs[0].shape), and the vocabulary has "
          + "\(vocabulary) entries; expected a number for each of them.", kind: .data)
    }
    guard network.parameters.map(\.slot) == saved.parameters.map(\.slot) else {
      throw TrainingError(
        "The model '\(name)' has other weights for single steps than for sequences of "
          + "\(given), so it cannot make text.", kind: .data)
    }
    self.input = input
    endings = [network.ending(of: output)].compactMap(\.self)
    logits = endings.first?.logits ?? output
    weights = Arena(count: network.parameterCount)
    panels = Arena(count: network.panelCount)
    workspace = Arena(count: network.workspaceCount)
  }

  /// Takes over weights.
  func load(_ source: Arena) {
    weights.copy(from: source)
    pack()
  }

  /// Makes use of the weights as they are now.
  func pack() { network.pack(weights, into: panels) }

  /// States before the first token.
  func states() -> States { States(perRow: network.statesPerRow, capacity: 1) }

  /// Reads a token.
  ///
  /// - Parameters:
  ///   - id: the token.
  ///   - states: what was read before; goes on by the token.
  /// - Returns: a logit for each token that may be next, until the next step.
  func step(_ id: Int, _ states: States) -> UnsafePointer<Float> {
    let pass = Pass(
      weights: weights, panels: panels, gradients: .empty, workspace: workspace, states: states,
      noise: Noise(seed: 0, step: 0, row: 0), rows: 1, firstRow: 0, training: false)
    let numbers = pass.matrix(input)
    if numbers.count == 1 {
      numbers.base[0] = Float(id)
    } else {
      numbers.fill(0)
      numbers.base[id] = 1
    }
    network.forward(pass, skipping: endings)
    return UnsafePointer(pass.matrix(logits).base)
  }
}

extension Model {
  /// Has layers that walk over time keep their states, so that sequences can be given step by step.
  fileprivate mutating func goStepwise() throws(TrainingError) {
    for (index, layer) in layers.enumerated() {
      let kind = type(of: layer).className
      if var model = layer as? any Model {
        try model.goStepwise()
        replaceLayer(at: index, with: model)
      } else if var recurrent = layer as? any RecurrentLayer {
        guard !recurrent.walk.goBackwards else {
          throw notStepwise(layer.name ?? kind, "walks backwards")
        }
        recurrent.walk.stateful = true
        replaceLayer(at: index, with: recurrent)
      } else if var encoding = layer as? CategoryEncoding {
        encoding.keepsSteps = true
        replaceLayer(at: index, with: encoding)
      } else if !stepwiseLayers.contains(kind) {
        throw notStepwise(layer.name ?? kind, "is a \(kind)")
      }
    }
  }

  private func notStepwise(_ layer: String, _ why: String) -> TrainingError {
    TrainingError(
      "The layer '\(layer)' \(why), so it sees more than what was read so far; text is made one "
        + "token after the other.", kind: .data)
  }
}

/// The classes of layers that treat each step for itself.
private let stepwiseLayers: Set<String> = [
  "Activation", "Add", "Average", "BatchNormalization", "Concatenate", "Dense",
  "Dropout", "ELU", "Embedding", "GaussianDropout", "GaussianNoise", "Identity",
  "LayerNormalization", "LeakyReLU", "Masking", "Maximum", "Minimum", "Multiply", "PReLU", "ReLU",
  "Softmax", "SpatialDropout1D", "Subtract", "TimeDistributed",
]

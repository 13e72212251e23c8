import ArgumentParser
import Foundation
import KerasFormat
import Networks
import Training

/// `lockstep analyze impulse`: the response of recurrent units to a spike.
struct ImpulseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "impulse", abstract: "Draw how recurrent units answer to one spike.",
    usage: """
      lockstep analyze impulse [--cell CELL] [--units N] [--seed N] [-o DIR]
      lockstep analyze impulse MODEL [--layer NAME] [--units N] [-o DIR]
      """,
    discussion: """
      The input is silent but for one step. Without MODEL it goes into units with random weights \
      and no biases, each of which hears itself and no other; with MODEL into all features of a layer that was \
      trained. impulse.png, impulse.svg and impulse.csv show the input and what is behind it: for \
      an LSTM its input gate, forget gate, cell state, output gate and output; for others what \
      they have. gnuplot draws them.
      """)

  @Argument(help: "A model file, a checkpoint or a run.", completion: .file()) var model: String?
  @Option(help: "The layer of MODEL; its first recurrent one when left out.") var layer: String?
  @Option(help: "The random units: peephole, lstm, hand-built, gru or simple-rnn.")
  var cell: Cell?
  @Option(help: "How many units are drawn (20, or all of a layer).") var units: Int?
  @Option(help: "How many steps are taken.") var steps = 30
  @Option(help: "The step of the spike; the first is 0.") var spikeAt = 5
  @Option(help: "How high the spike is.") var amplitude = 1.0
  @Option(help: "What random weights are a function of.") var seed: UInt64 = 0
  @Option(help: "What new values are activated by, of random units.") var activation: String?
  @Option(help: "What gates are activated by, of random units.") var recurrentActivation: String?
  @Option(help: "What a peephole unit's state is activated by.") var outputActivation: String?
  @Option(name: .shortAndLong, help: "Where the files go.", completion: .directory)
  var output = "."

  /// The random units that there are.
  enum Cell: String, ExpressibleByArgument, CaseIterable {
    case peephole, lstm
    case handBuilt = "hand-built"
    case gru
    case simpleRNN = "simple-rnn"
  }

  func validate() throws {
    for (name, value) in [("units", units ?? 1), ("steps", steps)] where value < 1 {
      throw ValidationError("--\(name) must be positive, not \(value).")
    }
    guard (0..<steps).contains(spikeAt) else {
      throw ValidationError("--spike-at must be one of the steps 0 to \(steps - 1).")
    }
    let random = cell != nil || activation != nil || recurrentActivation != nil
    guard model == nil || !(random || outputActivation != nil) else {
      throw ValidationError("--cell and activations are for random units; leave MODEL out.")
    }
    guard layer == nil || model != nil else {
      throw ValidationError("--layer names a layer of a model; name the MODEL too.")
    }
    for name in [activation, recurrentActivation, outputActivation].compactMap(\.self)
    where Activation(named: name) == nil {
      let known = Activation.named.map(\.name)
      throw ValidationError(
        "There is no activation '\(name)'\(suggestion(for: name, among: known))")
    }
  }

  func run() throws {
    let spike = ImpulseResponse.Spike(steps: steps, place: spikeAt, amplitude: amplitude)
    let responses: [ImpulseResponse]
    if let model {
      let saved = try TrainedModel(path: model).saved
      responses = try ImpulseResponse.of(saved, layer: layer, spike: spike)
    } else {
      responses = [try ImpulseResponse.random(randomLayer, seed: seed, spike: spike)]
    }
    let gnuplot = try Gnuplot()
    for (index, response) in responses.enumerated() {
      let path = "\(output)/impulse\(responses.count == 1 ? "" : "-\(index + 1)")"
      try gnuplot.draw(ImpulsePlot(response, units: units).script, as: path)
      try AtomicFile.write(response.csv, to: "\(path).csv")
      Output.line("\(path).csv")
    }
  }

  private var randomLayer: any RecurrentLayer {
    let units = units ?? 20
    let phi = activation.flatMap(Activation.init(named:)) ?? .tanh
    let sigma = recurrentActivation.flatMap(Activation.init(named:)) ?? .sigmoid
    switch cell ?? .peephole {
    case .peephole:
      return PeepholeLSTM(
        units, activation: phi, recurrentActivation: sigma,
        outputActivation: outputActivation.flatMap(Activation.init(named:)) ?? .tanh)
    case .lstm: return LSTM(units, activation: phi, recurrentActivation: sigma)
    case .handBuilt: return HandBuiltLSTM(units, activation: phi, recurrentActivation: sigma)
    case .gru: return GRU(units, activation: phi, recurrentActivation: sigma)
    case .simpleRNN: return SimpleRNN(units, activation: phi)
    }
  }
}

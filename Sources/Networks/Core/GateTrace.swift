import Tensors

/// Where a recurrent layer leaves its gates and states in a forward pass, for those who look at them.
///
/// They are there until the backward pass puts gradients in their place.
public struct GateTrace: Sendable {
  /// One of the numbers that a unit has at every step.
  public enum Part: String, Sendable, Hashable, CaseIterable, Codable {
    /// What an LSTM or a GRU may take into its state.
    case newValue = "new value"
    /// How much of it an LSTM takes.
    case inputGate = "input gate"
    /// How much of its state an LSTM keeps.
    case forgetGate = "forget gate"
    /// The state of an LSTM.
    case cellState = "cell state"
    /// How much of it an LSTM shows.
    case outputGate = "output gate"
    /// How much of its state a GRU keeps.
    case updateGate = "update gate"
    /// How much of its state a GRU looks at for the new value.
    case resetGate = "reset gate"
    /// What the unit puts out.
    case output = "output"

    /// Keras's letter for it.
    public var symbol: String {
      switch self {
      case .newValue: "g"
      case .inputGate: "i"
      case .forgetGate: "f"
      case .cellState: "c"
      case .outputGate: "o"
      case .updateGate: "z"
      case .resetGate: "r"
      case .output: "h"
      }
    }

    /// Whether it is a gate, open at one and closed at zero.
    public var isGate: Bool { ![.newValue, .cellState, .output].contains(self) }
  }

  /// Where a part is in the workspace.
  struct Source: Sendable {
    /// The numbers of all steps.
    let extent: Extent
    /// How many columns a step has there.
    let width: Int
    /// Which block of `units` columns it is.
    let block: Int
    /// What is still to be applied, where the sums were kept.
    var pending: Activation?
  }

  /// Keras's path to the layer, for example `lstm` or `bidirectional/forward_lstm`.
  public internal(set) var layer: String
  /// The name of the layer's class.
  public let className: String
  /// How many units.
  public let units: Int
  /// How many steps.
  public let steps: Int
  /// Whether the last step of the sequence is the first that is taken.
  public let goesBackwards: Bool
  let sources: [(part: Part, source: Source)]
  /// Which steps of the sequence count, [T·rows]; nil where all do.
  let mask: Extent?
  /// How many rows stand for a row of the batch.
  var folds = 1

  /// What there is to see, in the order of its computation.
  public var parts: [Part] { sources.map(\.part) }

  /// The numbers of one part.
  ///
  /// - Parameters:
  ///   - part: one of `parts`.
  ///   - pass: a shard after its forward pass.
  /// - Returns: [T, rows, units], in the order in which the steps were taken.
  public func values(_ part: Part, _ pass: borrowing Pass) -> [Float] {
    guard let source = sources.first(where: { $0.part == part })?.source else {
      preconditionFailure("\(className) has no \(part.rawValue)")
    }
    let all = pass.folded(folds).scratch(source.extent, columns: source.width)
    let found = all.columns(source.block * units..<(source.block + 1) * units)
    let copy = Arena(count: found.count)
    let target = Matrix(copy.base, rows: found.rows, columns: units)
    if let pending = source.pending {
      pending.apply(found, into: target)
    } else {
      target.assign(found)
    }
    return copy.values
  }

  /// Which steps count, [T, rows], in the order in which the steps were taken; nil where all do.
  public func counts(_ pass: borrowing Pass) -> [Bool]? {
    guard let mask else { return nil }
    let folded = pass.folded(folds)
    let factors = folded.scratch(mask, columns: 1)
    return (0..<steps).flatMap { step in
      let place = goesBackwards ? steps - 1 - step : step
      return (0..<folded.rows).map { factors.base[place * folded.rows + $0] != 0 }
    }
  }
}

extension Recurrence {
  /// Where the parts of a layer are, its output last.
  func trace(
    _ className: String, _ sources: [(GateTrace.Part, GateTrace.Source)]
  ) -> GateTrace {
    let output = GateTrace.Source(extent: hidden, width: options.units, block: 0)
    return GateTrace(
      layer: options.place?.path ?? "", className: className, units: options.units, steps: steps,
      goesBackwards: options.goBackwards, sources: sources + [(.output, output)], mask: mask)
  }
}

extension Blueprint {
  /// Notes where the layer that is being built leaves its gates.
  mutating func trace(_ trace: GateTrace) {
    var trace = trace
    trace.layer = (scopeNames + [trace.layer]).filter { !$0.isEmpty }.joined(separator: "/")
    trace.folds = foldedSteps
    traces.append(trace)
  }
}

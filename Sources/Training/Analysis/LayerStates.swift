import Networks

/// The states of a recurrent layer after the last step.
public struct LayerStates: Sendable, Hashable {
  /// Keras's path to the layer or cell.
  public let layer: String
  /// The name of its class.
  public let className: String
  /// How many units it has.
  public let units: Int
  /// Keras's letters of the states: h, and of an LSTM c.
  public let names: [String]
  /// The numbers of each state, [rows, units].
  public let values: [[Float]]

  /// Their shape one upon the other: [states, rows, units].
  public var shape: [Int] { [names.count, (values.first?.count ?? 0) / max(units, 1), units] }
}

extension TrainedModel {
  /// The states in which the recurrent layers end, whether they return them or not.
  ///
  /// - Parameters:
  ///   - data: samples; their targets are not looked at.
  ///   - rows: which of them; all when nil.
  /// - Returns: the layers in their order, each direction and each cell apart.
  /// - Throws: a sentence when data and model do not go together.
  public func finalStates(_ data: any Dataset, rows: RowSet? = nil) throws -> [LayerStates] {
    let traces = saved.network.traces
    let parts = traces.map { trace in
      [GateTrace.Part.output, .cellState].filter(trace.parts.contains)
    }
    var values = parts.map { $0.map { _ in [Float]() } }
    try observe(data, rows: rows) { pass in
      for (index, trace) in traces.enumerated() {
        for (state, part) in parts[index].enumerated() {
          let all = trace.values(part, pass)
          values[index][state] += all.suffix(all.count / trace.steps)
        }
      }
    }
    return traces.indices.map { index in
      LayerStates(
        layer: traces[index].layer, className: traces[index].className,
        units: traces[index].units, names: parts[index].map(\.symbol), values: values[index])
    }
  }
}

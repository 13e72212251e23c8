import KerasFormat
import Networks

/// How far open the gates of a model's recurrent layers stand while it reads data, and how often its
/// units are at the ends of their range: there slopes vanish, and little is learned.
///
/// ```swift
/// let statistics = try GateStatistics(of: model, on: data, rows: 1000)
/// for layer in statistics.layers { print(layer.name, layer.gates.map(\.mean)) }
/// ```
public struct GateStatistics: Sendable, Hashable, Codable {
  /// One gate, or the output, of all units of a layer.
  public struct Gate: Sendable, Hashable, Codable {
    /// What it is.
    public let part: GateTrace.Part
    /// How many numbers were seen.
    public let count: Int
    /// Their mean.
    public let mean: Double
    /// The share below 0.1, where a gate is closed; of outputs, below -0.9.
    public let low: Double
    /// The share above 0.9, where a gate is open.
    public let high: Double
    /// How many fell into each tenth of `range`; what is outside counts at its ends.
    public let histogram: [Int]
    /// From where to where the tenths go: 0 … 1, of outputs -1 … 1.
    public let range: ClosedRange<Double>

    /// The share at either end.
    public var saturation: Double { low + high }
  }

  /// One recurrent layer, or one direction or cell of it.
  public struct Layer: Sendable, Hashable, Codable {
    /// Keras's path to it, for example `bidirectional/forward_lstm`.
    public let name: String
    /// The name of its class.
    public let className: String
    /// How many units it has.
    public let units: Int
    /// Its gates, and its output last.
    public let gates: [Gate]
  }

  /// How many rows were read.
  public let rows: Int
  /// The layers in their order; empty where none is recurrent.
  public let layers: [Layer]

  /// Runs a model over the first rows of data.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - data: samples; their targets are not looked at.
  ///   - rows: how many of them at most.
  /// - Throws: a sentence when data and model do not go together.
  public init(of model: TrainedModel, on data: any Dataset, rows: Int = 1000) throws {
    let count = min(rows, data.count)
    let traces = model.saved.network.traces
    var counters = traces.map { trace in
      trace.parts.filter { $0.isGate || $0 == .output }.map { GateCounter($0) }
    }
    try model.observe(data, rows: RowSet(0..<count, of: data.count)) { pass in
      for (index, trace) in traces.enumerated() {
        let counts = trace.counts(pass)
        for place in counters[index].indices {
          let part = counters[index][place].part
          counters[index][place].add(trace.values(part, pass), counts, units: trace.units)
        }
      }
    }
    self.rows = count
    layers = Self.merged(traces, counters)
  }

  /// A layer that is used several times is one layer.
  private static func merged(_ traces: [GateTrace], _ counters: [[GateCounter]]) -> [Layer] {
    var order: [GateTrace] = []
    var sums: [String: [GateCounter]] = [:]
    for (trace, found) in zip(traces, counters) {
      guard let known = sums[trace.layer] else {
        order.append(trace)
        sums[trace.layer] = found
        continue
      }
      sums[trace.layer] = zip(known, found).map { $0.adding($1) }
    }
    return order.map { trace in
      Layer(
        name: trace.layer, className: trace.className, units: trace.units,
        gates: (sums[trace.layer] ?? []).map(\.result))
    }
  }

  /// The numbers under names.
  public var json: JSON {
    let layers = layers.map { layer -> JSON in
      [
        "name": .string(layer.name), "class_name": .string(layer.className),
        "units": .int(layer.units), "gates": .array(layer.gates.map(\.json)),
      ]
    }
    return ["rows": .int(rows), "layers": .array(layers)]
  }
}

extension GateStatistics.Gate {
  fileprivate var json: JSON {
    [
      "name": .string(part.rawValue), "symbol": .string(part.symbol), "count": .int(count),
      "mean": .double(mean), "low": .double(low), "high": .double(high),
      "range": [.double(range.lowerBound), .double(range.upperBound)],
      "histogram": .array(histogram.map { .int($0) }),
    ]
  }
}

/// Sums over the numbers of one part.
private struct GateCounter {
  let part: GateTrace.Part
  private var count = 0
  private var sum = 0.0
  private var low = 0
  private var high = 0
  private var histogram = [Int](repeating: 0, count: 10)

  init(_ part: GateTrace.Part) { self.part = part }

  private var range: ClosedRange<Double> { part.isGate ? 0...1 : -1...1 }

  /// Adds [T, rows, units], as far as the steps count.
  mutating func add(_ values: [Float], _ counts: [Bool]?, units: Int) {
    let (lowest, highest): (Float, Float) = part.isGate ? (0.1, 0.9) : (-0.9, 0.9)
    let (start, scale) = (Float(range.lowerBound), part.isGate ? Float(10) : 5)
    for first in stride(from: 0, to: values.count, by: units) {
      guard counts?[first / units] ?? true else { continue }
      for value in values[first..<first + units] where value.isFinite {
        count += 1
        sum += Double(value)
        if value < lowest { low += 1 }
        if value > highest { high += 1 }
        let tenth = min(max((value - start) * scale, 0), 9)
        histogram[Int(tenth)] += 1
      }
    }
  }

  func adding(_ other: GateCounter) -> GateCounter {
    var result = self
    result.count += other.count
    result.sum += other.sum
    result.low += other.low
    result.high += other.high
    for place in histogram.indices { result.histogram[place] += other.histogram[place] }
    return result
  }

  var result: GateStatistics.Gate {
    let whole = Double(max(count, 1))
    return GateStatistics.Gate(
      part: part, count: count, mean: sum / whole, low: Double(low) / whole,
      high: Double(high) / whole, histogram: histogram, range: range)
  }
}

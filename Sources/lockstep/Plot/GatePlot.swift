import Networks
import Training

/// The histograms of the gates of each layer, side by side.
struct GatePlot {
  private let statistics: GateStatistics

  init(_ statistics: GateStatistics) { self.statistics = statistics }

  /// What gnuplot is told, the data included.
  var script: String {
    let panels = statistics.layers.flatMap { layer in layer.gates.map { (layer, $0) } }
    let columns = min(panels.count, 4)
    let rows = (panels.count + columns - 1) / columns
    var text = """
      set multiplot layout \(rows),\(columns)
      set style fill solid 0.7
      set grid y lt 1 lc "#dddddd"
      set key off

      """
    for (index, (layer, gate)) in panels.enumerated() {
      text += panel(index, layer, gate)
    }
    return text + "unset multiplot\n"
  }

  private func panel(
    _ index: Int, _ layer: GateStatistics.Layer, _ gate: GateStatistics.Gate
  ) -> String {
    let whole = Double(max(gate.count, 1))
    let (low, high) = (gate.range.lowerBound, gate.range.upperBound)
    let width = (high - low) / Double(gate.histogram.count)
    let lines = gate.histogram.enumerated().map { place, count in
      "\(low + (Double(place) + 0.5) * width) \(Double(count) / whole)"
    }
    return """
      $gate\(index) << EOD
      \(lines.joined(separator: "\n"))
      EOD
      set title \(Gnuplot.quoted("\(layer.name): \(gate.part.rawValue)"))
      set xrange [\(low):\(high)]
      set yrange [0:*]
      set boxwidth \(width * 0.9)
      plot $gate\(index) with boxes lc \(gate.part == .output ? 2 : 1)

      """
  }
}

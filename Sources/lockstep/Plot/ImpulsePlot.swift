import Networks
import Training

/// The response of units to a spike: a panel for the input and each part behind it, a line a unit.
struct ImpulsePlot {
  private let response: ImpulseResponse
  private let units: Int

  init(_ response: ImpulseResponse, units: Int?) {
    self.response = response
    self.units = min(units ?? response.units, response.units)
  }

  /// The order in which people tell how an LSTM works.
  private static let order: [GateTrace.Part] = [
    .inputGate, .forgetGate, .cellState, .outputGate, .updateGate, .resetGate, .output,
  ]

  /// What gnuplot is told, the data included.
  var script: String {
    let parts = Self.order.filter(response.parts.contains)
    let hasNew = response.parts.contains(.newValue)
    let panels = parts.count + 1
    let (rows, columns) = panels > 4 ? (3, 2) : panels > 2 ? (2, 2) : (2, 1)
    let title = "\(response.layer) (\(response.className)), \(units) units"
    return blocks(parts + (hasNew ? [.newValue] : [])) + """
      set multiplot layout \(rows),\(columns) title \(Gnuplot.quoted(title))
      set grid lt 1 lc "#dddddd"
      set xrange [0:\(max(response.spike.steps - 1, 1))]
      set key off
      set title "\(hasNew ? "input (bar) and new value (lines)" : "input")"
      plot \(hasNew ? lines("$newValue") + ", \\\n     " : "")$input with impulses lc "#000000" lw 3

      """ + parts.map(panel).joined() + "unset multiplot\n"
  }

  private func panel(_ part: GateTrace.Part) -> String {
    let name = part == .output ? "unit output" : part.rawValue
    let range = part.isGate ? "set yrange [0:1]" : "set autoscale y"
    return "set title \(Gnuplot.quoted(name))\n\(range)\nplot \(lines("$\(part)"))\n"
  }

  /// A line for each unit.
  private func lines(_ block: String) -> String {
    "for [unit=2:\(units + 1)] \(block) using 1:unit with lines lc unit-1 lw 1"
  }

  private func blocks(_ parts: [GateTrace.Part]) -> String {
    let spike = response.spike
    let input = (0..<spike.steps).map { "\($0) \(spike.input($0))" }
    var text = "$input << EOD\n\(input.joined(separator: "\n"))\nEOD\n"
    for part in parts {
      let curves = (0..<units).map { response.values(part, unit: $0) }
      text += "$\(part) << EOD\n"
      for step in 0..<spike.steps {
        text += "\(step) " + curves.map { "\($0[step])" }.joined(separator: " ") + "\n"
      }
      text += "EOD\n"
    }
    return text
  }
}

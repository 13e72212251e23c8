import Foundation
import KerasFormat
import Training

/// What a Chow test has found, as text, JSON, CSV and picture.
struct ChowFindings {
  private let test: ChowTest
  private let series: Series
  private let column: String
  private let alpha: Double
  private let critical: Double
  /// How likely so large an F is at each place.
  private let likelihoods: [Double]

  init(_ test: ChowTest, _ series: Series, column: String, alpha: Double) {
    (self.test, self.series, self.column, self.alpha) = (test, series, column, alpha)
    critical = test.distribution.critical(alpha)
    likelihoods = test.breaks.map(test.likelihood)
  }

  private var regression: String {
    switch test.regression {
    case .trend: "a line over time"
    case .lags(1): "a constant and the value before"
    case .lags(let count): "a constant and the \(count) values before"
    }
  }

  /// A likelihood that is too small for a number of the machine is not zero.
  private static func likelihood(_ value: Double) -> String {
    value < 1e-300 ? "below 1e-300" : String(format: "%.3g", value)
  }

  private var above: Int { test.breaks.count { $0.f > critical } }

  private func time(_ place: Int) -> String {
    series.times.isEmpty ? "\(place)" : series.times[place]
  }

  func print() {
    let (largest, freedom) = (test.largest, test.distribution)
    Output.line("Series      \(column), \(Format.count(series.count)) values")
    Output.line("Regression  \(regression): \(test.regression.coefficients) coefficients")
    Output.line(
      "Critical    F(\(Int(freedom.numerator)), \(Format.count(Int(freedom.denominator)))) = "
        + String(format: "%.6f at %g", critical, alpha))
    Output.line(
      "Above it    \(Format.count(above)) of \(Format.count(test.breaks.count)) places")
    Output.line(
      "Largest     F = " + String(format: "%.6f", largest.f) + " at \(time(largest.place))"
        + (series.times.isEmpty ? "" : " (place \(Format.count(largest.place)))")
        + ", likelihood " + Self.likelihood(test.likelihood(largest)))
  }

  /// Everything for programs; arrays have an element for each place.
  var object: JSONObject {
    var object = JSONObject()
    object["column"] = .string(column)
    object["values"] = .int(series.count)
    object["coefficients"] = .int(test.regression.coefficients)
    object["degrees_of_freedom"] = .array([
      .double(test.distribution.numerator), .double(test.distribution.denominator),
    ])
    object["alpha"] = .double(alpha)
    object["critical"] = .double(critical)
    object["above_critical"] = .int(above)
    object["largest"] = .object(largest)
    object["place"] = .array(test.breaks.map { .int($0.place) })
    object["f"] = .array(test.breaks.map { .double($0.f) })
    object["p"] = .array(likelihoods.map(JSON.double))
    return object
  }

  private var largest: JSONObject {
    var object = JSONObject()
    object["place"] = .int(test.largest.place)
    if !series.times.isEmpty { object["time"] = .string(time(test.largest.place)) }
    object["f"] = .double(test.largest.f)
    object["p"] = .double(test.likelihood(test.largest))
    return object
  }

  /// The lines of a CSV file: place, time, F and its likelihood.
  var lines: [String] {
    ["place,time,f,p"]
      + zip(test.breaks, likelihoods).map { found, likelihood in
        "\(found.place),\(TimeAxis.csv(series.times.isEmpty ? "" : time(found.place))),\(found.f),"
          + "\(likelihood)"
      }
  }

  /// What gnuplot is told: the series above, F and the critical value below it.
  var script: String {
    let axis = TimeAxis(series.times)
    let values = (try? series.column(column)) ?? []
    let curve = values.enumerated().map { "\(axis.text($0)) \($1)" }
    // A logarithmic axis has no place for zero.
    let shown = test.breaks.filter { $0.f.isFinite && $0.f > 0 }
    let statistics = shown.map { "\(axis.text($0.place)) \($0.f)" }
    let top = axis.position(axis.text(test.largest.place))
    let limit = String(format: "critical at %g: %.3f", alpha, critical)
    return """
      $series << EOD
      \(curve.joined(separator: "\n"))
      EOD
      $f << EOD
      \(statistics.joined(separator: "\n"))
      EOD
      \(axis.settings(count: series.count))
      set grid lt 1 lc "#dddddd"
      set lmargin 11
      set multiplot layout 2,1 title \(Gnuplot.quoted("Chow test of \(column): \(regression)"))
      set arrow 1 from \(top), graph 0 to \(top), graph 1 nohead dt 2 lc "#cc3311"
      set ylabel \(Gnuplot.quoted(column))
      plot $series using 1:2 with lines lc "#0077bb" notitle
      set ylabel "F"
      set key tmargin right horizontal
      \(test.largest.f > 50 * critical ? "set logscale y" : "unset logscale")
      plot $f using 1:2 with lines lc "#0077bb" title "F at each place", \\
           \(critical) with lines lc "#cc3311" title \(Gnuplot.quoted(limit))
      unset multiplot

      """
  }
}

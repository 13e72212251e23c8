import Networks

/// Bounds on what a file may ask for, so that no product of sizes overflows.
///
/// They are far above any model that fits in a machine. Whether a model fits in this machine is
/// decided later, from the sizes that a network reports before memory is taken.
enum SizeLimits {
  /// The most units, features or time steps.
  static let extent = 1 << 24
  /// The most layers.
  static let layers = 4096
  /// The most axes of a sample.
  static let rank = 8
  /// The most floats of anything in a network, bounded from above.
  static let count = 1 << 50

  /// Checks that the largest value and parameter that a model could have stay countable.
  ///
  /// No value has more than input · units floats, and no kernel more than that · 4 · units.
  static func check(input: Shape, largestUnits units: Int) throws(KerasFormatError) {
    var total = 4 * units * units
    for dimension in input.dimensions {
      let (product, overflow) = total.multipliedReportingOverflow(by: dimension)
      guard !overflow, product <= count else {
        throw KerasFormatError(
          "The model is too large: an input of \(input) with layers of up to \(units) units.")
      }
      total = product
    }
  }
}

import Testing

/// Compares arrays with results of Keras element by element, and remembers the worst error.
///
/// What counts is the distance from Keras's float64 result, in parts of the largest number of its
/// array or of one, whichever is larger.
public struct Comparison {
  /// The largest error so far.
  public private(set) var worst = 0.0
  /// Where it was.
  public private(set) var place = ""
  /// The largest error of Keras's own float32 results, measured in the same way.
  public private(set) var worstOfKeras = 0.0
  /// How many arrays were compared.
  public private(set) var arrays = 0
  private let tolerance: Double

  /// A comparison that allows errors up to `tolerance`.
  public init(tolerance: Double) { self.tolerance = tolerance }

  /// Compares one array, and reports the first element that is too far off, with its coordinates.
  ///
  /// - Parameters:
  ///   - ours: what was computed.
  ///   - name: the dataset that holds what Keras computed in float32; `f64_…` has the exact numbers.
  ///   - reference: the case.
  ///   - title: what to call the case.
  ///   - sourceLocation: where the comparison is made.
  /// - Throws: what reading the file throws.
  public mutating func add(
    _ ours: [Float], _ name: String, of reference: borrowing Reference, title: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (keras, exact) = (try reference.floats(name), try reference.doubles("f64_\(name)"))
    let shape = try reference.shape(name)
    arrays += 1
    guard ours.count == exact.count else {
      Issue.record(
        "\(title): \(name) has \(ours.count) numbers, expected \(exact.count)",
        sourceLocation: sourceLocation)
      return
    }
    let scale = exact.reduce(1) { max($0, abs($1)) }
    var isReported = false
    for index in exact.indices {
      let error = abs(Double(ours[index]) - exact[index]) / scale
      worstOfKeras = max(worstOfKeras, abs(Double(keras[index]) - exact[index]) / scale)
      if !(error <= worst) { (worst, place) = (error, "\(title), \(name)\(at(index, shape))") }
      if !(error <= tolerance), !isReported {
        isReported = true
        Issue.record(
          """
          \(title): \(name)\(at(index, shape)) is \(ours[index]); Keras has \(keras[index]), \
          exactly \(exact[index]): off by \(error), more than \(tolerance)
          """, sourceLocation: sourceLocation)
      }
    }
  }

  /// The worst errors as a line of a report.
  public var summary: String { "within \(worst) (\(place)), Keras itself within \(worstOfKeras)" }

  private func at(_ index: Int, _ shape: [Int]) -> String {
    var rest = index
    var place: [Int] = []
    for extent in shape.reversed() {
      place.insert(rest % extent, at: 0)
      rest /= extent
    }
    return "\(place)"
  }
}

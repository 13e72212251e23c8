/// How far one thing that was computed is from what it should be.
public struct Finding: Sendable {
  /// What was compared: `outputs`, `gradients`, `adam, 5 steps`.
  public let title: String
  /// The largest difference, in the unit that the tolerance has.
  public let worst: Double
  /// The largest difference that is none.
  public let tolerance: Double
  /// Where the largest difference is, with both numbers.
  public let place: String

  /// Whether the difference is none.
  public var holds: Bool { worst <= tolerance }
}

/// Collects the largest difference over several arrays.
struct Comparison {
  /// What the differences are measured in.
  enum Scale {
    /// The largest magnitude of each array.
    case largest
    /// The largest magnitude of all arrays together.
    case largestOfAll(Double)
    /// One.
    case absolute
  }

  let title: String
  let tolerance: Double
  let scale: Scale
  private var worst = 0.0
  private var place = "no difference"

  init(_ title: String, tolerance: Double, scale: Scale) {
    self.title = title
    self.tolerance = tolerance
    self.scale = scale
  }

  /// Compares one array, element by element.
  ///
  /// - Parameters:
  ///   - found: what was computed.
  ///   - expected: what it should be.
  ///   - name: what the array is called.
  ///   - shape: its extents.
  mutating func add(_ found: [Float], _ expected: [Float], _ name: String, shape: [Int]) {
    guard found.count == expected.count else {
      worst = .infinity
      place = "\(name) has \(found.count) numbers, and \(expected.count) are expected"
      return
    }
    let unit = unit(of: expected)
    for index in found.indices {
      let difference = abs(Double(found[index]) - Double(expected[index])) / unit
      let isSame = found[index].isNaN && expected[index].isNaN || found[index] == expected[index]
      if isSame || difference <= worst { continue }
      worst = difference.isNaN ? .infinity : difference
      place =
        "\(name)\(position(index, shape)) is \(found[index]), expected \(expected[index])"
    }
  }

  var finding: Finding {
    Finding(title: title, worst: worst, tolerance: tolerance, place: place)
  }

  private func unit(of expected: [Float]) -> Double {
    switch scale {
    case .absolute: 1
    case .largestOfAll(let unit): max(unit, 1e-30)
    case .largest:
      max(expected.reduce(0) { $1.isFinite ? max($0, Double(abs($1))) : $0 }, 1e-30)
    }
  }

  private func position(_ index: Int, _ shape: [Int]) -> String {
    var rest = index
    var position: [Int] = []
    for size in shape.reversed() where size > 0 {
      position.append(rest % size)
      rest /= size
    }
    return "\(Array(position.reversed()))"
  }
}

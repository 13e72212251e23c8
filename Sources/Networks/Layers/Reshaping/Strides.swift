import Kernels

/// How far apart the numbers of a value lie in a workspace: from row to row, and along the axes of a
/// sample, which stand in the last lanes.
struct Strides: Sendable {
  var row: Int
  var axes: AxisNumbers

  /// The most axes that a sample may have here: one lane is for the rows.
  static let mostAxes = 7

  /// Those of a value as it flows between layers, [T, rows, …] or [rows, features].
  static func timeMajor(_ shape: Shape, rows: Int) -> Strides {
    var strides = batchMajor(shape)
    strides.row = shape.features
    if shape.isSequence { strides.axes[8 - shape.dimensions.count] = rows * shape.features }
    return strides
  }

  /// Those of samples one after the other, [rows, T, …].
  static func batchMajor(_ shape: Shape) -> Strides {
    var strides = Strides(row: 0, axes: AxisNumbers(repeating: 0))
    var step = 1
    for (lane, extent) in zip((0..<8).reversed(), shape.dimensions.reversed()) {
      strides.axes[lane] = step
      step *= extent
    }
    strides.row = step
    return strides
  }

  /// The lanes of another array whose axis j is the axis `order[j]` of this one; nil repeats.
  func gathered(_ order: [Int?], rank: Int) -> AxisNumbers {
    var lanes = AxisNumbers(repeating: 0)
    for (axis, source) in order.enumerated() {
      if let source { lanes[8 - order.count + axis] = axes[8 - rank + source] }
    }
    lanes[7 - order.count] = row
    return lanes
  }

  /// The lanes of this array itself.
  func lanes(rank: Int) -> AxisNumbers {
    var lanes = axes
    lanes[7 - rank] = row
    return lanes
  }

  /// The extents that belong to the lanes.
  static func extents(_ shape: Shape, rows: Int) -> AxisNumbers {
    var extents = AxisNumbers(repeating: 1)
    let rank = shape.dimensions.count
    for (axis, extent) in shape.dimensions.enumerated() { extents[8 - rank + axis] = extent }
    extents[7 - rank] = rows
    return extents
  }
}

extension Shape {
  // How much a layer may make out of a smaller sample.
  private static let mostNumbers = 1 << 32
  private static let mostSteps = 1 << 22

  /// The shape of what a layer puts out, which options from a file may have made huge.
  static func output(_ dimensions: [Int]) throws(NetworkError) -> Shape {
    var count = 1
    for extent in dimensions {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= mostNumbers else { throw tooLarge(dimensions) }
      count = product
    }
    guard dimensions.count < 2 || dimensions[0] <= mostSteps else { throw tooLarge(dimensions) }
    return Shape(dimensions)
  }

  private static func tooLarge(_ dimensions: [Int]) -> NetworkError {
    NetworkError("an output of \(dimensions) is too large.")
  }

  /// Checks that a sample has few enough axes to be rearranged.
  func checkAxes() throws(NetworkError) {
    guard dimensions.count <= Strides.mostAxes else {
      throw NetworkError("a sample of \(self) has more than \(Strides.mostAxes) axes.")
    }
  }

  /// Which axis of a sample Keras means by a number that counts the batch as axis 0.
  func axis(_ number: Int, _ name: String = "axis") throws(NetworkError) -> Int {
    let axis = number < 0 ? number + dimensions.count : number - 1
    guard dimensions.indices.contains(axis) else {
      throw NetworkError("\(name) \(number) is none of the axes of \(self) but the batch.")
    }
    return axis
  }
}

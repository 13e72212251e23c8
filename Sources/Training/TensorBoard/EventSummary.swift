/// A value under a tag, as TensorFlow 2 writes it: a tensor, and the name of who shows it.
struct EventSummary {
  /// The name it has in TensorBoard.
  let tag: String
  private let plugin: String
  /// 1 for a number, 2 for a tensor.
  private let dataClass: Int
  private let tensor: ProtobufMessage

  /// `DataType` of TensorFlow.
  private enum ElementType: Int {
    case float = 1
    case double = 2
    case string = 7
  }

  /// A number.
  init(_ tag: String, scalar: Double) {
    self.tag = tag
    (plugin, dataClass) = ("scalars", 1)
    let content = withUnsafeBytes(of: Float(scalar).bitPattern.littleEndian) { Array($0) }
    tensor = Self.tensor(.float, []) { $0.add(4, content) }
  }

  /// Text, which TensorBoard reads as Markdown.
  init(_ tag: String, text: String) {
    self.tag = tag
    (plugin, dataClass) = ("text", 2)
    tensor = Self.tensor(.string, []) { $0.add(8, text) }
  }

  /// How often numbers fall between two bounds: [buckets, 3] of bounds and counts.
  init(_ tag: String, histogram: Histogram) {
    self.tag = tag
    (plugin, dataClass) = ("histograms", 2)
    let content = histogram.buckets.flatMap { bucket in
      [bucket.lower, bucket.upper, bucket.count].flatMap { number in
        withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) }
      }
    }
    tensor = Self.tensor(.double, [histogram.buckets.count, 3]) { $0.add(4, content) }
  }

  /// The message `Summary.Value`.
  var message: ProtobufMessage {
    var data = ProtobufMessage()
    data.add(1, plugin)
    var metadata = ProtobufMessage()
    metadata.add(1, data)
    metadata.add(4, dataClass)
    var value = ProtobufMessage()
    value.add(1, tag)
    value.add(8, tensor)
    value.add(9, metadata)
    return value
  }

  private static func tensor(
    _ type: ElementType, _ extents: [Int], _ fill: (inout ProtobufMessage) -> Void
  ) -> ProtobufMessage {
    var shape = ProtobufMessage()
    for extent in extents {
      var dimension = ProtobufMessage()
      dimension.add(1, extent)
      shape.add(2, dimension)
    }
    var tensor = ProtobufMessage()
    tensor.add(1, type.rawValue)
    tensor.add(2, shape)
    fill(&tensor)
    return tensor
  }
}

/// How often numbers fall into each of thirty equal parts of their range.
struct Histogram {
  /// Bounds and counts.
  private(set) var buckets: [(lower: Double, upper: Double, count: Double)] = []

  /// Counts finite numbers; one bucket where all are equal.
  init(_ numbers: some Collection<Float>) {
    let finite = numbers.lazy.filter(\.isFinite)
    guard let least = finite.min(), let most = finite.max() else { return }
    let (lower, upper) = (Double(least), Double(most))
    guard upper > lower else {
      buckets = [(lower - 0.5, upper + 0.5, Double(finite.count))]
      return
    }
    let parts = 30
    let width = (upper - lower) / Double(parts)
    var counts = [Double](repeating: 0, count: parts)
    for number in finite { counts[min(Int((Double(number) - lower) / width), parts - 1)] += 1 }
    buckets = counts.enumerated().map { index, count in
      (lower + Double(index) * width, lower + Double(index + 1) * width, count)
    }
  }
}

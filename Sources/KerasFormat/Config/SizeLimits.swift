import Networks

/// Bounds on what a file may ask for, so that no product of sizes overflows.
///
/// They are far above any model that fits in a machine. Whether a model fits in this machine is
/// decided later, from the sizes that a network reports before memory is taken.
enum SizeLimits {
  /// The most units, features or time steps.
  static let extent = 1 << 24
  /// The most layers, and the most calls of layers.
  static let layers = 4096
  /// The most axes of a sample.
  static let rank = 8
  /// The most floats of one value for one sample.
  static let value = 1 << 34

  /// The most floats that a value may have in a model, so that what its layers multiply with them
  /// stays countable.
  ///
  /// The largest product that a layer makes is that of its work: twice the value's floats times the
  /// floats of a row of its kernels.
  static func largestValue(_ config: JSON) -> Int {
    var sizes = LargestSizes()
    sizes.scan(config, isRecurrent: false)
    let recurrent = 16 * sizes.recurrent * sizes.recurrent
    return min(value, (1 << 60) / max(recurrent, 2 * sizes.other * sizes.window))
  }
}

/// The largest sizes anywhere in a config.
private struct LargestSizes {
  /// The most units of a recurrent layer, whose kernel is as wide as high.
  var recurrent = 1
  /// The most units, filters or rows of a table.
  var other = 1
  /// The most steps that one step is made of or makes.
  var window = 1

  private static let sizes = ["units", "output_dim", "input_dim", "filters", "nb_filter"]
  private static let windows = [
    "kernel_size", "filter_length", "pool_size", "pool_length", "size", "length", "strides",
    "dilation_rate", "n", "padding", "cropping",
  ]

  mutating func scan(_ json: JSON, isRecurrent: Bool) {
    for value in json.array ?? [] { scan(value, isRecurrent: isRecurrent) }
    guard let object = json.object else { return }
    let name = object["class_name"]?.string
    let isCell =
      name.map { $0.contains("RNN") || $0.contains("LSTM") || $0.contains("GRU") } ?? isRecurrent
    for (key, value) in object.pairs {
      if Self.windows.contains(key) {
        window = max(window, Self.largest(value))
      } else if Self.sizes.contains(key) {
        let size = Self.largest(value)
        if isCell { recurrent = max(recurrent, size) } else { other = max(other, size) }
      } else {
        scan(value, isRecurrent: isCell)
      }
    }
  }

  private static func largest(_ json: JSON) -> Int {
    if let number = json.int { return min(max(number, 1), SizeLimits.extent) }
    return json.array?.map(largest).max() ?? 1
  }
}

import Networks

/// Windows of a series, made as they are read: inputs [timesteps, features], the target [1].
///
/// The series is stored and held once, however much windows overlap. Rows are the training windows in
/// the order of time, then those behind the cut.
public final class SeriesDataset: Dataset {
  /// What to call the dataset in messages.
  public let name: String
  /// How many windows there are.
  public let count: Int
  /// The extents of a sample.
  public let shape: SampleShape
  /// How many neighbouring rows are stored as one piece.
  public let chunkRows = 1
  /// The numbers in their own units.
  public let series: Series
  /// How windows are cut out.
  public let windows: SeriesWindows
  /// What the numbers are standardized by.
  public let scale: SeriesScale
  /// The columns that windows show.
  public let features: [String]
  /// The column that is to be told.
  public let target: String
  /// The place of the first value that is tested with.
  public let cut: Int
  /// How many rows are windows before the cut; they come first.
  public let trainingCount: Int
  private let featureColumns: [Int]
  /// The place of the target among the columns.
  let targetColumn: Int
  /// The standardized numbers, [N, columns].
  private let values: [Float]

  /// Windows of a series.
  ///
  /// - Parameters:
  ///   - series: the numbers.
  ///   - windows: how windows are cut out.
  ///   - features: the columns that windows show; all when nil.
  ///   - target: the column that is to be told; the first feature when nil.
  ///   - name: what to call the series in messages.
  /// - Throws: `DataError` where the settings do not fit the series.
  public convenience init(
    _ series: Series, windows: SeriesWindows, features: [String]? = nil, target: String? = nil,
    name: String = "series"
  ) throws(DataError) {
    try windows.check(series.count, name)
    try self.init(
      series, windows, features ?? series.columns, target,
      scale: SeriesScale(of: series, windows), name)
  }

  init(
    _ series: Series, _ windows: SeriesWindows, _ features: [String], _ target: String?,
    scale: SeriesScale, _ name: String
  ) throws(DataError) {
    try windows.check(series.count, name)
    guard let first = features.first else {
      throw DataError(.empty, "no column of '\(name)' is named as input; name one at least")
    }
    var columns: [Int] = []
    for feature in features {
      columns.append(try Series.index(of: feature, in: series.columns, name))
    }
    featureColumns = columns
    self.target = target ?? first
    targetColumn = try Series.index(of: target ?? first, in: series.columns, name)
    cut = windows.cut(of: series.count)
    trainingCount = windows.count(in: cut)
    count = trainingCount + windows.count(in: series.count - cut)
    shape = SampleShape(
      input: Shape([windows.timesteps, features.count]), target: Shape([1]))
    let width = series.columns.count
    values = series.values.indices.map { place in
      Float(scale.standardized(series.values[place], place % width))
    }
    (self.series, self.windows, self.features) = (series, windows, features)
    (self.scale, self.name) = (scale, name)
  }

  /// The rows to train on.
  public var trainingRows: RowSet { RowSet(0..<trainingCount, of: count) }

  /// The rows behind the cut.
  public var testRows: RowSet { RowSet(trainingCount..<count, of: count) }

  /// The place of the first value of a window.
  public func start(of row: Int) -> Int {
    row < trainingCount
      ? row * windows.stride : cut + (row - trainingCount) * windows.stride
  }

  /// The place of the value that a window is to tell.
  public func targetPlace(of row: Int) -> Int {
    start(of: row) + windows.timesteps - 1 + windows.horizon
  }

  /// The place of the newest value that a window shows.
  public func lastPlace(of row: Int) -> Int { start(of: row) + windows.timesteps - 1 }

  /// A value of the target's column in its own units.
  public func targetValue(at place: Int) -> Double {
    series.values[place * series.columns.count + targetColumn]
  }

  /// The same value as the network sees it.
  func standardizedTarget(at place: Int) -> Float {
    values[place * series.columns.count + targetColumn]
  }

  /// Reads neighbouring windows.
  public func read(rows: Range<Int>, into memory: RowMemory) {
    let (width, features) = (series.columns.count, featureColumns.count)
    for (place, row) in rows.enumerated() {
      let first = start(of: row)
      let inputs = memory.inputs + place * windows.timesteps * features
      for step in 0..<windows.timesteps {
        for (feature, column) in featureColumns.enumerated() {
          inputs[step * features + feature] = values[(first + step) * width + column]
        }
      }
      memory.targets[place] = standardizedTarget(at: targetPlace(of: row))
    }
  }

  /// What to call a part of the samples in messages.
  public func title(of part: SamplePart) -> String { "the \(part)s of '\(name)'" }

  /// A text that changes when the data does.
  public var fingerprint: String {
    get throws {
      try contentFingerprint(header: ["series", "\(windows)", "\(features)", target])
    }
  }
}

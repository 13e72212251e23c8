import HDF5

/// A series in an HDF5 file: `/series` [N, columns] in its own units, `/time`, and how windows are cut.
enum SeriesFile {
  /// What the attribute `format` of the file's root says.
  static let format = "lockstep-series"
  static let version = 1
  /// The most numbers that are read: a series is held in memory.
  private static let limit = 1 << 28
}

extension SeriesDataset {
  /// Opens a file that `write` has made.
  ///
  /// - Parameter path: the file's path.
  /// - Throws: `HDF5Error` or `DataError` with one sentence for what is wrong.
  public convenience init(path: String) throws {
    let file = try File(reading: path)
    let entries = SeriesEntries(file.root.attributes, path)
    try entries.check()
    let series = try SeriesFile.series(of: file, columns: entries.names("columns"), path)
    let windows = SeriesWindows(
      timesteps: try entries.integer("timesteps"), horizon: try entries.integer("horizon"),
      stride: try entries.integer("stride"), trainFraction: try entries.number("train_fraction"),
      standardization: try entries.choice("standardize"))
    let (means, deviations) = (try entries.numbers("mean"), try entries.numbers("std"))
    let width = series.columns.count
    guard means.count == width, deviations.count == width,
      (means + deviations).allSatisfy(\.isFinite), deviations.allSatisfy({ $0 > 0 })
    else {
      throw DataError(
        .wrongShape,
        "cannot use '\(path)' as a series: 'mean' and 'std' do not fit its \(width) columns; "
          + "expected a finite number for each, and deviations above zero")
    }
    try self.init(
      series, windows, entries.names("inputs"), entries.text("target"),
      scale: SeriesScale(means: means, deviations: deviations), path)
    let stored = try entries.integer("cut")
    guard stored == cut else {
      throw DataError(
        .badSetting,
        "cannot use '\(path)' as a series: its 'cut' is \(stored), and its 'train_fraction' means "
          + "\(cut)")
    }
    try file.verifyUnchanged()
  }

  /// Writes the series and how its windows are cut.
  ///
  /// - Parameter path: where the file will be; one that exists is replaced.
  /// - Throws: `HDF5Error` or `TrainingError` if it cannot be written.
  public func write(to path: String) throws {
    let destination = try AtomicFile(path)
    do {
      let file = try NewFile(at: destination.temporaryPath)
      try file.write(series.values, shape: [series.count, series.columns.count], to: "/series")
      if !series.times.isEmpty { try file.write(strings: series.times, to: "/time") }
      for (name, value) in attributes { try file.setAttribute(name, to: value) }
      try file.close()
      try destination.publish()
    } catch {
      destination.discard()
      throw error
    }
  }

  private var attributes: [(String, AttributeValue)] {
    [
      ("format", .text(SeriesFile.format)), ("format_version", .integer(SeriesFile.version)),
      ("columns", .names(series.columns)), ("inputs", .names(features)),
      ("target", .text(target)), ("timesteps", .integer(windows.timesteps)),
      ("horizon", .integer(windows.horizon)), ("stride", .integer(windows.stride)),
      ("train_fraction", .number(windows.trainFraction)), ("cut", .integer(cut)),
      ("standardize", .text(windows.standardization.rawValue)),
      ("mean", .numbers(scale.means)), ("std", .numbers(scale.deviations)),
    ]
  }
}

extension SeriesFile {
  /// Reads the numbers and the names of the times.
  static func series(
    of file: borrowing File, columns: [String], _ path: String
  ) throws -> Series {
    let dataset = try file.dataset("/series")
    try dataset.verifyShape([nil, columns.count])
    guard !columns.isEmpty, Set(columns).count == columns.count, dataset.count > 0 else {
      throw DataError(
        .wrongShape, "cannot use '\(path)' as a series: its columns have no names of their own")
    }
    let values = try dataset.read(as: Double.self, limit: limit)
    if let place = values.firstIndex(where: { !$0.isFinite }) {
      throw DataError(
        .notFinite,
        "'/series' in '\(path)' has \(values[place]) in row \(place / columns.count); expected "
          + "finite numbers")
    }
    guard try file.kind(of: "/time") == .dataset else {
      return Series(columns: columns, values: values)
    }
    let times = try file.dataset("/time").readStrings(limit: limit)
    guard times.count == values.count / columns.count else {
      throw DataError(
        .wrongShape,
        "'/time' in '\(path)' has \(times.count) names; expected one for each of the "
          + "\(values.count / columns.count) rows of '/series'")
    }
    return Series(columns: columns, values: values, times: times)
  }
}

/// The attributes that say what a file of a series is.
private struct SeriesEntries {
  let attributes: Attributes
  let path: String

  init(_ attributes: Attributes, _ path: String) {
    (self.attributes, self.path) = (attributes, path)
  }

  func check() throws {
    guard try attributes.string("format") == SeriesFile.format else {
      throw DataError(
        .wrongType,
        "'\(path)' is no series; make one of a CSV file by 'lockstep dataset series'")
    }
    let version = try integer("format_version")
    guard version == SeriesFile.version else {
      throw DataError(
        .wrongType,
        "'\(path)' is a series of version \(version), and this program reads version "
          + "\(SeriesFile.version)")
    }
  }

  func integer(_ name: String) throws -> Int { try found(attributes.integer(name), name) }
  func number(_ name: String) throws -> Double { try found(attributes.number(name), name) }
  func numbers(_ name: String) throws -> [Double] { try found(attributes.numbers(name), name) }
  func text(_ name: String) throws -> String { try found(attributes.string(name), name) }
  func names(_ name: String) throws -> [String] { try found(attributes.strings(name), name) }

  func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String
  ) throws -> Choice where Choice.RawValue == String {
    let text = try text(name)
    if let choice = Choice(rawValue: text) { return choice }
    let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    throw DataError(
      .badSetting, "'\(name)' of the series '\(path)' is '\(text)'; expected one of \(known)")
  }

  private func found<Value>(_ value: Value?, _ name: String) throws -> Value {
    if let value { return value }
    throw DataError(
      .wrongShape, "cannot use '\(path)' as a series: it has no attribute '\(name)'")
  }
}

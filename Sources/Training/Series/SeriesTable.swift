import Foundation

/// How a series is taken out of a file of comma-separated values.
public struct SeriesTable: Sendable {
  /// The columns to take; the first that holds numbers when there are none.
  public var columns: [String] = []
  /// The column that says what the times are called; when nil the first one, if it holds no numbers.
  public var time: String?
  /// What is done where there is no number.
  public var missing = MissingValues.error
  /// Whether the first line names the columns; otherwise they are called 1, 2, 3, ….
  public var hasHeader = true
  /// The character between fields.
  public var delimiter = UInt8(ascii: ",")

  /// All of it as usual.
  public init() {}

  /// Reads a file.
  ///
  /// - Parameter path: a file of comma-separated values in UTF-8.
  /// - Returns: the series.
  /// - Throws: a sentence with the line of what cannot be read.
  public func read(path: String) throws -> Series {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw TrainingError(
        "The series '\(path)' cannot be read; expected a file of comma-separated values.",
        kind: .missing)
    }
    return try read(Array(data), name: path)
  }

  /// Reads the bytes of a file.
  package func read(_ bytes: [UInt8], name: String) throws(DataError) -> Series {
    var reader = CSVReader(bytes, name: name, delimiter: delimiter)
    guard let first = try reader.next() else { throw empty(name) }
    let header = hasHeader ? first.fields : first.fields.indices.map { "\($0 + 1)" }
    try checkNames(header, name)
    var row = hasHeader ? try reader.next() : first
    guard let sample = row else { throw empty(name) }
    let parts = try SeriesColumns(self, header, sample: sample.fields, name)
    var (values, times): ([Double], [String]) = ([], [])
    while let found = row {
      guard found.fields.count == header.count else {
        throw DataError(
          .wrongShape,
          "line \(found.line) of '\(name)' has \(found.fields.count) fields; expected "
            + "\(header.count), as many as the first line")
      }
      for index in parts.values {
        values.append(try number(found.fields[index], found.line, header[index], name))
      }
      if let time = parts.time { times.append(found.fields[time]) }
      row = try reader.next()
    }
    return try series(parts.values.map { header[$0] }, &values, times, name)
  }

  /// Fills gaps, and leaves out what stays without a number.
  private func series(
    _ names: [String], _ values: inout [Double], _ times: [String], _ name: String
  ) throws(DataError) -> Series {
    let width = names.count
    let rows = missing.fill(&values, columns: width)
    guard !rows.isEmpty else {
      throw DataError(.empty, "'\(name)' has no number in '\(names.joined(separator: "', '"))'")
    }
    if rows.count * width == values.count {
      return Series(columns: names, values: values, times: times)
    }
    let kept = rows.flatMap { values[$0 * width..<($0 + 1) * width] }
    return Series(
      columns: names, values: kept, times: times.isEmpty ? [] : rows.map { times[$0] })
  }

  private func number(
    _ field: String, _ line: Int, _ column: String, _ name: String
  ) throws(DataError) -> Double {
    let text = field.trimmingCharacters(in: .whitespaces)
    if MissingValues.spellings.contains(text.lowercased()) {
      guard missing == .error else { return .nan }
      throw DataError(
        .notFinite,
        "line \(line) of '\(name)' has no number in the column '\(column)' ('\(field)'); say what "
          + "to do there: skip the line, take the previous number, or interpolate")
    }
    if let value = Double(text), value.isFinite { return value }
    throw DataError(
      .wrongType,
      "line \(line) of '\(name)' has '\(field)' in the column '\(column)'; expected a number")
  }

  private func checkNames(_ header: [String], _ name: String) throws(DataError) {
    var seen: Set<String> = []
    for column in header where !seen.insert(column).inserted {
      throw DataError(
        .badSetting,
        "the first line of '\(name)' has the name '\(column)' twice; expected names of columns, or "
          + "say that the file has no header")
    }
  }

  private func empty(_ name: String) -> DataError {
    DataError(.empty, "'\(name)' has no lines; expected a header and numbers below it")
  }
}

/// Which fields of a line make up a series.
private struct SeriesColumns {
  let values: [Int]
  let time: Int?

  init(
    _ table: SeriesTable, _ header: [String], sample: [String], _ name: String
  ) throws(DataError) {
    func isNumber(_ index: Int) -> Bool { index < sample.count && Double(sample[index]) != nil }
    if let named = table.time {
      time = try Series.index(of: named, in: header, name)
    } else {
      let isFirstText = !isNumber(0) && header.count > 1
      time = isFirstText && !table.columns.contains(header[0]) ? 0 : nil
    }
    guard table.columns.isEmpty else {
      var places: [Int] = []
      for column in table.columns { places.append(try Series.index(of: column, in: header, name)) }
      values = places
      return
    }
    let time = time
    guard let first = header.indices.first(where: { $0 != time && isNumber($0) }) else {
      throw DataError(.empty, "'\(name)' has no column of numbers; name one")
    }
    values = [first]
  }
}

import KerasFormat

/// Numbers in the order of time: one or more columns, and perhaps what each time is called.
public struct Series: Sendable, Equatable {
  /// The names of the columns; no two are the same.
  public let columns: [String]
  /// The numbers, [N, columns].
  public let values: [Double]
  /// What each time is called, such as its date; empty where the times have no names.
  public let times: [String]

  /// Numbers with the names of their columns.
  ///
  /// - Parameters:
  ///   - columns: the names of the columns.
  ///   - values: [N, columns]
  ///   - times: what each time is called, or nothing.
  public init(columns: [String], values: [Double], times: [String] = []) {
    precondition(!columns.isEmpty && values.count % columns.count == 0, "whole rows")
    precondition(times.isEmpty || times.count == values.count / columns.count, "a name each")
    self.columns = columns
    self.values = values
    self.times = times
  }

  /// How many times there are.
  public var count: Int { values.count / columns.count }

  /// The numbers of one column.
  ///
  /// - Parameters:
  ///   - name: the column.
  ///   - file: what to call the series in messages.
  /// - Returns: [N]
  /// - Throws: `DataError` where there is no column of that name.
  public func column(_ name: String, of file: String = "series") throws(DataError) -> [Double] {
    let index = try Self.index(of: name, in: columns, file)
    return stride(from: index, to: values.count, by: columns.count).map { values[$0] }
  }

  /// The place of a column.
  static func index(
    of name: String, in columns: [String], _ file: String
  ) throws(DataError) -> Int {
    if let index = columns.firstIndex(of: name) { return index }
    let shown = columns.prefix(20).joined(separator: ", ")
    throw DataError(
      .badSetting,
      "'\(file)' has no column '\(name)'\(suggestion(for: name, among: columns)); expected one of "
        + "\(shown)\(columns.count > 20 ? ", …" : "")")
  }
}

import Tensors

/// Which rows of a dataset are set apart for validation.
public enum DataSplit: Sendable, Hashable {
  /// None: every row is trained on.
  case none
  /// The last rows of the file, a fraction of all, as Keras's `validation_split`.
  case tail(Double)
  /// As many rows as the tail has, drawn at random by a seed.
  case random(Double, seed: UInt64)

  /// Cuts the rows of a dataset in two; no row is in both.
  ///
  /// - Parameters:
  ///   - count: how many rows the dataset has.
  ///   - name: what to call the dataset in messages.
  /// - Returns: the rows to train on and the rows to validate with.
  /// - Throws: `DataError` if either would be empty.
  public func rows(
    of count: Int, name: String
  ) throws(DataError) -> (training: RowSet, validation: RowSet) {
    let all = RowSet(allOf: count)
    switch self {
    case .none: return (all, RowSet(0..<0, of: count))
    case .tail(let fraction):
      let cut = try trained(fraction, of: count, name)
      return (RowSet(0..<cut, of: count), RowSet(cut..<count, of: count))
    case .random(let fraction, let seed):
      let apart = count - (try trained(fraction, of: count, name))
      let validation = Self.sample(apart, of: count, seed: seed)
      return (all.subtracting(validation), validation)
    }
  }

  /// How many rows are left to train on, by Keras's formula.
  private func trained(
    _ fraction: Double, of count: Int, _ name: String
  ) throws(DataError) -> Int {
    guard fraction > 0 && fraction < 1 else {
      throw DataError(
        .badSetting,
        "cannot set a part of \(fraction) apart for validation; expected a number above 0 and "
          + "below 1")
    }
    let trained = Int((Double(count) * (1 - fraction)).rounded(.down))
    guard trained > 0 && trained < count else {
      throw DataError(
        .badSetting,
        "cannot split the \(count) rows of '\(name)' with a validation part of \(fraction): one "
          + "side would be empty, so give validation a file of its own")
    }
    return trained
  }

  /// Selection sampling (Knuth, volume 2, algorithm S): one look at each row, no list of them.
  private static func sample(_ wanted: Int, of count: Int, seed: UInt64) -> RowSet {
    var random = RandomStream(seed: seed, stream: DataStream.split)
    var left = wanted
    return RowSet(of: count) { row in
      guard left > 0, random.uniform(below: UInt64(count - row)) < UInt64(left) else {
        return false
      }
      left -= 1
      return true
    }
  }
}

/// The numbers of the random streams that data uses; the highest byte says what for.
enum DataStream {
  static let split: UInt64 = 0xD0 << 56
  private static let order: UInt64 = 0xD1 << 56
  private static let generated: UInt64 = 0xD2 << 56
  private static let bucketed: UInt64 = 0xD3 << 56

  /// The order of the blocks of an epoch.
  static func blocks(epoch: Int) -> UInt64 { window(0, epoch: epoch, base: 0) }

  /// The order of the rows inside a window of an epoch.
  static func window(_ window: Int, epoch: Int, base: UInt64 = 1) -> UInt64 {
    precondition(epoch < 1 << 24 && window < 1 << 31, "more epochs or windows than streams")
    return order | UInt64(epoch) << 32 | (UInt64(window) + base)
  }

  /// The order of the batches of a window of an epoch whose rows are sorted by their lengths.
  static func batches(of window: Int, epoch: Int) -> UInt64 {
    Self.window(window, epoch: epoch) ^ (order ^ bucketed)
  }

  /// The numbers of a generated row.
  static func generated(row: Int) -> UInt64 { generated | UInt64(row) }
}

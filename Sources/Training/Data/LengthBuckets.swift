import Tensors

/// Sequences in a few classes of similar length, so that batches of one class need little padding.
public struct LengthBuckets: Sendable {
  /// The most steps of a sequence of each class, ascending; the last is the longest of all.
  public let bounds: [Int]
  /// The class of each row of the dataset.
  private let classes: [UInt8]
  private let lengths: [Int]

  /// Classes of about as many sequences each.
  ///
  /// - Parameters:
  ///   - lengths: the length of each row of the dataset.
  ///   - count: how many classes there are at most.
  ///   - longest: how many steps the longest class is padded to.
  public init(_ lengths: [Int], count: Int, longest: Int) {
    let sorted = lengths.sorted()
    let count = min(max(count, 1), 255)
    var bounds: [Int] = []
    for part in 1...count where !sorted.isEmpty {
      // A sequence of one step would be no sequence any more.
      let bound =
        part == count
        ? longest : min(max(sorted[max(part * sorted.count / count - 1, 0)], 2), longest)
      if bound > bounds.last ?? 0 { bounds.append(bound) }
    }
    self.bounds = bounds
    self.lengths = lengths
    classes = lengths.map { length in
      UInt8(bounds.firstIndex { $0 >= length } ?? max(bounds.count - 1, 0))
    }
  }

  /// Puts rows of a window into batches of one class as far as can be, and those in a random order.
  ///
  /// - Parameters:
  ///   - permutation: the rows in a random order.
  ///   - numbers: their numbers in the dataset.
  ///   - first: the place in the epoch where the window begins; its first rows may belong to a batch
  ///     that began before it.
  ///   - batchSize: the rows of a batch.
  ///   - seed: what the order of batches is a function of.
  ///   - stream: its random stream.
  /// - Returns: the same rows, so ordered.
  func arranged(
    _ permutation: [Int], _ numbers: [Int], from first: Int, batchSize: Int, seed: UInt64,
    stream: UInt64
  ) -> [Int] {
    let head = min((batchSize - first % batchSize) % batchSize, permutation.count)
    var groups = [[Int]](repeating: [], count: max(bounds.count, 1))
    for row in permutation.dropFirst(head) { groups[Int(classes[numbers[row]])].append(row) }
    let sorted = groups.flatMap(\.self)
    let batches = sorted.count / batchSize
    let order = Tensors.permutation(count: batches, seed: seed, stream: stream)
    return permutation.prefix(head)
      + order.flatMap { sorted[$0 * batchSize..<($0 + 1) * batchSize] }
      + sorted[(batches * batchSize)...]
  }

  /// The share of steps that are padding when rows are taken in an order, a batch at a time.
  func waste(_ rows: [Int], batchSize: Int) -> Double {
    var (used, computed) = (0, 0)
    for first in stride(from: 0, to: rows.count, by: batchSize) {
      let batch = rows[first..<min(first + batchSize, rows.count)]
      let longest = batch.reduce(0) { max($0, lengths[$1]) }
      used += batch.reduce(0) { $0 + lengths[$1] }
      computed += batch.count * (bounds.first { $0 >= longest } ?? longest)
    }
    return computed == 0 ? 0 : 1 - Double(used) / Double(computed)
  }

  /// What a person should know about the padding of a dataset's rows in an order.
  func notice(_ name: String, rows: [Int], batchSize: Int) -> String {
    let (short, long) = rows.reduce((Int.max, 0)) {
      (min($0.0, lengths[$1]), max($0.1, lengths[$1]))
    }
    let total = rows.reduce(0) { $0 + lengths[$1] }
    let plain = 1 - Double(total) / Double(max(rows.count * (bounds.last ?? 1), 1))
    func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
    return "The sequences of '\(name)' have \(short) to \(long) steps: in \(bounds.count) buckets "
      + "\(percent(waste(rows, batchSize: batchSize))) of the steps that are computed are padding, in one "
      + percent(plain)
  }
}

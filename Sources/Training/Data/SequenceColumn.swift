import HDF5
import Kernels
import Networks
import Tensors

/// One array of sequences of their own length: a row for each, padded or for the whole sequence, or the
/// steps of all sequences one after the other.
struct SequenceColumn: Sendable {
  /// What columns of a file have in common.
  struct Form {
    let lengths: [Int]
    /// What to call the lengths in messages.
    let title: String

    /// How many steps all sequences have together.
    var total: Int { lengths.reduce(0, +) }
    /// How many steps the longest has.
    var longest: Int { lengths.max() ?? 0 }
  }

  let column: HDF5Column
  /// Whether the steps of all sequences stand one after the other.
  let isFlat: Bool
  /// How many steps a padded row has; 0 where a row is for the whole sequence.
  let steps: Int
  /// The extents of a padded row.
  let shape: Shape
  /// How many numbers a step has.
  private let width: Int
  private let lengths: [Int]

  /// Opens an array, and checks that it goes with the lengths.
  ///
  /// - Parameters:
  ///   - name: the array's name.
  ///   - file: the file.
  ///   - part: what it is for; inputs always have steps.
  ///   - form: the lengths.
  ///   - steps: how many steps rows are padded to, if that is given.
  /// - Throws: a sentence when they do not go together.
  init(
    _ name: String, of file: borrowing HDF5.File, _ part: SamplePart, _ form: Form, steps: Int?
  ) throws {
    let count = form.lengths.count
    column = try HDF5Column(
      name, of: file, ranks: 1...3,
      expecting: "a row for each sequence, or the steps of all sequences one after the other")
    let extents = column.rowShape
    isFlat = column.count != count || part == .input && extents.isEmpty
    guard column.count == (isFlat ? form.total : count) else {
      throw DataError(
        .wrongShape,
        "\(column.title) has \(column.count) rows, and \(form.title) tells of \(count) sequences with "
          + "\(form.total) steps in all; expected one of these numbers")
    }
    lengths = form.lengths
    guard isFlat || part == .input || extents.count == 2 || steps == extents.first else {
      // A number, class or vector for the whole sequence.
      (self.steps, width) = (0, column.rowCount)
      shape = part == .weight || extents.isEmpty ? Shape([1]) : Shape(extents)
      return
    }
    let stored = isFlat ? form.longest : extents.first ?? 0
    let padded = steps ?? stored
    guard padded >= form.longest, isFlat || padded == stored else {
      throw DataError(
        .wrongShape,
        "\(column.title) has sequences of up to \(isFlat ? form.longest : stored) steps; expected "
          + "\(max(padded, form.longest))" + (isFlat ? " at most" : ""))
    }
    let features = isFlat ? extents : Array(extents.dropFirst())
    self.steps = padded
    width = features.reduce(1, *)
    shape = Shape([padded] + features)
  }

  /// Reads neighbouring rows, padded with zeros.
  ///
  /// - Parameters:
  ///   - rows: which ones.
  ///   - offsets: how many steps all sequences before each have.
  ///   - target: where the first goes.
  ///   - stride: how far apart rows are.
  /// - Throws: what libhdf5 says.
  func read(
    _ rows: Range<Int>, _ offsets: [Int], into target: UnsafeMutablePointer<Float>, stride: Int
  ) throws {
    if isFlat { return try readFlat(rows, offsets, into: target, stride: stride) }
    if stride == column.rowCount {
      try column.read(rows: rows, into: target)
    } else {
      let apart = Arena(count: rows.count * column.rowCount)
      try column.read(rows: rows, into: apart.base)
      copyRows(
        rows: rows.count, columns: column.rowCount, apart.base, sourceStride: column.rowCount,
        into: target, targetStride: stride)
    }
    guard steps > 0 else { return }
    for (index, row) in rows.enumerated() {
      clear(target + index * stride, from: lengths[row])
    }
  }

  private func readFlat(
    _ rows: Range<Int>, _ offsets: [Int], into target: UnsafeMutablePointer<Float>, stride: Int
  ) throws {
    let all = offsets[rows.lowerBound]..<offsets[rows.upperBound]
    let apart = Arena(count: all.count * width)
    try column.read(rows: all, into: apart.base)
    for (index, row) in rows.enumerated() {
      let place = target + index * stride
      place.update(
        from: apart.base + (offsets[row] - all.lowerBound) * width, count: lengths[row] * width)
      clear(place, from: lengths[row])
    }
    withExtendedLifetime(apart) {}
  }

  private func clear(_ row: UnsafeMutablePointer<Float>, from length: Int) {
    (row + length * width).update(repeating: 0, count: (steps - length) * width)
  }
}

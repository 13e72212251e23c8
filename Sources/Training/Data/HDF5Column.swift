import HDF5

/// One dataset of an HDF5 file as numbered rows of floats.
final class HDF5Column: Sendable {
  /// "'/x' in 'train.h5'", for messages.
  let title: String
  let count: Int
  /// The extents of one row; empty if a row is one number.
  let rowShape: [Int]
  private let dataset: HDF5.Dataset

  /// Opens a dataset and checks that it holds rows of numbers of one of some ranks.
  init(_ name: String, of file: borrowing HDF5.File, ranks: ClosedRange<Int>, expecting: String)
    throws
  {
    let dataset = try file.dataset(name)
    let title = "'\(dataset.path)' in '\(file.name)'"
    let shape = dataset.shape
    guard ranks.contains(shape.count), let count = shape.first else {
      throw DataError(
        .wrongShape,
        "cannot use \(title) as data: it has rank \(shape.count), shape \(shape); expected "
          + expecting + (shape.count == 1 ? ", so reshape it to [\(shape[0]), 1]" : ""))
    }
    guard dataset.elementType.isNumeric else {
      throw DataError(
        .wrongType,
        "cannot use \(title) as data: its elements are of the type \(dataset.elementType); "
          + "expected whole numbers or floats of 8 to 64 bits")
    }
    guard dataset.count > 0 else {
      throw DataError(
        .empty,
        "cannot use \(title) as data: it is empty, shape \(shape); expected at least one row")
    }
    try dataset.verifyReadable()
    try Self.checkWritten(dataset, title, fileSize: file.identity?.size ?? .max)
    self.title = title
    self.count = count
    rowShape = Array(shape.dropFirst())
    self.dataset = dataset
  }

  /// Refuses shapes that the file has no room for: such data would read as zeros.
  ///
  /// gzip packs 1032 bytes into one at best.
  private static func checkWritten(
    _ dataset: borrowing HDF5.Dataset, _ title: String, fileSize: Int
  ) throws(DataError) {
    let ratio =
      switch dataset.storage.layout {
      case .chunked: 1100
      default: 1
      }
    let (needed, overflow) = dataset.count.multipliedReportingOverflow(
      by: dataset.elementType.bytes)
    if !overflow && needed / ratio <= fileSize { return }
    throw DataError(
      .wrongShape,
      "cannot use \(title) as data: its shape \(dataset.shape) does not fit a file of \(fileSize) "
        + "bytes, so it was never written or the file is damaged")
  }

  /// How many numbers a row has.
  var rowCount: Int { rowShape.reduce(1, *) }

  /// How many rows a chunk has; 1 where rows are not in chunks.
  var chunkRows: Int {
    if case .chunked(let sizes) = dataset.storage.layout { max(1, min(sizes[0], count)) } else { 1 }
  }

  /// Name, type, byte order and shape, for a fingerprint.
  var summary: String {
    "\(dataset.path) \(dataset.elementType) \(dataset.byteOrder.rawValue) \(dataset.shape)"
  }

  func read(rows: Range<Int>, into memory: UnsafeMutablePointer<Float>) throws(HDF5Error) {
    try dataset.read(
      rows: rows,
      into: UnsafeMutableBufferPointer(start: memory, count: rows.count * dataset.rowCount))
  }
}

extension ElementType {
  /// The bytes of a number in the file.
  fileprivate var bytes: Int {
    switch self {
    case .integer(_, let bits), .float(let bits), .enumeration(let bits): bits / 8
    case .bfloat16: 2
    case .string, .other: 1
    }
  }
}

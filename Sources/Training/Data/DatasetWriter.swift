import HDF5
import Kernels
import Tensors

/// Writes samples to an HDF5 file row by row, of any number, in chunks.
///
/// The file appears under its name when `finish` returns, and until then under a temporary one,
/// which is removed if the writer goes away before.
public final class DatasetWriter {
  /// The extents of a sample.
  public let shape: SampleShape
  /// How many rows a chunk has, and a good number to append at a time.
  public let chunkRows: Int
  private let destination: AtomicFile
  private var file: NewFile?
  private var columns: [ColumnWriter] = []

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - path: where the file will be; one that exists is replaced in the end.
  ///   - shape: the extents of a sample. Without targets or weights there is no dataset for them.
  ///   - names: the names of the datasets.
  ///   - gzip: how hard to pack, from 1 to 9, or nil not to.
  ///   - chunkRows: rows of a chunk; nil makes chunks of about 256 KiB.
  /// - Throws: `HDF5Error` or `TrainingError` if the file cannot be made.
  public init(
    path: String, shape: SampleShape, names: DatasetNames = DatasetNames(), gzip: Int? = nil,
    chunkRows: Int? = nil
  ) throws {
    precondition(shape.bytes > 0, "a sample has numbers")
    self.shape = shape
    self.chunkRows = chunkRows ?? max(1, (256 << 10) / shape.bytes)
    destination = try AtomicFile(path)
    let file = try NewFile(at: destination.temporaryPath)
    for column in Self.columns(shape, names) {
      columns.append(try ColumnWriter(column, rows: self.chunkRows, gzip: gzip, in: file))
    }
    self.file = consume file
  }

  deinit { if file != nil { destination.discard() } }

  /// Appends rows.
  ///
  /// - Parameters:
  ///   - rows: how many.
  ///   - memory: their numbers.
  /// - Throws: `HDF5Error` if they cannot be written, for example because the disk is full.
  public func append(_ rows: Int, from memory: RowMemory) throws {
    precondition(file != nil, "rows are appended before the end")
    for column in columns {
      let part = column.column.part
      try column.append(rows, from: memory[part], stride: shape.count(of: part))
    }
  }

  /// The datasets that a shape needs, in the order of their parts.
  private static func columns(_ shape: SampleShape, _ names: DatasetNames) -> [WrittenColumn] {
    let targets = names.targets.isEmpty ? DatasetNames().targets : names.targets
    let weights: [String?] =
      switch names.weights {
      case .named(let name): [name]
      case .each(let names): names
      case .automatic, .none: ["/sample_weight"]
      }
    precondition(
      names.inputs.count == shape.inputs.count
        && (shape.targetCount == 0 || targets.count == shape.targets.count)
        && shape.weightCounts.count <= weights.count, "a name for each dataset")
    let parts: [(SamplePart, [(name: String?, extents: [Int])])] = [
      (.input, zip(names.inputs, shape.inputs).map { ($0, $1.dimensions) }),
      (.target, zip(targets, shape.targets).map { ($0, $1.dimensions) }),
      (.weight, zip(weights, shape.weightCounts).map { ($0, $1 == 1 ? [] : [$1]) }),
    ]
    var result: [WrittenColumn] = []
    for (part, columns) in parts {
      var place = 0
      for (name, extents) in columns {
        let count = extents.reduce(1, *)
        if count > 0, let name {
          result.append(WrittenColumn(part: part, name: name, extents: extents, place: place))
        }
        place += count
      }
    }
    return result
  }

  /// Ends the file, forces it to the disk, and gives it its name.
  ///
  /// - Throws: `HDF5Error` or `TrainingError` if that fails; there is no file then.
  public func finish() throws {
    guard let file = file.take() else { preconditionFailure("a file ends once") }
    do {
      for column in columns { try column.close() }
      try file.close()
      try destination.publish()
    } catch {
      destination.discard()
      throw error
    }
  }
}

/// A dataset to be written, and where its numbers are in the rows of a part.
private struct WrittenColumn {
  let part: SamplePart
  let name: String
  /// The extents of a row; empty for one number.
  let extents: [Int]
  let place: Int

  var count: Int { extents.reduce(1, *) }
}

/// One dataset under way.
private final class ColumnWriter {
  let column: WrittenColumn
  private var writer: RowWriter<Float>?

  init(
    _ column: WrittenColumn, rows: Int, gzip: Int?, in file: borrowing NewFile
  ) throws(HDF5Error) {
    self.column = column
    writer = try file.appendRows(
      of: Float.self, to: column.name, rowShape: column.extents,
      packing: Packing(chunk: [rows] + column.extents, gzip: gzip, shuffle: gzip != nil))
  }

  /// Appends rows that start `stride` floats apart.
  func append(
    _ rows: Int, from memory: UnsafeMutablePointer<Float>, stride: Int
  ) throws(HDF5Error) {
    guard stride != column.count else {
      try writer?.append(UnsafeBufferPointer(start: memory, count: rows * stride))
      return
    }
    let apart = Arena(count: rows * column.count)
    copyRows(
      rows: rows, columns: column.count, memory + column.place, sourceStride: stride,
      into: apart.base, targetStride: column.count)
    try writer?.append(UnsafeBufferPointer(apart[0..<apart.count]))
  }

  func close() throws(HDF5Error) { try writer.take()?.close() }
}

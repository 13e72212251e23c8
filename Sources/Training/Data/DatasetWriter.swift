import HDF5

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
  private var inputs: RowWriter<Float>?
  private var targets: RowWriter<Float>?
  private var weights: RowWriter<Float>?

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
    let rows = self.chunkRows
    let extents = shape.input.dimensions
    inputs = try Self.begin(names.inputs, extents, rows: rows, gzip: gzip, in: file)
    if shape.target.count > 0 {
      let name = names.targets ?? "/y"
      let extents = shape.target.dimensions
      targets = try Self.begin(name, extents, rows: rows, gzip: gzip, in: file)
    }
    if shape.weights > 0 {
      let name = if case .named(let name) = names.weights { name } else { "/sample_weight" }
      let extents = shape.weights == 1 ? [] : [shape.weights]
      weights = try Self.begin(name, extents, rows: rows, gzip: gzip, in: file)
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
    func values(_ part: SamplePart) -> UnsafeBufferPointer<Float> {
      UnsafeBufferPointer(start: memory[part], count: rows * shape.count(of: part))
    }
    try inputs?.append(values(.input))
    try targets?.append(values(.target))
    try weights?.append(values(.weight))
  }

  private static func begin(
    _ name: String, _ extents: [Int], rows: Int, gzip: Int?, in file: borrowing NewFile
  ) throws(HDF5Error) -> RowWriter<Float> {
    try file.appendRows(
      of: Float.self, to: name, rowShape: extents,
      packing: Packing(chunk: [rows] + extents, gzip: gzip, shuffle: gzip != nil))
  }

  /// Ends the file, forces it to the disk, and gives it its name.
  ///
  /// - Throws: `HDF5Error` or `TrainingError` if that fails; there is no file then.
  public func finish() throws {
    guard let file = file.take() else { preconditionFailure("a file ends once") }
    do {
      try inputs.take()?.close()
      try targets.take()?.close()
      try weights.take()?.close()
      try file.close()
      try destination.publish()
    } catch {
      destination.discard()
      throw error
    }
  }
}

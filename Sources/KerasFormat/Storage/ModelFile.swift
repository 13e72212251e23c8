import HDF5

/// A Keras file opened in this process: everything but the values, and the values on demand.
///
/// For files of strangers this is the work of a child process: libhdf5 crashes on some.
struct ModelFile: ~Copyable {
  /// What the file holds, without values.
  let model: StoredModel
  private let file: File

  /// Opens the bytes of an HDF5 file or an archive.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - name: what to call it in sentences.
  ///   - limits: how much it may ask for.
  /// - Throws: a sentence that says why it is not a model that we read.
  init(_ bytes: consuming [UInt8], name: String, limits: ReadingLimits) throws {
    let size = bytes.count
    let contents = FileContents(size: size) { [bytes] in
      Array(bytes[min($0, size)..<min($0 + $1, size)])
    }
    switch contents {
    case .zip: try self.init(archive: bytes, name, limits)
    case .hdf5: try self.init(hdf5: bytes, name, limits)
    case .json: throw KerasFormatError.notKeras(name, "JSON text")
    case .foreign(let what): throw KerasFormatError.notKeras(name, what)
    }
  }

  private init(hdf5 bytes: consuming [UInt8], _ name: String, _ limits: ReadingLimits) throws {
    let size = bytes.count
    let file = try File(bytes: bytes, name: name)
    var model = StoredModel(name: name, layout: .weights3)
    var reader = TreeReader(name: name, fileSize: size, limits: limits)
    let isLegacy = try reader.readLegacy(file, into: &model)
    let isKeras3 = try reader.readVariables(file, into: &model)
    guard isLegacy || isKeras3 else {
      let names = try file.root.members().prefix(4).map { "'\($0)'" }.joined(separator: ", ")
      throw KerasFormatError.notKeras(
        name, names.isEmpty ? "an empty HDF5 file" : "HDF5 of another program, with \(names)")
    }
    try reader.readOwn(file, into: &model)
    self.model = model
    self.file = file
  }

  private init(archive bytes: consuming [UInt8], _ name: String, _ limits: ReadingLimits) throws {
    let size = bytes.count
    let archive = try Archive(bytes, name: name)
    func text(_ member: String) throws -> String? {
      guard let bytes = try archive.content(of: member, limit: limits.textBytes) else { return nil }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw ArchiveDirectory.error(name, "its member '\(member)' is not UTF-8")
      }
      return text
    }
    var model = StoredModel(name: name, layout: .archive)
    model.config = try text(ArchiveDirectory.config)
    if let metadata = try text(ArchiveDirectory.metadata) {
      model.kerasVersion = try JSON(parsing: metadata)["keras_version"]?.string
    }
    let limit = min(ReadingLimits.unpackedBytes(file: size), limits.fileBytes)
    let weights = try archive.content(of: ArchiveDirectory.weights, limit: limit) ?? []
    let file = try File(bytes: weights, name: name)
    var reader = TreeReader(name: name, fileSize: size, limits: limits)
    _ = try reader.readVariables(file, into: &model)
    try reader.readOwn(file, into: &model)
    self.model = model
    self.file = file
  }

  /// The values of one of the model's arrays.
  func values(of array: StoredArray) throws(HDF5Error) -> [Float] {
    try file.dataset(array.source).read(as: Float.self, limit: array.count)
  }
}

extension StoredModel {
  /// Reads a file of our own in this process, without a child's protection.
  ///
  /// Only for bytes that are known to be those that we wrote, by their checksum.
  /// - Parameters:
  ///   - bytes: a whole HDF5 file or archive.
  ///   - name: what to call it in sentences.
  ///   - limits: how much it may ask for.
  /// - Throws: a sentence that says why it is not a model that we read.
  public init(
    readingTrusted bytes: consuming [UInt8], name: String, limits: ReadingLimits = ReadingLimits()
  ) throws {
    let file = try ModelFile(bytes, name: name, limits: limits)
    self = file.model
    try fill { try file.values(of: $0) }
  }
}

import HDF5

/// A Keras file opened in this process: everything but the values, and the values on demand.
///
/// For files of strangers this is the work of a child process: libhdf5 crashes on some.
struct ModelFile: ~Copyable {
  /// What the file holds, without values.
  let model: StoredModel
  private let file: File

  /// Opens an HDF5 file or an archive in memory.
  ///
  /// - Parameters:
  ///   - image: the whole file.
  ///   - name: what to call it in sentences.
  ///   - limits: how much it may ask for.
  /// - Throws: a sentence that says why it is not a model that we read.
  init(_ image: FileImage, name: String, limits: ReadingLimits) throws {
    switch FileContents(size: image.count, image.read) {
    case .zip: try self.init(archive: image, name, limits)
    case .hdf5: try self.init(hdf5: image, name, limits)
    case .json: throw KerasFormatError.notKeras(name, "JSON text")
    case .foreign(let what): throw KerasFormatError.notKeras(name, what)
    }
  }

  private init(hdf5 image: FileImage, _ name: String, _ limits: ReadingLimits) throws {
    var reader = TreeReader(name: name, fileSize: image.count, limits: limits)
    let file = try File(image: image, name: name)
    var model = StoredModel(name: name, layout: .weights3)
    let isLegacy = try reader.readLegacy(file, into: &model)
    let isKeras3 = try reader.readVariables(file, into: &model)
    guard isLegacy || isKeras3 else {
      let names = try file.root.members().prefix(4).map { "'\($0)'" }
      throw KerasFormatError.notKeras(name, KerasFormatError.otherHDF5(names))
    }
    try reader.readOwn(file, into: &model)
    self.model = model
    self.file = file
  }

  private init(archive image: FileImage, _ name: String, _ limits: ReadingLimits) throws {
    var reader = TreeReader(name: name, fileSize: image.count, limits: limits)
    var model = StoredModel(name: name, layout: .archive)
    let limit = min(ReadingLimits.unpackedBytes(file: image.count), limits.fileBytes)
    // The archive points into the image.
    let weights = try withExtendedLifetime(image) {
      let archive = try Archive(UnsafeRawBufferPointer(image.bytes), name: name)
      model.config = try archive.text(of: ArchiveDirectory.config, limit: limits.textBytes)
      let metadata = try archive.text(of: ArchiveDirectory.metadata, limit: limits.textBytes)
      if let metadata {
        guard let json = try? JSON(parsing: metadata) else {
          throw ArchiveDirectory.error(name, "its member 'metadata.json' is not JSON")
        }
        model.kerasVersion = json["keras_version"]?.string
      }
      return try archive.content(of: ArchiveDirectory.weights, limit: limit)
    }
    guard let weights else { preconditionFailure("the directory was checked for weights") }
    let file = try File(image: weights, name: name)
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
    readingTrusted bytes: [UInt8], name: String, limits: ReadingLimits = ReadingLimits()
  ) throws {
    let file = try ModelFile(FileImage(copying: bytes), name: name, limits: limits)
    self = file.model
    try fill { try file.values(of: $0) }
  }
}

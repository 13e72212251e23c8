import Glibc
import HDF5

extension StoredModel {
  /// Reads a file that Keras wrote, of any version and layout, or the parts of one in several files.
  ///
  /// What the file is comes from its contents. HDF5 and archives are read in a child process
  /// with limits, for libhdf5 crashes or hangs on some files; what the child sends is checked.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - limits: how much it may ask for.
  ///   - accept: gets everything but the values, and throws where they are not wanted: to compare
  ///     sizes with those that the model has before memory is taken.
  /// - Returns: what the file holds.
  /// - Throws: one sentence, whatever the file is.
  public static func read(
    path: String, limits: ReadingLimits = ReadingLimits(),
    accept: (StoredModel) throws -> Void = { _ in }
  ) throws -> StoredModel {
    let file = try ModelPath(path, limits: limits)
    switch file.contents {
    case .hdf5, .zip: return try file.readInJail(limits, accept)
    case .json: return try read(text: file, limits, accept)
    case .foreign(let what): throw KerasFormatError.notKeras(path, what)
    }
  }

  /// A model's config, or the list of the files that its weights are in.
  private static func read(
    text file: borrowing ModelPath, _ limits: ReadingLimits,
    _ accept: (StoredModel) throws -> Void
  ) throws -> StoredModel {
    let name = file.path
    guard file.size <= limits.textBytes else {
      throw KerasFormatError.tooLarge(name, "its JSON has", file.size, limits.textBytes)
    }
    guard var text = String(validating: file.read(0, file.size), as: UTF8.self) else {
      throw KerasFormatError("Reading '\(name)': its text is not UTF-8.")
    }
    if text.first == "\u{FEFF}" { text.removeFirst() }
    let json: JSON
    do throws(KerasFormatError) {
      json = try JSON(parsing: text)
    } catch {
      throw KerasFormatError("The file '\(name)' is damaged or not JSON. \(error)")
    }
    if json["weight_map"] != nil {
      return try Shards(json, path: name).read(limits, accept)
    }
    guard json["class_name"]?.string != nil, json["config"] != nil else {
      throw KerasFormatError(
        "The file '\(name)' is not a Keras model: it is JSON without 'class_name' and 'config', which "
          + "model.to_json() writes, and without the 'weight_map' of weights in several files.")
    }
    var model = StoredModel(name: name, layout: .json)
    model.config = text
    model.kerasVersion = json["keras_version"]?.string
    model.backend = json["backend"]?.string
    try accept(model)
    return model
  }
}

/// A file on the disk that may be a model, open and not looked into beyond its kind.
struct ModelPath: ~Copyable {
  let path: String
  let size: Int
  let contents: FileContents
  private let descriptor: Int32

  init(_ path: String, limits: ReadingLimits) throws {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw Descriptor.cannotOpen(path, errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw Self.notRegular(path)
    }
    let size = Int(status.st_size)
    guard size <= limits.fileBytes else {
      close(descriptor)
      throw KerasFormatError.tooLarge(path, "it has", size, limits.fileBytes)
    }
    contents = FileContents(size: size) { Descriptor.read(descriptor, $0, $1) }
    self.path = path
    self.size = size
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Bytes from a place on, fewer at the end.
  func read(_ offset: Int, _ count: Int) -> [UInt8] { Descriptor.read(descriptor, offset, count) }

  /// Has a child process read the file, and takes what it sends.
  func readInJail(
    _ limits: ReadingLimits, _ accept: (StoredModel) throws -> Void
  ) throws -> StoredModel {
    let jail = try Jail(reading: descriptor, size: size, name: path, limits: limits)
    let mostValues = ReadingLimits.unpackedBytes(file: size) / 4
    do {
      let packet = try jail.receivePacket(limits)
      var model = try StoredModel(packet: packet, name: path, mostValues: mostValues)
      try accept(model)
      try model.fill { try jail.values($0.count) }
      return model
    } catch is PacketReader.Malformed {
      throw jail.malformed()
    }
  }

  /// Has a child process do some other work on the file, and takes the text that it sends.
  func textFromJail(_ limits: ReadingLimits, _ work: [String]) throws -> String {
    let jail = try Jail(reading: descriptor, size: size, name: path, limits: limits, work: work)
    do {
      let text = String(decoding: try jail.receivePacket(limits), as: UTF8.self)
      return text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { String($0).withoutControls }.joined(separator: "\n")
    } catch is PacketReader.Malformed {
      throw jail.malformed()
    }
  }

  private static func notRegular(_ path: String) -> HDF5Error {
    if access(path + "/saved_model.pb", F_OK) == 0 {
      return HDF5Error(
        .notRegularFile,
        "'\(path)' is a TensorFlow SavedModel; expected one file, so load it in Keras and save it as "
          + ".keras or .h5")
    }
    return HDF5Error(
      .notRegularFile, "'\(path)' is a directory or a device; expected a file that Keras wrote")
  }
}

extension ModelReaderProcess {
  /// Has a process of its own do some work on a file of a stranger.
  ///
  /// - Parameters:
  ///   - work: the argument by which the program knows what to do, and what it needs for it.
  ///   - path: the file.
  ///   - limits: how much it may ask for.
  /// - Returns: the text that came of it, in lines.
  /// - Throws: one sentence, whatever the file is.
  package static func text(
    _ work: [String], of path: String, limits: ReadingLimits = ReadingLimits()
  ) throws -> String {
    try ModelPath(path, limits: limits).textFromJail(limits, work)
  }
}

extension Jail {
  /// Receives the head and what it announces; throws the sentence if it is one.
  fileprivate func receivePacket(_ limits: ReadingLimits) throws -> [UInt8] {
    guard try receive(ModelReaderProcess.magic.count) == ModelReaderProcess.magic else {
      throw otherVersion()
    }
    var head = PacketReader(try receive(16))
    let (status, length) = (try head.number(), try head.number())
    // Names of all objects, three texts, and what stands around them.
    guard (0...4 * limits.textBytes + ReadingLimits.objects * 1024).contains(length) else {
      throw PacketReader.Malformed()
    }
    let packet = try receive(length)
    guard status == 0 else {
      throw KerasFormatError(
        String(decoding: packet.prefix(4096), as: UTF8.self).withoutControls)
    }
    return packet
  }

  /// Receives the values of one array.
  fileprivate func values(_ count: Int) throws(KerasFormatError) -> [Float] {
    var failure: KerasFormatError?
    let values = [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(KerasFormatError) {
        try receive(into: UnsafeMutableRawBufferPointer(buffer))
        filled = count
      } catch { failure = error }
    }
    if let failure { throw failure }
    return values
  }
}

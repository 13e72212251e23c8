import HDF5

/// Looks at the datasets and groups of one HDF5 file within its limits, before any values are read.
struct TreeReader {
  /// The name of the file on the disk, for sentences.
  let name: String
  let limits: ReadingLimits
  /// The bytes of values that the file may still claim.
  private var bytesLeft: Int
  private let mostBytes: Int
  private var objectsLeft = ReadingLimits.objects
  private var seen: Set<UInt64> = []

  init(name: String, fileSize: Int, limits: ReadingLimits) {
    self.name = name
    self.limits = limits
    mostBytes = min(ReadingLimits.unpackedBytes(file: fileSize), limits.fileBytes)
    bytesLeft = mostBytes
  }

  /// Counts objects; a file of a few kilobytes can hold endless ones through its links.
  mutating func count(_ objects: Int = 1) throws(KerasFormatError) {
    objectsLeft -= objects
    guard objectsLeft >= 0 else {
      throw KerasFormatError(
        "Reading '\(name)': its groups and links make more than \(ReadingLimits.objects) objects, where "
          + "no Keras writes that many; it is damaged or made to harm.")
    }
  }

  /// Notes that a group was entered; links can make endless paths out of few groups.
  ///
  /// - Returns: its address.
  mutating func enter(_ group: borrowing Group) throws -> UInt64 {
    let address = try group.address()
    if !seen.insert(address).inserted { try count(ReadingLimits.objects / 1000) }
    return address
  }

  /// Everything about an array but its values.
  mutating func array(
    _ name: String, at path: String, in group: borrowing Group
  ) throws -> StoredArray {
    try count()
    let dataset = try group.dataset(path)
    guard Self.isOurs(dataset.elementType), Self.isOurs(dataset.storage.filters) else {
      throw unusual(dataset)
    }
    try dataset.verifyReadable()
    try dataset.verifyChunks(largest: ReadingLimits.chunkBytes)
    guard dataset.count <= bytesLeft / 4 else {
      throw KerasFormatError(
        "Reading '\(self.name)': with '\(dataset.path)' of the shape \(dataset.shape) its arrays claim "
          + "more than the \(mostBytes) bytes that a file of its size can need; it is damaged or made "
          + "to fill the memory.")
    }
    bytesLeft -= dataset.count * 4
    return StoredArray(
      name: name, shape: dataset.shape, elementType: dataset.elementType.description,
      integer: Self.integer(dataset), source: dataset.path)
  }

  /// A text attribute within the limit.
  func text(_ attribute: String, of group: borrowing Group) throws -> String? {
    guard let text = try group.attributes.string(attribute) else { return nil }
    guard text.utf8.count <= limits.textBytes else {
      throw KerasFormatError.tooLarge(
        name, "its \(attribute) has", text.utf8.count, limits.textBytes)
    }
    return text
  }

  /// The types that Keras's backends have.
  private static func isOurs(_ type: ElementType) -> Bool {
    switch type {
    case .integer, .bfloat16: true
    case .float(let bits): bits == 16 || bits == 32 || bits == 64
    case .enumeration, .string, .other: false
    }
  }

  /// The filters that are part of every libhdf5: deflate, shuffle, Fletcher32.
  private static func isOurs(_ filters: [Filter]) -> Bool {
    filters.allSatisfy { (1...3).contains($0.id) }
  }

  private static func integer(_ dataset: borrowing Dataset) -> Int? {
    guard case .integer = dataset.elementType, dataset.count == 1 else { return nil }
    return try? dataset.read(as: Int.self, limit: 1).first
  }

  private func unusual(_ dataset: borrowing Dataset) -> KerasFormatError {
    let filters = dataset.storage.filters.map(\.name).joined(separator: ", ")
    let packed = filters.isEmpty ? "" : ", packed with \(filters)"
    return KerasFormatError(
      "Reading '\(name)': the dataset '\(dataset.path)' holds elements of the type "
        + "\(dataset.elementType)\(packed); expected numbers, plain or packed with gzip, shuffle or "
        + "fletcher32. 'h5repack -f GZIP=4 old.h5 new.h5' may help.")
  }
}

import CZip

/// A `.keras` archive in memory: libzip unpacks its members, and nothing is ever extracted.
struct Archive: ~Copyable {
  private let name: String
  private let bytes: UnsafeMutableRawBufferPointer
  private let handle: OpaquePointer
  private let directory: ArchiveDirectory

  /// Opens the bytes of an archive and checks its members; they are copied.
  init(_ content: [UInt8], name: String) throws(KerasFormatError) {
    let directory = try ArchiveDirectory(ByteReader(bytes: content), name: name)
    try directory.verify(name: name)
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: content.count, alignment: 16)
    bytes.copyBytes(from: content)
    guard let handle = Self.open(bytes) else {
      bytes.deallocate()
      throw ArchiveDirectory.error(name, "libzip does not take it for a zip archive")
    }
    self.name = name
    self.bytes = bytes
    self.handle = handle
    self.directory = directory
  }

  deinit {
    zip_discard(handle)
    bytes.deallocate()
  }

  private static func open(_ bytes: UnsafeMutableRawBufferPointer) -> OpaquePointer? {
    guard
      let source = zip_source_buffer_create(bytes.baseAddress, zip_uint64_t(bytes.count), 0, nil)
    else { return nil }
    // On success the archive owns the source.
    if let handle = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, nil) { return handle }
    zip_source_free(source)
    return nil
  }

  /// The content of a member; nil if there is none of that name.
  ///
  /// - Parameters:
  ///   - member: its name.
  ///   - limit: the most bytes to unpack.
  /// - Returns: exactly as many bytes as the directory says.
  /// - Throws: a sentence if it is larger, longer or shorter than it says, or its checksum is wrong.
  func content(of member: String, limit: Int) throws(KerasFormatError) -> [UInt8]? {
    guard let index = directory.entries.firstIndex(where: { $0.text == member }) else { return nil }
    let size = directory.entries[index].size
    guard size <= limit else {
      throw KerasFormatError.tooLarge(name, "its member '\(member)' has", size, limit)
    }
    guard let file = zip_fopen_index(handle, zip_uint64_t(index), 0) else {
      throw damaged(member)
    }
    defer { zip_fclose(file) }
    var isWhole = false
    let content = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      filled = Self.read(file, buffer)
      // The read behind the end is the one that compares the checksum.
      var beyond: UInt8 = 0
      isWhole = filled == size && zip_fread(file, &beyond, 1) == 0
    }
    guard isWhole else { throw damaged(member) }
    return content
  }

  private static func read(_ file: OpaquePointer, _ buffer: UnsafeMutableBufferPointer<UInt8>)
    -> Int
  {
    var filled = 0
    while filled < buffer.count, let base = buffer.baseAddress {
      let got = zip_fread(file, base + filled, zip_uint64_t(buffer.count - filled))
      guard got > 0 else { break }
      filled += Int(got)
    }
    return filled
  }

  private func damaged(_ member: String) -> KerasFormatError {
    ArchiveDirectory.error(
      name, "its member '\(member)' does not unpack to the size and checksum of the directory")
  }
}

import CZip
import HDF5

/// A `.keras` archive in memory: libzip unpacks its members, and nothing is ever extracted.
///
/// The bytes are somebody else's, who keeps them as long as this is used.
struct Archive: ~Copyable {
  private let name: String
  private let handle: OpaquePointer
  private let directory: ArchiveDirectory

  /// Opens the bytes of an archive and checks its members.
  init(_ content: UnsafeRawBufferPointer, name: String) throws(KerasFormatError) {
    let directory = try ArchiveDirectory(ByteReader(bytes: content), name: name)
    try directory.verify(name: name)
    guard let handle = Self.open(content) else {
      throw ArchiveDirectory.error(name, "libzip does not take it for a zip archive")
    }
    self.name = name
    self.handle = handle
    self.directory = directory
  }

  deinit { zip_discard(handle) }

  private static func open(_ content: UnsafeRawBufferPointer) -> OpaquePointer? {
    guard
      let source = zip_source_buffer_create(
        content.baseAddress, zip_uint64_t(content.count), 0, nil)
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
  func content(of member: String, limit: Int) throws(KerasFormatError) -> FileImage? {
    guard let index = directory.entries.firstIndex(where: { $0.text == member }) else { return nil }
    let size = directory.entries[index].size
    guard size <= limit else {
      throw KerasFormatError.tooLarge(name, "its member '\(member)' has", size, limit)
    }
    guard let file = zip_fopen_index(handle, zip_uint64_t(index), 0) else {
      throw damaged(member)
    }
    defer { zip_fclose(file) }
    let content = FileImage(size: size) { Self.read(file, $0) }
    // The read behind the end is the one that compares the checksum.
    var beyond: UInt8 = 0
    guard let content, zip_fread(file, &beyond, 1) == 0 else { throw damaged(member) }
    return content
  }

  /// The content of a member as text; nil if there is none of that name.
  func text(of member: String, limit: Int) throws(KerasFormatError) -> String? {
    guard let content = try content(of: member, limit: limit) else { return nil }
    let text = withExtendedLifetime(content) { String(validating: content.bytes, as: UTF8.self) }
    guard let text else {
      throw ArchiveDirectory.error(name, "its member '\(member)' is not UTF-8")
    }
    return text
  }

  private static func read(_ file: OpaquePointer, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
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

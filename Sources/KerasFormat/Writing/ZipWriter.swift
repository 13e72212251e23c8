import CZip

/// Builds a zip archive in memory, its members stored as they are, without times: the same members
/// give the same bytes.
struct ZipWriter {
  private var members: [(name: String, bytes: [UInt8])] = []

  /// Adds a member at the end.
  mutating func add(_ name: String, _ bytes: [UInt8]) { members.append((name, bytes)) }

  /// The whole archive.
  ///
  /// - Returns: the bytes of a file.
  /// - Throws: a sentence if libzip fails, for want of memory.
  func bytes() throws(KerasFormatError) -> [UInt8] {
    var failure = zip_error_t()
    guard let target = zip_source_buffer_create(nil, 0, 0, &failure) else { throw Self.error() }
    defer { zip_source_free(target) }
    zip_source_keep(target)
    guard let archive = zip_open_from_source(target, ZIP_TRUNCATE, &failure) else {
      zip_source_free(target)
      throw Self.error()
    }
    // The bytes must stay where they are until the archive is closed.
    let copies = members.map { member in
      let copy = UnsafeMutableRawBufferPointer.allocate(
        byteCount: max(member.bytes.count, 1), alignment: 16)
      copy.copyBytes(from: member.bytes)
      return copy
    }
    defer { for copy in copies { copy.deallocate() } }
    for (member, copy) in zip(members, copies) {
      guard Self.add(member.name, copy, member.bytes.count, to: archive) else {
        zip_discard(archive)
        throw Self.error()
      }
    }
    guard zip_close(archive) == 0 else {
      zip_discard(archive)
      throw Self.error()
    }
    return try Self.content(of: target)
  }

  private static func add(
    _ name: String, _ bytes: UnsafeMutableRawBufferPointer, _ count: Int, to archive: OpaquePointer
  ) -> Bool {
    guard let source = zip_source_buffer(archive, bytes.baseAddress, zip_uint64_t(count), 0) else {
      return false
    }
    let index = zip_file_add(archive, name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
    guard index >= 0 else {
      zip_source_free(source)
      return false
    }
    let entry = zip_uint64_t(index)
    // The first of January 1980, where the time of zip begins.
    return zip_set_file_compression(archive, entry, zip_int32_t(czip_store()), 0) == 0
      && zip_file_set_dostime(archive, entry, 0, 0x21, 0) == 0
  }

  private static func content(of source: OpaquePointer) throws(KerasFormatError) -> [UInt8] {
    guard zip_source_open(source) == 0, zip_source_seek(source, 0, SEEK_END) == 0 else {
      throw error()
    }
    defer { zip_source_close(source) }
    let size = Int(zip_source_tell(source))
    guard size > 0, zip_source_seek(source, 0, SEEK_SET) == 0 else { throw error() }
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      filled = max(0, Int(zip_source_read(source, buffer.baseAddress, zip_uint64_t(size))))
    }
    guard bytes.count == size else { throw error() }
    return bytes
  }

  private static func error() -> KerasFormatError {
    KerasFormatError("Writing the model: libzip could not build the archive in memory.")
  }
}

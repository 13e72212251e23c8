import CDeflate

/// Unpacks gzip data, that is deflate in zlib's wrapper (RFC 1950), into memory of a known size.
///
/// Unchecked because whoever borrowed it from a pool is the only one to use it.
final class Inflater: @unchecked Sendable {
  private let decompressor: OpaquePointer

  /// Nil if there is no memory for it.
  init?() {
    guard let made = libdeflate_alloc_decompressor() else { return nil }
    decompressor = made
  }

  deinit { libdeflate_free_decompressor(decompressor) }

  /// Unpacks.
  ///
  /// - Parameters:
  ///   - packed: the stream; bytes behind its end do not matter.
  ///   - output: room for exactly what is in it; never written beyond.
  /// - Returns: what is wrong with the stream, or nil.
  func unpack(
    _ packed: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> String? {
    var count = 0
    let result = libdeflate_zlib_decompress(
      decompressor, packed.baseAddress, packed.count, output.baseAddress, output.count, &count)
    switch result {
    case LIBDEFLATE_SUCCESS where count == output.count: return nil
    case LIBDEFLATE_SUCCESS, LIBDEFLATE_SHORT_OUTPUT:
      return "its gzip data has \(count) bytes, where \(output.count) were packed"
    case LIBDEFLATE_INSUFFICIENT_SPACE:
      return "its gzip data has more than the \(output.count) bytes that were packed"
    default: return "its gzip data is no such data, or its checksum differs"
    }
  }
}

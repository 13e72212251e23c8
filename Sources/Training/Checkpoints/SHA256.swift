import CCrypto

/// A SHA-256 in the making: bytes go in piece by piece, and a digest comes out.
public struct SHA256: ~Copyable {
  private let context: OpaquePointer

  /// A digest of nothing yet.
  public init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    else { preconditionFailure("libcrypto has no SHA-256") }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    let result = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    precondition(result == 1, "libcrypto cannot hash")
  }

  /// Adds bytes.
  public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// Adds the UTF-8 of a text.
  public mutating func update(_ text: String) { update(Array(text.utf8)) }

  /// Ends the digest.
  public consuming func digest() -> Digest {
    let bytes = [UInt8](unsafeUninitializedCapacity: Digest.size) { memory, count in
      let result = EVP_DigestFinal_ex(context, memory.baseAddress, nil)
      precondition(result == 1, "libcrypto cannot hash")
      count = Digest.size
    }
    return Digest(bytes: bytes)
  }

  /// The digest of some bytes.
  public static func digest(of bytes: [UInt8]) -> Digest {
    var hash = SHA256()
    hash.update(bytes)
    return hash.digest()
  }

  /// The 32 bytes that stand for all that went in.
  public struct Digest: Sendable, Hashable, CustomStringConvertible {
    /// How many bytes a digest has.
    public static let size = 32
    /// The bytes.
    public let bytes: [UInt8]

    /// The bytes as 64 hexadecimal digits.
    public var description: String {
      bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
  }
}

import Testing
import Training

extension TrainingTests {
  @Suite struct SHA256Tests {
    /// The examples of FIPS 180-2, appendix B.
    @Test func published() {
      #expect(
        SHA256.digest(of: Array("abc".utf8)).description
          == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
      #expect(
        SHA256.digest(of: []).description
          == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
      #expect(
        SHA256.digest(of: [UInt8](repeating: 97, count: 1_000_000)).description
          == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func piecesMakeTheSame() {
      let bytes = (0..<500).map { UInt8(truncatingIfNeeded: $0 * 7) }
      var hash = SHA256()
      for start in stride(from: 0, to: 500, by: 37) {
        hash.update(Array(bytes[start..<min(start + 37, 500)]))
      }
      let digest = hash.digest()
      #expect(digest == SHA256.digest(of: bytes))
      #expect(digest.bytes.count == SHA256.Digest.size)
    }
  }
}

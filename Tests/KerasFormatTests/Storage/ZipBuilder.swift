/// A zip archive made by hand, so that each of its fields can be wrong.
struct ZipBuilder {
  /// One member; what is nil is as it should be.
  struct Member {
    var name: String
    var content: [UInt8]
    /// The bytes that stand in the archive, where they are packed.
    var packed: [UInt8]?
    var method = 0
    var flags = 0
    var attributes = 0
    var checksum: UInt32?
    var claimedSize: Int?
    /// The name in the local header, where it differs.
    var localName: String?
    /// Sizes behind the data instead of before it.
    var hasDescriptor = false

    init(_ name: String, _ content: [UInt8]) {
      self.name = name
      self.content = content
    }
  }

  var members: [Member]
  /// Bytes before the first member, which the directory counts or not.
  var leading: [UInt8] = []
  /// Bytes between the members and the directory.
  var hidden: [UInt8] = []
  /// Bytes behind the end.
  var trailing: [UInt8] = []
  /// How many members the end says there are.
  var claimedCount: Int?
  /// Lets every entry of the directory point to the first member.
  var overlaps = false

  /// The whole archive.
  var bytes: [UInt8] {
    var bytes = leading
    var directory: [UInt8] = []
    for member in members {
      let start = overlaps ? leading.count : bytes.count
      bytes += local(member)
      directory += central(member, start)
    }
    bytes += hidden
    let start = bytes.count
    let count = claimedCount ?? members.count
    bytes += directory + number(0x0605_4B50, 4) + number(0, 4) + number(count, 2)
    bytes += number(count, 2) + number(directory.count, 4) + number(start, 4) + number(0, 2)
    return bytes + trailing
  }

  private func local(_ member: Member) -> [UInt8] {
    let name = Array((member.localName ?? member.name).utf8)
    let data = member.packed ?? member.content
    let sizes = fields(member)
    let early = member.hasDescriptor ? [UInt8](repeating: 0, count: 12) : sizes
    let late = member.hasDescriptor ? number(0x0807_4B50, 4) + sizes : []
    return number(0x0403_4B50, 4) + number(20, 2) + common(member) + early
      + number(name.count, 2) + number(0, 2) + name + data + late
  }

  private func central(_ member: Member, _ start: Int) -> [UInt8] {
    let name = Array(member.name.utf8)
    return number(0x0201_4B50, 4) + number(0x0314, 2) + number(20, 2) + common(member)
      + fields(member) + number(name.count, 2) + number(0, 2) + number(0, 2) + number(0, 2)
      + number(0, 2) + number(member.attributes, 4) + number(start, 4) + name
  }

  private func common(_ member: Member) -> [UInt8] {
    number(member.flags | (member.hasDescriptor ? 8 : 0), 2) + number(member.method, 2)
      + number(0, 2) + number(0x21, 2)
  }

  private func fields(_ member: Member) -> [UInt8] {
    number(Int(member.checksum ?? Self.checksum(member.content)), 4)
      + number((member.packed ?? member.content).count, 4)
      + number(member.claimedSize ?? member.content.count, 4)
  }

  private func number(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// CRC-32 as zip has it.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return ~sum
  }

  /// A deflate stream of blocks that are not packed.
  static func deflate(_ bytes: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = []
    for start in stride(from: 0, to: max(bytes.count, 1), by: 0xFFFF) {
      let part = bytes[start..<min(start + 0xFFFF, bytes.count)]
      let (low, high) = (UInt8(part.count & 0xFF), UInt8(part.count >> 8))
      stream += [start + 0xFFFF >= bytes.count ? 1 : 0, low, high, ~low, ~high] + part
    }
    return stream
  }
}

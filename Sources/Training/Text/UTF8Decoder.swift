/// Turns bytes into Unicode scalars, strictly: what is no UTF-8 is known by the byte where it begins.
struct UTF8Decoder {
  /// The bits so far of the character under way.
  private var value: UInt32 = 0
  /// How many bytes it still needs.
  private var missing = 0
  /// What the next byte may be.
  private var allowed: ClosedRange<UInt8> = 0x80...0xBF
  /// Where the character under way begins.
  private(set) var start = 0

  /// What became of a byte.
  enum Result {
    /// It ends a character.
    case scalar(Unicode.Scalar)
    /// It begins a character or goes on with one.
    case more
    /// What begins at `start` is no UTF-8.
    case invalid
  }

  /// Whether a character is under way, so that the text must not end here.
  var isInside: Bool { missing > 0 }

  /// Takes the byte at an offset.
  mutating func read(_ byte: UInt8, at offset: Int) -> Result {
    guard missing == 0 else { return goOn(byte) }
    start = offset
    guard byte >= 0x80 else { return .scalar(Unicode.Scalar(byte)) }
    allowed = 0x80...0xBF
    switch byte {
    case 0xC2...0xDF: (value, missing) = (UInt32(byte & 0x1F), 1)
    case 0xE0...0xEF:
      (value, missing) = (UInt32(byte & 0x0F), 2)
      // No overlong forms and no surrogates.
      if byte == 0xE0 { allowed = 0xA0...0xBF }
      if byte == 0xED { allowed = 0x80...0x9F }
    case 0xF0...0xF4:
      (value, missing) = (UInt32(byte & 0x07), 3)
      if byte == 0xF0 { allowed = 0x90...0xBF }
      if byte == 0xF4 { allowed = 0x80...0x8F }
    default: return .invalid
    }
    return .more
  }

  private mutating func goOn(_ byte: UInt8) -> Result {
    guard allowed.contains(byte) else { return .invalid }
    allowed = 0x80...0xBF
    value = value << 6 | UInt32(byte & 0x3F)
    missing -= 1
    guard missing == 0 else { return .more }
    return Unicode.Scalar(value).map(Result.scalar) ?? .invalid
  }
}

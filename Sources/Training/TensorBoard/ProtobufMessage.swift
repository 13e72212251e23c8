/// A message of Protocol Buffers in the making: the few kinds of fields that event files have.
///
/// By hand, since a dozen fields do not carry a generator and its library: the messages are those of
/// TensorFlow's `event.proto`, `summary.proto` and `tensor.proto`, which never change their numbers.
struct ProtobufMessage {
  /// What is encoded so far.
  private(set) var bytes: [UInt8] = []

  /// How a field's value is laid out.
  private enum Wire: UInt64 {
    case varint = 0
    case eightBytes = 1
    case lengthDelimited = 2
  }

  /// Adds a whole number or a choice.
  mutating func add(_ field: Int, _ value: Int) {
    key(field, .varint)
    varint(UInt64(bitPattern: Int64(value)))
  }

  /// Adds a number of 64 bits.
  mutating func add(_ field: Int, _ value: Double) {
    key(field, .eightBytes)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  /// Adds text.
  mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

  /// Adds a message.
  mutating func add(_ field: Int, _ message: ProtobufMessage) { add(field, message.bytes) }

  /// Adds bytes.
  mutating func add(_ field: Int, _ content: [UInt8]) {
    key(field, .lengthDelimited)
    varint(UInt64(content.count))
    bytes += content
  }

  private mutating func key(_ field: Int, _ wire: Wire) {
    varint(UInt64(field) << 3 | wire.rawValue)
  }

  /// Seven bits a byte, the lowest first; the highest bit says that more follow.
  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

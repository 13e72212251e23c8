/// How much a file may ask for.
public struct ReadingLimits: Sendable, Hashable {
  /// The most bytes of a file.
  public var fileBytes = 4 << 30
  /// The most bytes of one JSON text.
  public var textBytes = 16 << 20
  /// The seconds for a file of up to 100 MB; larger ones get one more for each 25 MB.
  public var seconds = 4

  /// The usual limits.
  public init() {}

  /// The most objects that a file may hold: groups, datasets, names.
  static let objects = 100_000
  /// How deep groups may nest; Keras's deepest files stay below twelve.
  static let depth = 16
  /// The most bytes of an unpacked chunk.
  static let chunkBytes = 64 << 20

  /// The most bytes that the content of a file may have once unpacked: weights hardly pack, so more
  /// than this was made to fill the memory.
  static func unpackedBytes(file size: Int) -> Int { (128 << 20) + 16 * size }

  /// The memory to read a file in: its bytes, the unpacked file, libhdf5's copies, one array.
  static func memory(file size: Int) -> Int { (768 << 20) + 6 * size }

  /// The seconds to read a file in.
  func seconds(file size: Int) -> Int { seconds + max(0, size - 100_000_000) / 25_000_000 }
}

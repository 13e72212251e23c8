import Foundation

/// A directory that goes away with its owner.
public final class ScratchDirectory: Sendable {
  /// Where it is.
  public let url: URL

  /// An empty one.
  public init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("lockstep-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of the directory.
  public var path: String { url.path }

  /// The path of a file in it.
  public func file(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// The names of what is in it, in order.
  public var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }

  /// Writes a text file.
  public func write(_ text: String, to name: String) throws {
    try text.write(toFile: file(name), atomically: true, encoding: .utf8)
  }
}

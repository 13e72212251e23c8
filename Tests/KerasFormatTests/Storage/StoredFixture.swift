import CPlatform
import Foundation
import HDF5
import KerasFormat
import Testing

/// The folder `stored` of the fixtures, and files that tests make.
enum StoredFixture {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../Fixtures/stored").standardized

  static func path(_ name: String) -> String { folder.appending(path: name).path }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: name)))
  }

  /// What lies beside the checkout; empty where it does not.
  static func shared(_ name: String) -> [String] {
    let top = folder.appending(path: "../../../../../shared/\(name)").standardized
    let files = FileManager.default.enumerator(at: top, includingPropertiesForKeys: nil)
    return (files?.allObjects ?? []).compactMap { $0 as? URL }
      .filter { !$0.hasDirectoryPath }.map(\.path).sorted()
  }

  /// Calls with the path of a fresh directory, which is removed afterwards.
  static func withDirectory<R>(_ body: (String) throws -> R) throws -> R {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try body(directory.path)
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(filePath: path))
  }

  /// The elements that `make_stored.py` gives variable k.
  static func values(_ k: Int, count: Int) -> [Float] {
    (0..<count).map { Float(k * 100) + Float($0) / 8 }
  }

  /// The shapes of the fixture's variables: both directions of the LSTM, then the Dense layer.
  static let shapes = [[3, 8], [2, 8], [8], [3, 8], [2, 8], [8], [4, 2], [2]]

  /// A file in memory, read in this process.
  static func read(
    _ name: String = "made", _ fill: (borrowing NewFile) throws -> Void
  ) throws -> StoredModel {
    let file = try NewFile(inMemory: name)
    try fill(file)
    return try StoredModel(readingTrusted: file.image(), name: name)
  }

  /// The sentence that reading gives; empty if there is none.
  static func sentence(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch {
      return "\(error)"
    }
  }
}

extension ReadingLimits {
  /// The longest by the clock that reading a small file may take in a test: as long as its process may, and
  /// half a minute in which a machine under load starts that.
  var longest: Duration { .seconds(LOCKSTEP_READER_PATIENCE * seconds + 30) }
}

/// Checks that arrays are those of the fixture, in its order.
func expectNumbered(_ arrays: [StoredArray], sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(arrays.map(\.shape) == StoredFixture.shapes, sourceLocation: sourceLocation)
  for (k, array) in arrays.enumerated() {
    #expect(
      array.values == StoredFixture.values(k, count: array.count), "\(array.name)",
      sourceLocation: sourceLocation)
  }
}

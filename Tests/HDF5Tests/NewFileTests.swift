import Foundation
import HDF5
import Testing

extension HDF5Tests {
  /// Files on the disk, growing datasets, and what must not be left open.
  @Suite struct NewFileTests {
    @Test(
      arguments: [
        Packing(chunk: [5, 3]), Packing(chunk: [64, 2], gzip: 4, shuffle: true),
        Packing(chunk: [7, 1], gzip: 9, shuffle: true, checksum: true),
      ])
    func growingDataset(packing: Packing) throws {
      try Fixture.withDirectory { directory in
        let path = directory + "/rows.h5"
        let file = try NewFile(at: path)
        var rows = try file.appendRows(
          of: Float.self, to: "data/x", rowShape: [3], packing: packing)
        var values: [Float] = []
        for count in [1, 0, 4, 100, 13] {
          let part = (0..<count * 3).map { Float(values.count + $0) }
          try rows.append(part)
          values += part
        }
        #expect(rows.rows == 118)
        try rows.close()
        try file.write([Int32(7)], shape: [1], to: "y")
        try file.close()
        let read = try File(reading: path)
        let dataset = try read.dataset("data/x")
        #expect(dataset.shape == [118, 3])
        #expect(dataset.storage.layout == .chunked(packing.chunk))
        #expect(try dataset.read(limit: 354) == values)
        #expect(try read.dataset("y").read(limit: 1) == [7])
      }
    }

    @Test func packedImage() throws {
      let values = [Float](repeating: 1, count: 100_000)
      let file = try NewFile(inMemory: "packed.h5")
      try file.write(
        values, shape: [1000, 100], to: "x", packing: Packing(chunk: [100, 100], gzip: 1))
      let image = try file.image(spare: 64)
      #expect(image.count < 20_000 && image.capacity >= image.count + 64)
      let read = try File(bytes: image + [UInt8](repeating: 9, count: 64), name: "packed.h5")
      #expect(try read.dataset("x").read(limit: 100_000) == values)
    }

    @Test func sameCallsGiveSameBytes() throws {
      func image() throws -> [UInt8] {
        let file = try NewFile(inMemory: "same.h5")
        try file.makeGroup("a/b/c")
        try file.write([1, 2, 3], shape: [3], to: "a/b/x")
        try file.setAttribute("names", of: "a", to: .names(["x", "y"]))
        return try file.image()
      }
      let first = try image()
      usleep(1_100_000)
      #expect(try image() == first)
      #expect(first.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0]))
    }

    @Test func takenNames() throws {
      let file = try NewFile(inMemory: "taken.h5")
      try file.write([1], shape: [1], to: "g/x")
      try file.makeGroup("g")
      let again = failure { () throws(HDF5Error) in try file.write([2], shape: [1], to: "g/x") }
      #expect(again?.reason == .cannotWrite)
      #expect(again?.description.hasPrefix("cannot make the dataset '/g/x' in 'taken.h5'") == true)
      let through = failure { () throws(HDF5Error) in try file.makeGroup("g/x/y") }
      #expect(through?.reason == .wrongKind)
      let none = failure { () throws(HDF5Error) in try file.write([2], shape: [1], to: "/") }
      #expect(none?.reason == .wrongKind)
      try file.setAttribute("a", of: "g", to: .integer(1))
      let twice = failure { () throws(HDF5Error) in
        try file.setAttribute("a", of: "g", to: .integer(2))
      }
      #expect(twice?.reason == .cannotWrite)
      let read = try File(bytes: try file.image(), name: "taken.h5")
      #expect(try read.dataset("g/x").read(limit: 1) == [1])
      #expect(try read.group("g").attributes.integer("a") == 1)
    }

    @Test func takenPaths() throws {
      try Fixture.withDirectory { directory in
        let path = directory + "/mine.h5"
        try Fixture.write([1, 2, 3], to: path)
        let taken = failure { () throws(HDF5Error) in _ = try NewFile(at: path) }
        #expect(taken?.description == "cannot create the file '\(path)': File exists")
        #expect(try Data(contentsOf: URL(filePath: path)).count == 3)
        let nowhere = failure { () throws(HDF5Error) in _ = try NewFile(at: path + "/x") }
        #expect(nowhere?.reason == .cannotWrite)
      }
    }

    @Test func unfinishedDatasetIsNoticed() throws {
      let file = try NewFile(inMemory: "unfinished.h5")
      let rows = try file.appendRows(
        of: Float.self, to: "x", rowShape: [], packing: Packing(chunk: [8]))
      do throws(HDF5Error) {
        _ = try file.image()
        Issue.record("expected an error")
      } catch { #expect(error.description.contains("1 of its objects did not close")) }
      try rows.close()
    }

    @Test func nothingStaysOpen() throws {
      func use() throws {
        let file = try NewFile(inMemory: "leaks.h5")
        try file.write([1, 2], shape: [2], to: "g/x")
        try file.setAttribute("a", of: "g/x", to: .text("b"))
        let read = try File(bytes: try file.image(), name: "leaks.h5")
        _ = try read.dataset("g/x").attributes.string("a")
        for path in ["absent", "g", "g/x/y"] {
          _ = failure { () throws(HDF5Error) in _ = try read.dataset(path) }
        }
        let fixture = try Fixture.open("traps.h5")
        for name in ["soft", "virtual", "external_storage", "bomb", "external_link"] {
          _ = failure { () throws(HDF5Error) in
            _ = try fixture.dataset(name).read(as: Int32.self, limit: 99)
          }
        }
        #expect(openObjectCount > 0)
      }
      for _ in 0..<3 { try use() }
      #expect(openObjectCount == 0)
    }

    @Test func objectsOutliveTheirFile() throws {
      func dataset() throws -> Dataset { try Fixture.open("numbers.h5").dataset("scalar") }
      let scalar = try dataset()
      #expect(try scalar.read(limit: 1) == [Float(0.25)])
    }

    /// Many threads on one file: one lock, and an error on one thread is no error on another.
    @Test func threads() throws {
      let file = try Fixture.open("numbers.h5")
      let failures = Failures()
      DispatchQueue.concurrentPerform(iterations: 64) { index in
        do {
          if index % 2 == 0 {
            let values = try file.dataset("grid").read(as: Int.self, limit: 42)
            if values != Array(0..<42) { failures.add("wrong values") }
          } else if (try? file.kind(of: "absent")) != .some(nil) {
            failures.add("something absent")
          }
        } catch { failures.add("\(error)") }
      }
      #expect(failures.all == [])
    }
  }
}

/// Collects messages from many threads.
private final class Failures: @unchecked Sendable {
  private let lock = NSLock()
  private var messages: [String] = []

  func add(_ message: String) { lock.withLock { messages.append(message) } }
  var all: [String] { lock.withLock { messages } }
}

@Suite struct FilesInMemory {
  @Test("two files of one name at the same time are two files")
  func sameName() throws {
    func image(_ value: Float) throws -> [UInt8] {
      let file = try NewFile(inMemory: "same")
      try file.write([value], shape: [1], to: "x")
      return try file.image()
    }
    let first = try File(bytes: image(1), name: "same")
    let second = try File(bytes: image(2), name: "same")
    let ours = try first.dataset("x").read(as: Float.self, limit: 1)
    let theirs = try second.dataset("x").read(as: Float.self, limit: 1)
    #expect(ours == [1])
    #expect(theirs == [2])
  }
}

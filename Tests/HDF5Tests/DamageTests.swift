import Foundation
import HDF5
import TestSupport
import Testing

extension HDF5Tests {
  /// Cut and edited files: the answer is data or an error, never a trap of ours.
  @Suite struct DamageTests {
    @Test(arguments: ["numbers.h5", "packed.h5", "texts.h5", "latest.h5"])
    func everyCutIsAnError(name: String) throws {
      let bytes = try Fixture.bytes(name)
      for length in stride(from: 0, to: bytes.count, by: 97) {
        let error = failure { () throws(HDF5Error) in
          _ = try File(bytes: Array(bytes.prefix(length)), name: name)
        }
        #expect(error?.reason == .damaged || error?.reason == .notHDF5)
      }
    }

    @Test func checksumsFindFlippedBits() throws {
      let bytes = try Fixture.bytes("packed.h5")
      let numbers = (0..<240).map(Float.init).withUnsafeBytes { [UInt8]($0) }
      let last = bytes.count - numbers.count
      let found = (0...last).first { bytes[$0..<$0 + numbers.count].elementsEqual(numbers) }
      let start = try #require(found)
      for place in stride(from: start, to: start + numbers.count, by: 13) {
        var damaged = bytes
        damaged[place] ^= 0x10
        let file = try File(bytes: damaged, name: "flipped")
        let dataset = try file.dataset("fletcher32")
        let error = failure { () throws(HDF5Error) in
          _ = try dataset.read(as: Float.self, limit: 240)
        }
        #expect(error?.reason == .damaged)
        #expect(error?.description.hasPrefix("cannot read '/fletcher32' in 'flipped': ") == true)
      }
    }

    /// Edited files are read in a child, because libhdf5 1.10 itself crashes or hangs on some.
    ///
    /// There its crashes end with success and only a trap of Swift, SIGILL or SIGTRAP, is a failure.
    @Test(arguments: 0..<8)
    func editedFiles(seed: Int) async {
      await #expect(processExitsWith: .success) { [seed] in
        for signal in [SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGALRM] { Child.survive(signal) }
        alarm(20)
        let names = ["numbers.h5", "packed.h5", "texts.h5", "latest.h5"]
        let bytes = try Fixture.bytes(names[seed % 4])
        var random = SeededRandom(seed: UInt64(seed + 1))
        for _ in 0..<60 {
          var edited = bytes
          for _ in 0..<Int.random(in: 1...6, using: &random) {
            let place = Int.random(in: 0..<edited.count, using: &random)
            edited[place] = UInt8.random(in: 0...255, using: &random)
          }
          Child.readEverything(edited)
        }
      }
    }

    /// Hundreds of damaged and unusual files, where they stand beside the checkout.
    ///
    /// One child reads on until libhdf5 crashes, and the next begins behind that file.
    @Test(.enabled(if: Corpus.exists), .timeLimit(.minutes(15)))
    func corpus() async throws {
      var begun = 0
      while begun < Corpus.paths.count {
        let result = await #expect(
          processExitsWith: .success, observing: [\.standardOutputContent]
        ) { [begun = begun as Int] in
          for signal in [SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGALRM] { Child.survive(signal) }
          for path in Corpus.paths[begun...] {
            write(STDOUT_FILENO, "\u{1}", 1)
            alarm(10)
            Child.readEverything(at: path)
          }
        }
        let read = try #require(result).standardOutputContent.count { $0 == 1 }
        try #require(read > 0, "stopped before \(Corpus.paths[begun])")
        begun += read
      }
    }
  }
}

/// Files of the corpus beside the checkout.
private enum Corpus {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../shared/h5-broken").standardized

  static var exists: Bool { FileManager.default.fileExists(atPath: folder.path) }

  static var paths: [String] {
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return (files?.allObjects ?? []).compactMap { ($0 as? URL)?.path }.sorted()
  }
}

/// What a child process does with one file.
private enum Child {
  /// Ends the process with success at a signal that is libhdf5's failure or the time limit.
  static func survive(_ number: Int32) {
    signal(number) { _ in _exit(0) }
  }

  static func readEverything(_ bytes: [UInt8]) {
    guard let file = try? File(bytes: bytes, name: "edited") else { return }
    try? read(file.root, depth: 0)
  }

  static func readEverything(at path: String) {
    guard let file = try? File(reading: path) else { return }
    try? read(file.root, depth: 0)
    try? file.verifyUnchanged()
  }

  static func read(_ group: borrowing Group, depth: Int) throws {
    try? read(group.attributes)
    guard depth < 8 else { return }
    for name in try group.members() {
      if let inner = try? group.group(name) { try? read(inner, depth: depth + 1) }
      if let dataset = try? group.dataset(name) {
        try? read(dataset.attributes)
        _ = try? dataset.read(as: Float.self, limit: 1 << 20)
        _ = try? dataset.read(as: Int32.self, limit: 1 << 20)
        _ = try? dataset.readStrings(limit: 1 << 20)
      }
    }
  }

  static func read(_ attributes: Attributes) throws {
    for name in try attributes.names() {
      _ = try? attributes.type(of: name)
      _ = try? attributes.strings(name)
      _ = try? attributes.numbers(name)
      _ = try? attributes.integers(name)
    }
  }
}

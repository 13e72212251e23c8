import Foundation
import HDF5
import TestSupport

/// Small texts as token files for tests.
struct StreamText {
  var tokens: [UInt8]
  var documents: [Int64] = []
  var vocabulary: Int

  /// Tokens from a vocabulary, each likely to follow the one before by a rule that can be learned.
  init(_ count: Int, vocabulary: Int = 7, documents: [Int64] = [], seed: UInt64 = 9) {
    var random = SeededRandom(seed: seed)
    var tokens: [UInt8] = []
    var state = 1
    for choice in random.floats(count, in: 0...1) {
      state = choice < 0.8 ? (state * 3 + 1) % vocabulary : Int(choice * 97) % vocabulary
      tokens.append(UInt8(state))
    }
    self.tokens = tokens
    self.documents = documents
    self.vocabulary = vocabulary
  }

  /// Writes the text as `lockstep dataset text` does.
  func write(_ path: String, packing: Packing? = nil) throws {
    let file = try NewFile(inMemory: path)
    try file.write(tokens, shape: [tokens.count], to: "/tokens", packing: packing)
    let entries = (0..<vocabulary).map { String(UnicodeScalar(UInt8(65 + $0))) }
    try file.write(strings: entries, to: "/vocabulary")
    if !documents.isEmpty {
      try file.write(documents, shape: [documents.count], to: "/documents")
    }
    try file.setAttribute("format", of: "/", to: .text("lockstep-text"))
    try file.setAttribute("format_version", of: "/", to: .integer(1))
    try file.setAttribute("level", of: "/", to: .text("char"))
    try file.setAttribute("unknown", of: "/", to: .integer(-1))
    try file.setAttribute("separator", of: "/", to: .text(""))
    try file.setAttribute("unigram_entropy", of: "/", to: .number(1.5))
    try Data(try file.image()).write(to: URL(fileURLWithPath: path))
  }
}

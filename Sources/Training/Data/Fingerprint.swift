extension Dataset {
  /// The SHA-256 of a header, the extents, and content: all of it up to 16 MiB, else a sample.
  ///
  /// The sample is the first and the last MiB and sixteen rows spread evenly between. So any change of
  /// shape, type or length is seen, and rewriting the data almost always is; a few rows edited in
  /// place inside a large file are not.
  func contentFingerprint(header: [String]) throws -> String {
    var hash = SHA256()
    hash.update((header + ["\(count)", "\(shape)"]).joined(separator: "\n"))
    for rows in fingerprintRows { try hash.update(self, rows) }
    return hash.digest().description
  }

  private var fingerprintRows: [Range<Int>] {
    let piece = max(1, (1 << 20) / shape.bytes)
    if count <= 16 * piece {
      return stride(from: 0, to: count, by: piece).map { $0..<min($0 + piece, count) }
    }
    let spread = (1...16).map { $0 * (count / 17) }.map { $0..<$0 + 1 }
    return [0..<piece] + spread + [count - piece..<count]
  }
}

extension SHA256 {
  /// Adds rows as floats of this machine's byte order.
  fileprivate mutating func update(_ dataset: some Dataset, _ rows: Range<Int>) throws {
    let store = RowStore(dataset.shape, capacity: rows.count)
    let memory = store.memory(from: 0)
    try dataset.read(rows: rows, into: memory)
    for part in SamplePart.allCases {
      let count = rows.count * dataset.shape.count(of: part)
      update(UnsafeRawBufferPointer(UnsafeBufferPointer(start: memory[part], count: count)))
    }
  }
}

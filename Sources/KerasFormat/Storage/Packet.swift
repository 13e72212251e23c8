/// What the child that reads a file sends before the arrays' values: numbers and texts in a row.
struct PacketWriter {
  private(set) var bytes: [UInt8] = []

  mutating func put(_ number: Int) {
    withUnsafeBytes(of: Int64(number).littleEndian) { bytes += $0 }
  }

  mutating func put(_ text: String) {
    put(text.utf8.count)
    bytes += text.utf8
  }

  mutating func put(_ text: String?) {
    put(text == nil ? 0 : 1)
    if let text { put(text) }
  }

  mutating func put<T>(_ items: [T], _ write: (inout PacketWriter, T) -> Void) {
    put(items.count)
    for item in items { write(&self, item) }
  }
}

/// Reads a packet that a crashed or hijacked child may have sent: nothing in it is taken on trust.
package struct PacketReader {
  private let bytes: [UInt8]
  private var position = 0

  /// The packet does not make sense.
  package struct Malformed: Error {}

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// How many bytes are left.
  var remaining: Int { bytes.count - position }

  mutating func number() throws(Malformed) -> Int {
    guard remaining >= 8 else { throw Malformed() }
    var value: UInt64 = 0
    for index in (0..<8).reversed() { value = value << 8 | UInt64(bytes[position + index]) }
    position += 8
    return Int(truncatingIfNeeded: value)
  }

  mutating func text() throws(Malformed) -> String {
    let length = try number()
    guard length >= 0, length <= remaining else { throw Malformed() }
    defer { position += length }
    guard let text = String(validating: bytes[position..<position + length], as: UTF8.self) else {
      throw Malformed()
    }
    return text
  }

  mutating func optionalText() throws(Malformed) -> String? {
    try number() == 0 ? nil : try text()
  }

  /// A list; each item takes eight bytes at least, which bounds their number.
  mutating func list<T>(
    _ read: (inout PacketReader) throws(Malformed) -> T
  ) throws(Malformed) -> [T] {
    let count = try number()
    guard count >= 0, count <= remaining / 8 else { throw Malformed() }
    var items: [T] = []
    for _ in 0..<count { items.append(try read(&self)) }
    return items
  }
}

extension StoredModel {
  /// Everything but the values and the name.
  package var packet: [UInt8] {
    var writer = PacketWriter()
    writer.put(Int(layout.rawValue))
    for text in [kerasVersion, backend, config, training] { writer.put(text) }
    writer.put(layers) { writer, layer in
      writer.put(layer.name)
      writer.put(layer.weights, Self.put)
    }
    for arrays in [topLevel, variables, optimizer, extras] { writer.put(arrays, Self.put) }
    for texts in [names, extraAttributes] {
      writer.put(texts.sorted { $0.key < $1.key }) { writer, pair in
        writer.put(pair.key)
        writer.put(pair.value)
      }
    }
    return writer.bytes
  }

  private static func put(_ writer: inout PacketWriter, _ array: StoredArray) {
    writer.put(array.name)
    writer.put(array.shape) { $0.put($1) }
    writer.put(array.elementType)
    writer.put(array.integer.map(String.init))
    writer.put(array.source)
  }

  /// Takes a packet apart.
  ///
  /// - Parameters:
  ///   - packet: what the child sent.
  ///   - name: the file's name.
  ///   - mostValues: the most elements that all arrays may have together.
  /// - Throws: `Malformed` if it is not the packet of a model of that size.
  package init(packet: [UInt8], name: String, mostValues: Int) throws(PacketReader.Malformed) {
    var reader = PacketReader(packet)
    let kind = UInt8(exactly: try reader.number())
    guard let layout = kind.flatMap(Layout.init) else { throw PacketReader.Malformed() }
    self.init(name: name, layout: layout)
    kerasVersion = try reader.optionalText()
    backend = try reader.optionalText()
    config = try reader.optionalText()
    training = try reader.optionalText()
    var left = mostValues
    layers = try reader.list { reader throws(PacketReader.Malformed) in
      let name = try reader.text()
      return StoredLayer(name: name, weights: try Self.arrays(&reader, &left))
    }
    topLevel = try Self.arrays(&reader, &left)
    variables = try Self.arrays(&reader, &left)
    optimizer = try Self.arrays(&reader, &left)
    extras = try Self.arrays(&reader, &left)
    names = try Self.texts(&reader)
    extraAttributes = try Self.texts(&reader)
    guard reader.remaining == 0 else { throw PacketReader.Malformed() }
  }

  private static func texts(
    _ reader: inout PacketReader
  ) throws(PacketReader.Malformed) -> [String: String] {
    let pairs = try reader.list { reader throws(PacketReader.Malformed) in
      (try reader.text(), try reader.text())
    }
    return Dictionary(pairs) { $1 }
  }

  private static func arrays(
    _ reader: inout PacketReader, _ left: inout Int
  ) throws(PacketReader.Malformed) -> [StoredArray] {
    try reader.list { reader throws(PacketReader.Malformed) in
      let name = try reader.text()
      let shape = try reader.list { reader throws(PacketReader.Malformed) in try reader.number() }
      let type = try reader.text()
      let integer = try reader.optionalText()
      let array = StoredArray(
        name: name, shape: shape, elementType: type, integer: integer.flatMap { Int($0) },
        source: try reader.text())
      guard let count = count(shape, atMost: left) else { throw PacketReader.Malformed() }
      left -= count
      return array
    }
  }

  /// The product of the sizes; nil if it is above a limit or a size is negative.
  private static func count(_ shape: [Int], atMost limit: Int) -> Int? {
    guard shape.allSatisfy({ $0 >= 0 }) else { return nil }
    if shape.contains(0) { return 0 }
    // A scalar is one element.
    var product = 1
    for size in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard !overflow else { return nil }
      product = next
    }
    return product <= limit ? product : nil
  }
}

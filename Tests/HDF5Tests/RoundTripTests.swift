import HDF5
import Testing

extension HDF5Tests {
  @Suite struct RoundTripTests {
    @Test(arguments: [[], [0], [1], [7], [3, 5], [2, 0, 4], [2, 3, 4, 5]])
    func numbersOfEveryShape(shape: [Int]) throws {
      let count = shape.reduce(1, *)
      let floats = (0..<count).map { Float($0) * 0.37 - 2 }
      let file = try NewFile(inMemory: "numbers.h5")
      try file.write(floats, shape: shape, to: "a/b/floats")
      let read = try File(bytes: try file.image(), name: "numbers.h5")
      let dataset = try read.dataset("/a/b/floats")
      #expect(dataset.shape == shape)
      #expect(dataset.elementType == .float(bits: 32))
      #expect(dataset.byteOrder == .little)
      #expect(dataset.storage.layout == .contiguous)
      #expect(try dataset.read(as: Float.self, limit: count) == floats)
      #expect(try dataset.read(as: Double.self, limit: count) == floats.map(Double.init))
    }

    @Test func everyNumberType() throws {
      func check<T: StorableNumber>(_ values: [T], _ element: ElementType) throws {
        let file = try NewFile(inMemory: "types.h5")
        try file.write(values, shape: [values.count], to: "x")
        let read = try File(bytes: try file.image(), name: "types.h5")
        let dataset = try read.dataset("x")
        #expect(dataset.elementType == element)
        #expect(try dataset.read(as: T.self, limit: 9) == values)
      }
      try check([Int8.min, -1, 0, .max], .integer(signed: true, bits: 8))
      try check([Int16.min, -1, 0, .max], .integer(signed: true, bits: 16))
      try check([Int32.min, -1, 0, .max], .integer(signed: true, bits: 32))
      try check([Int64.min, -1, 0, .max], .integer(signed: true, bits: 64))
      try check([Int.min, -1, 0, .max], .integer(signed: true, bits: 64))
      try check([UInt8.min, 1, .max], .integer(signed: false, bits: 8))
      try check([UInt16.min, 1, .max], .integer(signed: false, bits: 16))
      try check([UInt32.min, 1, .max], .integer(signed: false, bits: 32))
      try check([UInt64.min, 1, .max], .integer(signed: false, bits: 64))
      try check([-Float.infinity, 0, .leastNonzeroMagnitude, .pi], .float(bits: 32))
      try check([-Double.infinity, 0, .leastNonzeroMagnitude, .pi], .float(bits: 64))
    }

    @Test func attributes() throws {
      let file = try NewFile(inMemory: "attributes.h5")
      try file.write([1.5], shape: [], to: "g/scalar")
      let values: [(String, AttributeValue)] = [
        ("text", .text("Grüße")), ("bytes", .bytes("{\"a\": 1}")), ("empty", .text("")),
        ("names", .names(["lstm", "dense_1", ""])), ("none", .names([])),
        ("fixed", .fixedNames(["a", "longer", "größer"])), ("integer", .integer(.min)),
        ("integers", .integers([3, -4])), ("number", .number(0.1)), ("numbers", .numbers([1, -2])),
      ]
      for object in ["/", "g", "g/scalar", "made"] {
        for (name, value) in values { try file.setAttribute(name, of: object, to: value) }
      }
      let read = try File(bytes: try file.image(), name: "attributes.h5")
      try check(read.root.attributes)
      try check(try read.group("g").attributes)
      try check(try read.group("made").attributes)
      try check(try read.dataset("g/scalar").attributes)
    }

    private func check(_ attributes: Attributes) throws {
      #expect(try attributes.names().count == 10)
      #expect(try attributes.string("text") == "Grüße")
      #expect(try attributes.string("bytes") == "{\"a\": 1}")
      #expect(try attributes.string("empty") == "")
      #expect(try attributes.string("absent") == nil)
      #expect(try attributes.strings("names") == ["lstm", "dense_1", ""])
      #expect(try attributes.strings("none") == [])
      #expect(try attributes.strings("fixed") == ["a", "longer", "größer"])
      #expect(try attributes.strings("absent") == nil)
      #expect(try attributes.integer("integer") == .min)
      #expect(try attributes.integers("integers") == [3, -4])
      #expect(try attributes.number("number") == 0.1)
      #expect(try attributes.numbers("numbers") == [1, -2])
      #expect(try attributes.numbers("integers") == [3, -4])
    }
  }
}

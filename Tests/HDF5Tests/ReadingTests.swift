import HDF5
import Testing

extension HDF5Tests {
  /// Files as h5py writes them.
  @Suite struct ReadingTests {
    @Test(
      arguments: [
        "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16",
        "float32", "float64",
      ], ["little", "big"])
    func everyTypeAndByteOrder(type: String, order: String) throws {
      let file = try Fixture.open("numbers.h5")
      let dataset = try file.dataset("\(type)_\(order)")
      #expect(dataset.elementType.description == type)
      #expect(dataset.byteOrder.rawValue == order || type.hasSuffix("int8"))
      #expect(try dataset.read(as: Float.self, limit: 6) == [0, 1, 2, 3, 100, 127])
      #expect(try dataset.read(as: Double.self, limit: 6) == [0, 1, 2, 3, 100, 127])
      #expect(try dataset.read(as: Int32.self, limit: 6) == [0, 1, 2, 3, 100, 127])
      #expect(try dataset.read(as: Int64.self, limit: 6) == [0, 1, 2, 3, 100, 127])
      #expect(try dataset.read(as: UInt8.self, limit: 6) == [0, 1, 2, 3, 100, 127])
    }

    @Test(arguments: ["halves_little", "halves_big"])
    func halves(name: String) throws {
      let file = try Fixture.open("numbers.h5")
      let dataset = try file.dataset(name)
      let values = try dataset.read(as: Float.self, limit: 11)
      let expected: [Float] = [
        0, -0.0, 0x1p-24, -0x1.FF8p-15, 0x1p-14, 1, -2, 65504, .infinity, -.infinity,
      ]
      #expect(values.dropLast().map(\.bitPattern) == expected.map(\.bitPattern))
      #expect(values[10].isNaN)
      let doubles = try dataset.read(as: Double.self, limit: 11)
      #expect(doubles.dropLast() == expected.map(Double.init)[...])
    }

    @Test func brainFloats() throws {
      let file = try Fixture.open("numbers.h5")
      let dataset = try file.dataset("brain")
      #expect(dataset.elementType == .bfloat16)
      let expected: [Float] = [0, 1, -2, .infinity, 0x1p-133, 3.140625]
      #expect(try dataset.read(limit: 6) == expected)
      #expect(try dataset.read(limit: 6) == expected.map(Double.init))
      let error = failure { () throws(HDF5Error) in _ = try dataset.read(as: Int32.self, limit: 6) }
      #expect(error?.reason == .wrongType)
    }

    @Test func booleansScalarsAndNothing() throws {
      let file = try Fixture.open("numbers.h5")
      #expect(try file.dataset("booleans").read(as: Float.self, limit: 3) == [1, 0, 1])
      #expect(try file.dataset("booleans").read(as: Int32.self, limit: 3) == [1, 0, 1])
      let scalar = try file.dataset("scalar")
      #expect(scalar.shape == [] && scalar.count == 1)
      #expect(try scalar.read(limit: 1) == [Float(0.25)])
      #expect(try file.dataset("nothing").read(as: Float.self, limit: 0) == [])
    }

    @Test func rows() throws {
      let file = try Fixture.open("numbers.h5")
      let grid = try file.dataset("grid")
      #expect(grid.shape == [7, 3, 2] && grid.rowCount == 6)
      for start in 0...7 {
        for end in start...7 {
          #expect(try read(grid, Array(start..<end), asRange: true) == Array(start * 6..<end * 6))
        }
      }
      for pattern in 0..<128 {
        let rows = (0..<7).filter { pattern >> $0 & 1 == 1 }
        #expect(try read(grid, rows, asRange: false) == rows.flatMap { $0 * 6..<$0 * 6 + 6 })
      }
    }

    private func read(_ dataset: borrowing Dataset, _ rows: [Int], asRange: Bool) throws -> [Int] {
      let memory = UnsafeMutableBufferPointer<Int>.allocate(capacity: rows.count * 6)
      memory.initialize(repeating: -1)
      defer { memory.deallocate() }
      if asRange {
        let first = rows.first ?? 0
        try dataset.read(rows: first..<first + rows.count, into: memory)
      } else {
        try dataset.read(rows: rows, into: memory)
      }
      return Array(memory)
    }

    @Test(arguments: ["gzip", "all", "fletcher32", "scaleoffset"])
    func packed(name: String) throws {
      let file = try Fixture.open("packed.h5")
      let dataset = try file.dataset(name)
      #expect(try dataset.read(limit: 240) == (0..<240).map(Float.init))
      let again = try file.dataset(name, cacheBytes: 1 << 22)
      #expect(try again.read(limit: 240) == (0..<240).map(Float.init))
    }

    @Test func storage() throws {
      let file = try Fixture.open("packed.h5")
      let all = try file.dataset("all").storage
      #expect(all.layout == .chunked([16, 6]))
      #expect(all.filters.map(\.id) == [2, 1, 3])
      #expect(all.filters.map(\.name) == ["shuffle", "deflate (gzip)", "fletcher32"])
      #expect(all.filters.map(\.isAvailable) == [true, true, true])
      #expect(try file.dataset("compact").storage.layout == .compact)
      #expect(try file.dataset("compact").read(limit: 4) == [Float(0), 1, 2, 3])
      #expect(try file.dataset("lzf").storage.filters.map(\.isAvailable) == [false])
    }

    @Test func latestFormat() throws {
      let file = try Fixture.open("latest.h5")
      #expect(try file.root.members() == ["g", "gzip"])
      #expect(try file.dataset("gzip").read(limit: 240) == (0..<240).map(Float.init))
      #expect(try file.dataset("g/plain").read(limit: 240) == (0..<240).map(Float.init))
      #expect(try file.group("g").attributes.strings("names") == ["a", "b"])
    }

    @Test func kinds() throws {
      let file = try Fixture.open("traps.h5")
      #expect(try file.kind(of: "/") == .group)
      #expect(try file.kind(of: "real") == .group)
      #expect(try file.kind(of: "/real/x") == .dataset)
      #expect(try file.kind(of: "real/up/real/x") == .dataset)
      #expect(try file.kind(of: "named_type") == .namedType)
      #expect(try file.kind(of: "absent") == nil)
      #expect(try file.kind(of: "real/x/absent") == nil)
      #expect(try file.kind(of: "soft") == .link("a soft link to '/real/x'"))
      #expect(try file.kind(of: "external_link") == .link("a link to another file"))
    }
  }
}

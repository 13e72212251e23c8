import Kernels
import TestSupport
import Testing

/// A product with its own strides, computed by the kernel under test and in double precision.
private struct ProductCase {
  let rows: Int
  let columns: Int
  let depth: Int
  let a: [Float]
  let b: [Float]
  let c: [Float]
  let bias: [Float]
  let transposed: Bool

  var aStride: Int { depth + 3 }
  var bStride: Int { (transposed ? depth : columns) + 2 }
  var cStride: Int { columns + 5 }

  init(_ rows: Int, _ columns: Int, _ depth: Int, transposed: Bool = false) {
    (self.rows, self.columns, self.depth) = (rows, columns, depth)
    self.transposed = transposed
    var random = SeededRandom(seed: UInt64(rows * 1_000_003 + columns * 1009 + depth))
    a = random.floats(rows * (depth + 3) + 1)
    b = random.floats((depth + 2) * (columns + 2) + 64)
    c = random.floats(rows * (columns + 5))
    bias = random.floats(columns)
  }

  func packed() -> [Float] {
    // What is not written must not matter: NaN would show.
    var packed = [Float](repeating: .nan, count: packedCount(depth: depth, columns: columns))
    packRight(
      b, depth: depth, columns: columns, stride: bStride, transposed: transposed, into: &packed)
    return packed
  }

  enum Form { case plain, accumulating, biased }

  func result(_ form: Form) -> [Float] {
    var out = c
    let packed = packed()
    switch form {
    case .biased:
      multiply(
        rows: rows, columns: columns, depth: depth, a, aStride: aStride, packed: packed,
        bias: bias, &out, cStride: cStride)
    default:
      multiply(
        rows: rows, columns: columns, depth: depth, a, aStride: aStride, packed: packed, &out,
        cStride: cStride, accumulating: form == .accumulating)
    }
    return out
  }

  /// The largest error of a result, over what rounding a chain of this depth may cost.
  func worstError(_ form: Form) -> Double {
    let out = result(form)
    var worst = 0.0
    for row in 0..<rows {
      for column in 0..<cStride {
        let place = row * cStride + column
        guard column < columns else {
          if out[place] != c[place] { worst = .infinity }
          continue
        }
        var sum = 0.0
        var size = 1.0
        if form == .accumulating { sum = Double(c[place]) }
        if form == .biased { sum = Double(bias[column]) }
        for k in 0..<depth {
          let right = transposed ? b[column * bStride + k] : b[k * bStride + column]
          let term = Double(a[row * aStride + k]) * Double(right)
          sum += term
          size += abs(term)
        }
        worst = max(worst, abs(Double(out[place]) - sum) / (size * 0x1p-23))
      }
    }
    return worst
  }
}

@Suite struct ProductTests {
  @Test(arguments: [0, 1, 2, 3, 5, 8, 33, 50])
  func everySmallShape(depth: Int) {
    for rows in Array(0...20) + [33] {
      for columns in [1, 2, 15, 16, 17, 20, 31, 32, 33, 36, 48, 51, 63, 80, 96, 112, 129, 140] {
        let product = ProductCase(rows, columns, depth)
        #expect(product.worstError(.plain) < 8, "\(rows)×\(depth)→\(columns)")
        #expect(product.worstError(.accumulating) < 8, "\(rows)×\(depth)→\(columns) C +=")
        #expect(product.worstError(.biased) < 8, "\(rows)×\(depth)→\(columns) bias +")
      }
    }
  }

  @Test func transposedRightHandSide() {
    for (depth, columns) in [(1, 1), (3, 17), (20, 33), (33, 20), (64, 32)] {
      #expect(ProductCase(5, columns, depth, transposed: true).worstError(.plain) < 8)
    }
  }

  @Test func blocksOfDepthAndRows() {
    #expect(ProductCase(7, 40, 700).worstError(.biased) < 60)
    #expect(ProductCase(963, 33, 130).worstError(.accumulating) < 60)
  }

  @Test(arguments: [1, 16, 20, 36, 52, 80, 200])
  func aRowHasTheSameBitsInAnyNumberOfRows(columns: Int) {
    for depth in [1, 20, 51, 300] {
      let all = ProductCase(40, columns, depth)
      let expected = all.result(.biased)
      let packed = all.packed()
      for rows in 1...40 {
        var out = [Float](repeating: 0, count: rows * columns)
        multiply(
          rows: rows, columns: columns, depth: depth, all.a, aStride: all.aStride, packed: packed,
          bias: all.bias, &out, cStride: columns)
        for row in 0..<rows {
          for column in 0..<columns {
            let same = out[row * columns + column] == expected[row * all.cStride + column]
            #expect(same, "row \(row) of \(rows), column \(column)")
            if !same { return }
          }
        }
      }
    }
  }

  @Test(arguments: [17, 18, 19, 20, 36, 37, 50, 84, 100])
  func eachElementIsOneChainOfMultiplyAdds(columns: Int) {
    let sizes = [(9, 300), (25, 50), (12, 1), (7, 11), (8, 12), (11, 13), (10, 14), (5, 15)]
    for (rows, depth) in sizes {
      let product = ProductCase(rows, columns, depth)
      let results = [
        product.result(.plain), product.result(.accumulating), product.result(.biased),
      ]
      for row in 0..<rows {
        for column in 0..<columns {
          let place = row * product.cStride + column
          var chains = [0, product.c[place], product.bias[column]]
          for k in 0..<depth {
            let right = product.b[k * product.bStride + column]
            for chain in chains.indices {
              chains[chain].addProduct(product.a[row * product.aStride + k], right)
            }
          }
          #expect(results.map { $0[place] } == chains, "\(row), \(column) of \(rows)×\(depth)")
        }
      }
    }
  }

  @Test(arguments: [false, true])
  func packingKeepsEachNumberOnceAndEndsWithZeros(transposed: Bool) {
    for (depth, columns) in [(1, 1), (3, 16), (2, 20), (40, 100), (17, 84), (16, 129)] {
      let product = ProductCase(1, columns, depth, transposed: transposed)
      let packed = product.packed()
      let numbers = (0..<depth * columns).map { place in
        let (k, column) = (place / columns, place % columns)
        return product.b[transposed ? column * product.bStride + k : k * product.bStride + column]
      }
      #expect(packed.prefix(numbers.count).sorted() == numbers.sorted())
      #expect(packed.dropFirst(numbers.count).allSatisfy { $0 == 0 })
    }
  }

  @Test func infinityAndNaNReachTheResult() {
    var a: [Float] = [1, .infinity, 3, 4]
    let b: [Float] = [1, 0, 2, 3]
    var packed = [Float](repeating: 0, count: packedCount(depth: 2, columns: 2))
    packRight(b, depth: 2, columns: 2, stride: 2, transposed: false, into: &packed)
    var c = [Float](repeating: 0, count: 4)
    func run() {
      multiply(
        rows: 2, columns: 2, depth: 2, a, aStride: 2, packed: packed, &c, cStride: 2,
        accumulating: false)
    }
    run()
    #expect(c == [.infinity, .infinity, 11, 12])
    a[1] = .nan
    run()
    #expect(c[0].isNaN && c[1].isNaN && c[2] == 11)
  }

  /// A product on top of one of depth one leaves what two products leave, to the bit.
  @Test(arguments: [
    (1, 80, 20), (25, 80, 20), (32, 100, 25), (13, 128, 32), (500, 20, 5), (7, 36, 300), (3, 4, 1),
    (0, 80, 20), (2, 200, 50),
  ])
  func productOnTopOfAnother(rows: Int, columns: Int, depth: Int) {
    var random = SeededRandom(seed: 12)
    let (a, x) = (random.floats(rows * depth), random.floats(rows * 2))
    let (b, w) = (random.floats(depth * columns), random.floats(columns))
    let bias = random.floats(columns)
    let (right, row) = (packed(b, depth, columns), packed(w, 1, columns))
    var (two, one) = (
      [Float](repeating: 0, count: rows * columns), [Float](repeating: .nan, count: rows * columns)
    )
    multiply(
      rows: rows, columns: columns, depth: 1, x, aStride: 2, packed: row, bias: bias, &two,
      cStride: columns)
    multiply(
      rows: rows, columns: columns, depth: depth, a, aStride: depth, packed: right, &two,
      cStride: columns, accumulating: true)
    multiply(
      rows: rows, columns: columns, depth: depth, a, aStride: depth, packed: right, on: x,
      xStride: 2, packedRow: row, bias: bias, &one, cStride: columns)
    #expect(one == two)
  }

  private func packed(_ b: [Float], _ depth: Int, _ columns: Int) -> [Float] {
    var packed = [Float](repeating: 0, count: packedCount(depth: depth, columns: columns))
    packRight(
      b, depth: depth, columns: columns, stride: columns, transposed: false, into: &packed)
    return packed
  }

  @Test func productOfTransposed() {
    var random = SeededRandom(seed: 7)
    var scratch = [Float](repeating: .nan, count: transposedProductScratchCount(left: 140))
    for rows in [0, 1, 7, 257] {
      for left in [1, 2, 7, 8, 9, 15, 16, 17, 20, 33, 140] {
        for right in [1, 2, 16, 20, 33, 80, 130] {
          let (aStride, bStride, cStride) = (left + 1, right, right + 3)
          let a = random.floats(rows * aStride)
          let b = random.floats(rows * bStride)
          let c = random.floats(left * cStride)
          var out = c
          multiplyTransposed(
            rows: rows, left: left, right: right, a, aStride: aStride, b, bStride: bStride, &out,
            cStride: cStride, scratch: &scratch)
          #expect(
            columnSumsAlong(rows, left, right, a, aStride, b, out: (c, cStride), &scratch)
              == (out, columnSums(rows, right, b)), "\(rows) rows, \(left)×\(right)")
          var worst = 0.0
          for l in 0..<left {
            for r in 0..<cStride {
              let place = l * cStride + r
              if r >= right {
                if out[place] != c[place] { worst = .infinity }
                continue
              }
              var sum = Double(c[place])
              var size = 1.0
              for row in 0..<rows {
                let term = Double(a[row * aStride + l]) * Double(b[row * bStride + r])
                sum += term
                size += abs(term)
              }
              worst = max(worst, abs(Double(out[place]) - sum) / (size * 0x1p-23))
            }
          }
          #expect(worst < 20, "\(rows) rows, \(left)×\(right)")
        }
      }
    }
  }

  /// Rows that lie far apart are fetched, or copied first where they are few or vectors are narrow; where they
  /// are near, both sides are just read.
  @Test func farSidesGiveTheSameBits() {
    var random = SeededRandom(seed: 8)
    var scratch = [Float](repeating: .nan, count: transposedProductScratchCount(left: 128))
    for (rows, left, right) in [
      (257, 33, 80), (250, 128, 84), (20, 100, 130), (100, 25, 16), (5, 33, 80),
    ] {
      let a = random.floats(rows * left)
      let b = random.floats(rows * right)
      let c = random.floats(left * right)
      let results = [right, 1100].map { stride in
        var spread = [Float](repeating: .nan, count: rows * stride)
        for row in 0..<rows {
          for column in 0..<right { spread[row * stride + column] = b[row * right + column] }
        }
        var out = c
        multiplyTransposed(
          rows: rows, left: left, right: right, a, aStride: left, spread, bStride: stride, &out,
          cStride: right, scratch: &scratch)
        return out
      }
      #expect(results[0] != c)
      #expect(results[0] == results[1], "\(rows) rows, \(left)×\(right)")
    }
  }

  /// What a product writes is what it adds to zeros, whatever is there before.
  @Test(arguments: [
    (3, 5, 7), (25, 20, 80), (250, 100, 400), (600, 130, 70), (40, 140, 35), (30, 24, 1100),
    (4, 140, 1030), (1, 1, 80), (300, 1, 12),
  ])
  func writtenInsteadOfAdded(rows: Int, left: Int, right: Int) {
    var random = SeededRandom(seed: 11)
    let (a, b) = (random.floats(rows * left), random.floats(rows * right))
    var scratch = [Float](repeating: 0, count: transposedProductScratchCount(left: left))
    func result(from start: Float, accumulating: Bool, sums: Bool = false) -> [UInt32] {
      var c = [Float](repeating: start, count: left * right)
      var columnSums = [Float](repeating: 0, count: right)
      columnSums.withUnsafeMutableBufferPointer { columnSums in
        multiplyTransposed(
          rows: rows, left: left, right: right, a, aStride: left, b, bStride: right, &c,
          cStride: right, columnSums: sums ? columnSums.baseAddress : nil, scratch: &scratch,
          accumulating: accumulating)
      }
      return c.map(\.bitPattern)
    }
    let added = result(from: 0, accumulating: true)
    #expect(result(from: .nan, accumulating: false) == added)
    #expect(result(from: -0.0, accumulating: false) == added)
    #expect(result(from: .nan, accumulating: false, sums: true) == added)
  }

  /// What a product leaves that sums the columns of its right side too, and those sums.
  private func columnSumsAlong(
    _ rows: Int, _ left: Int, _ right: Int, _ a: [Float], _ aStride: Int, _ b: [Float],
    out: (c: [Float], stride: Int), _ scratch: inout [Float]
  ) -> (c: [Float], sums: [Float]) {
    var (c, sums) = (out.c, [Float](repeating: 0.5, count: right))
    multiplyTransposed(
      rows: rows, left: left, right: right, a, aStride: aStride, b, bStride: right, &c,
      cStride: out.stride, columnSums: &sums, scratch: &scratch)
    return (c, sums)
  }

  private func columnSums(_ rows: Int, _ columns: Int, _ x: [Float]) -> [Float] {
    var sums = [Float](repeating: 0.5, count: columns)
    addColumnSums(rows: rows, columns: columns, x, stride: columns, to: &sums)
    return sums
  }
}

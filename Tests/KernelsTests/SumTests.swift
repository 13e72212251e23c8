import Kernels
import TestSupport
import Testing

@Suite struct SumTests {
  @Test func elementwise() {
    var random = SeededRandom(seed: 1)
    withEvery("count", in: 0...40) { count in
      let (a, b, c) = (random.floats(count), random.floats(count), random.floats(count))
      func result(_ body: (inout [Float]) -> Void) -> [Float] {
        var out = c + [55]
        body(&out)
        #expect(out.last == 55)
        return Array(out.dropLast())
      }
      #expect(result { add(count: count, a, b, into: &$0) } == zip(a, b).map { $0 + $1 })
      #expect(result { subtract(count: count, a, b, into: &$0) } == zip(a, b).map { $0 - $1 })
      #expect(
        result { multiplyElements(count: count, a, b, into: &$0) } == zip(a, b).map { $0 * $1 })
      #expect(result { scale(count: count, 3, a, into: &$0) } == a.map { 3 * $0 })
      #expect(result { fill(count: count, 3, &$0) } == a.map { _ in 3 })
      #expect(
        result { addScaled(count: count, 0.3, a, to: &$0) }
          == zip(a, c).map { $1.addingProduct(0.3, $0) })
      #expect(
        result { addProduct(count: count, a, b, to: &$0) }
          == (0..<count).map { c[$0].addingProduct(a[$0], b[$0]) })
    }
  }

  @Test func columnSums() {
    var random = SeededRandom(seed: 2)
    for (rows, columns) in [
      (0, 3), (1, 1), (7, 20), (300, 33), (600, 130), (5, 256), (9, 80), (300, 247),
    ] {
      let x = random.floats(rows * (columns + 1))
      let start = random.floats(columns)
      var sums = start
      addColumnSums(rows: rows, columns: columns, x, stride: columns + 1, to: &sums)
      for column in 0..<columns {
        let exact = (0..<rows).reduce(Double(start[column])) {
          $0 + Double(x[$1 * (columns + 1) + column])
        }
        #expect(abs(Double(sums[column]) - exact) < 2e-5)
      }
    }
    var y: [Float] = [1, 2, 9, 3, 4, 9]
    addRow(rows: 2, columns: 2, [10, 20], to: &y, stride: 3)
    #expect(y == [11, 22, 9, 13, 24, 9])
  }

  @Test func sumsInDouble() {
    var random = SeededRandom(seed: 3)
    withEvery("count", in: [0, 1, 5, 16, 17, 40, 1000]) { count in
      let (x, y) = (random.floats(count), random.floats(count))
      let squares = x.reduce(0.0) { $0 + Double($1) * Double($1) }
      let products = zip(x, y).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      #expect(abs(sumOfSquares(count: count, x) - squares) < 1e-10)
      #expect(abs(dot(count: count, x, y) - products) < 1e-10)
      #expect(abs(sum(count: count, x) - x.reduce(0.0) { $0 + Double($1) }) < 1e-10)
    }
  }

  /// The bits of the sum, and nearly those of the squares, in blocks and in what is left of one.
  @Test func addingMeasuresBoth() {
    var random = SeededRandom(seed: 4)
    withEvery("count", in: Array(0...33) + [1000, 1024, 2500]) { count in
      let (x, y) = (random.floats(count), random.floats(count))
      var (sum, expected) = (x, x)
      let squares = addMeasured(count: count, y, to: &sum)
      add(count: count, x, y, into: &expected)
      #expect(sum == expected)
      let exact = (x: sumOfSquares(count: count, x), y: sumOfSquares(count: count, y))
      #expect(abs(squares.x - exact.x) <= 1e-6 * exact.x)
      #expect(abs(squares.y - exact.y) <= 1e-6 * exact.y)
    }
  }

  @Test func theFirstNumberThatIsNotFinite() {
    for count in [0, 1, 16, 33, 2050] {
      var x = [Float](repeating: .greatestFiniteMagnitude, count: count)
      #expect(firstNonFinite(count: count, x) == -1)
      for bad: Float in [.nan, .infinity, -.infinity] where count > 0 {
        for place in [0, count / 2, count - 1] {
          let old = x[place]
          x[place] = bad
          #expect(firstNonFinite(count: count, x) == place)
          x[place] = old
        }
      }
    }
  }

  @Test func timeMajorAndBack() {
    for (rows, steps, features) in [(3, 4, 1), (5, 7, 3), (2, 1, 17), (4, 60, 1), (0, 2, 2)] {
      let count = rows * steps * features
      let x = (0..<count).map(Float.init)
      var (turned, back) = (x, x)
      copyToTimeMajor(rows: rows, steps: steps, features: features, x, into: &turned)
      copyToBatchMajor(rows: rows, steps: steps, features: features, turned, into: &back)
      #expect(back == x)
      let indices = (0..<rows).reversed().map { $0 }
      var gathered = x
      copyToTimeMajor(
        rows: rows, steps: steps, features: features, x, indices: indices, into: &gathered)
      for row in 0..<rows {
        for step in 0..<steps {
          for feature in 0..<features {
            let at = (step * rows + row) * features + feature
            #expect(turned[at] == x[(row * steps + step) * features + feature])
            #expect(gathered[at] == x[(indices[row] * steps + step) * features + feature])
          }
        }
      }
    }
  }

  @Test func rowsWithStrides() {
    var target: [Float] = [0, 0, 0, 0, 0, 0]
    copyRows(
      rows: 2, columns: 2, [1, 2, 3, 4, 5, 6], sourceStride: 3, into: &target, targetStride: 4)
    #expect(target == [1, 2, 0, 0, 4, 5])
  }
}

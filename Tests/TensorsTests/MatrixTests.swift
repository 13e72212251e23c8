import Tensors
import TestSupport
import Testing

/// Views of floats, and arithmetic between them, beside plain loops in double precision.
@Suite struct MatrixTests {
  /// Whole matrices, and columns of wider ones: both ways through memory.
  @Test(arguments: [0, 3], [1, 4, 16, 17, 33]) func elementwise(gap: Int, columns: Int) {
    for rows in 0...4 {
      let scene = Scene(rows: rows, columns: columns, gap: gap)
      scene.expect("assign", { $0.assign($1) }, { _, x, _ in x })
      scene.expect("fill", { y, _, _ in y.fill(2.5) }, { _, _, _ in 2.5 })
      scene.expect("add", { $0.add($1) }, { y, x, _ in y + x })
      scene.expect("subtract", { $0.subtract($1) }, { y, x, _ in y - x })
      scene.expect("assignProduct", { $0.assignProduct($1, $2) }, { _, x, z in x * z })
      scene.expect(
        "assignProduct to itself", { y, x, _ in y.assignProduct(y, x) }, { y, x, _ in y * x })
      scene.expect("addProduct", { $0.addProduct($1, $2) }, { y, x, z in y + x * z })
    }
  }

  @Test func products() {
    var random = SeededRandom(seed: 2)
    for (rows, depth, columns) in [(1, 1, 1), (5, 7, 3), (9, 33, 40)] {
      let (a, b, c) = (
        filled(rows, depth + 2, &random).columns(1..<depth + 1),
        filled(depth, columns + 3, &random).columns(2..<columns + 2),
        filled(rows, columns, &random)
      )
      let panels = Arena(count: Panels.count(depth: depth, columns: columns))
      pack(b, transposed: false, into: panels.base)
      let before = copy(c)
      c.add(a, times: Panels(panels.base, depth: depth, columns: columns))
      for row in 0..<rows {
        for column in 0..<columns {
          let sum = (0..<depth).reduce(Double(at(before, row, column))) {
            $0 + Double(at(a, row, $1)) * Double(at(b, $1, column))
          }
          #expect(abs(Double(at(c, row, column)) - sum) < 1e-5)
        }
      }
    }
  }

  /// A packed transpose multiplies as the transpose does.
  @Test func transposedPanels() {
    var random = SeededRandom(seed: 3)
    let (a, b, c) = (filled(4, 9, &random), filled(6, 9, &random), filled(4, 6, &random))
    let panels = Arena(count: Panels.count(depth: 9, columns: 6))
    pack(b, transposed: true, into: panels.base)
    c.assign(a, times: Panels(panels.base, depth: 9, columns: 6))
    for row in 0..<4 {
      for column in 0..<6 {
        let sum = (0..<9).reduce(0.0) {
          $0 + Double(at(a, row, $1)) * Double(at(b, column, $1))
        }
        #expect(abs(Double(at(c, row, column)) - sum) < 1e-5)
      }
    }
  }

  @Test func timeMajorAndBack() {
    let numbers = (0..<4 * 3 * 2).map(Float.init)
    let arena = Arena(count: numbers.count)
    let matrix = Matrix(arena.base, rows: 12, columns: 2)
    timeMajor(numbers, rows: 4, steps: 3, into: matrix)
    for row in 0..<4 {
      for step in 0..<3 {
        #expect(at(matrix, step * 4 + row, 1) == numbers[(row * 3 + step) * 2 + 1])
      }
    }
    let back = Arena(count: numbers.count)
    batchMajor(matrix, rows: 4, steps: 3, into: back.base)
    #expect(back.values == numbers)
  }

  private func copy(_ matrix: Matrix) -> Matrix {
    let result = Matrix(keep(matrix.count), rows: matrix.rows, columns: matrix.columns)
    result.assign(matrix)
    return result
  }

  private func filled(_ rows: Int, _ columns: Int, _ random: inout SeededRandom) -> Matrix {
    let matrix = Matrix(keep(rows * columns), rows: rows, columns: columns)
    for (index, number) in random.floats(matrix.count).enumerated() { matrix.base[index] = number }
    return matrix
  }
}

/// Memory for a test's matrices; a few kilobytes that live as long as the process.
private func keep(_ count: Int) -> UnsafeMutablePointer<Float> {
  let base = UnsafeMutablePointer<Float>.allocate(capacity: max(count, 1))
  base.initialize(repeating: 0, count: max(count, 1))
  return base
}

private func at(_ matrix: Matrix, _ row: Int, _ column: Int) -> Float {
  matrix.base[row * matrix.stride + column]
}

/// Three matrices of one size, each between columns that must not change.
private struct Scene {
  let rows: Int
  let columns: Int
  let gap: Int

  func expect(
    _ title: String, _ operation: (Matrix, Matrix, Matrix) -> Void,
    _ plain: (Double, Double, Double) -> Double
  ) {
    var random = SeededRandom(seed: 1)
    let width = columns + 2 * gap
    let arenas = (0..<3).map { _ in Arena(count: rows * width) }
    for arena in arenas {
      for (index, number) in random.floats(arena.count).enumerated() { arena.base[index] = number }
    }
    let before = arenas.map(\.values)
    let views = arenas.map {
      Matrix($0.base, rows: rows, columns: width).columns(gap..<gap + columns)
    }
    operation(views[0], views[1], views[2])
    for index in before[0].indices {
      let isInside = (gap..<gap + columns).contains(index % width)
      let (y, x, z) = (Double(before[0][index]), Double(before[1][index]), Double(before[2][index]))
      let expected = isInside ? plain(y, x, z) : y
      #expect(
        abs(Double(arenas[0].base[index]) - expected) < 1e-6,
        "\(title) [\(rows), \(columns)] \(index)")
    }
    #expect(arenas[1].values == before[1] && arenas[2].values == before[2])
  }

  func expect(
    _ title: String, _ operation: (Matrix, Matrix) -> Void,
    _ plain: (Double, Double, Double) -> Double
  ) {
    expect(title, { y, x, _ in operation(y, x) }, plain)
  }
}

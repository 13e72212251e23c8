import COpenBLAS
import Tensors
import TestSupport
import Testing

/// Products beside OpenBLAS, which knows nothing of panels, tiles or blocks.
@Suite struct OpenBLASTests {
  private static let sizes = [(1, 1, 1), (3, 5, 7), (25, 20, 80), (33, 129, 65), (100, 260, 48)]

  @Test(arguments: sizes)
  func product(rows: Int, depth: Int, columns: Int) {
    var random = SeededRandom(seed: 1)
    var a = random.floats(rows * depth, in: -1...1)
    var b = random.floats(depth * columns, in: -1...1)
    var expected = [Float](repeating: 0, count: rows * columns)
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows), blasint(columns), blasint(depth),
      1, a, blasint(depth), b, blasint(columns), 0, &expected, blasint(columns))
    var packed = [Float](
      repeating: 0, count: Panels.count(depth: depth, columns: columns))
    var ours = expected.map { _ in Float.nan }
    packed.withUnsafeMutableBufferPointer { packed in
      b.withUnsafeMutableBufferPointer { b in
        a.withUnsafeMutableBufferPointer { a in
          ours.withUnsafeMutableBufferPointer { c in
            guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress,
              let packed = packed.baseAddress
            else { return }
            pack(Matrix(b, rows: depth, columns: columns), transposed: false, into: packed)
            Matrix(c, rows: rows, columns: columns).assign(
              Matrix(a, rows: rows, columns: depth),
              times: Panels(packed, depth: depth, columns: columns))
          }
        }
      }
    }
    let bound = 1e-6 * Float(depth)
    #expect(zip(ours, expected).allSatisfy { abs($0 - $1) <= bound })
  }
}

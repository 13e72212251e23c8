import Tensors
import Testing

@testable import Training

@Suite("A product of squares that workers share")
struct SquareProductTests {
  @Test(arguments: [1, 5, 32, 70], [1, 2, 3, 8])
  func isTheProduct(_ size: Int, _ workers: Int) {
    let product = SquareProduct(size: size, shares: workers)
    product.run(on: Workers(workers))
    for row in 0..<size {
      for column in 0..<size {
        let sum = (0..<size).reduce(0.0) {
          $0 + Double(product.a.base[row * size + $1]) * Double(product.b.base[$1 * size + column])
        }
        let found = Double(product.c.base[row * size + column])
        #expect(abs(found - sum) < 1e-5, "row \(row), column \(column): \(found), not \(sum)")
      }
    }
  }

  @Test func isMeasuredAtLeastThreeTimes() {
    let times = Workers(2).squareProduct(size: 9, seconds: 0)
    #expect(times.count >= 3)
    #expect(times.allSatisfy { $0 > 0 })
  }
}

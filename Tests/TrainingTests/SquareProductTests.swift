import Tensors
import Testing

@testable import Training

@Suite("A product of squares that workers share")
struct SquareProductTests {
  @Test(arguments: [1, 5, 32, 70, 130], [1, 2, 3, 8])
  func isTheProduct(_ size: Int, _ workers: Int) {
    let product = SquareProduct(size: size, shares: workers)
    product.run(on: Workers(workers))
    var worst = 0.0
    for row in 0..<size {
      for column in 0..<size {
        let sum = (0..<size).reduce(0.0) {
          $0 + Double(product.a.base[row * size + $1]) * Double(product.b.base[$1 * size + column])
        }
        let error = abs(Double(product.c.base[row * size + column]) - sum)
        worst = error.isNaN ? error : max(worst, error)
      }
    }
    #expect(worst < 1e-5)
  }

  @Test func isMeasuredAtLeastThreeTimes() {
    let times = Workers(2).squareProduct(size: 9, seconds: 0)
    #expect(times.count >= 3)
    #expect(times.allSatisfy { $0 > 0 })
  }
}

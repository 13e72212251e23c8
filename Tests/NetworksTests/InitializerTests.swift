import Networks
import Tensors
import TestSupport
import Testing

@Suite struct InitializerTests {
  /// Numbers of an initializer, from a stream that the seed picks.
  private func numbers(
    _ initializer: any Initializer, _ shape: [Int], seed: UInt64 = 7
  ) -> [Float] {
    var random = RandomStream(seed: seed, stream: 3)
    return [Float](unsafeUninitializedCapacity: shape.reduce(1, *)) { buffer, count in
      buffer.initialize(repeating: .nan)
      initializer.fill(buffer, shape: shape, random: &random)
      count = buffer.count
    }
  }

  private func deviation(_ numbers: [Float]) -> Double {
    (numbers.reduce(0) { $0 + Double($1) * Double($1) } / Double(numbers.count)).squareRoot()
  }

  static let squaredLimits = [
    "glorot_uniform": 6.0 / 340, "he_uniform": 6.0 / 40, "lecun_uniform": 3.0 / 40,
  ]

  @Test(arguments: squaredLimits)
  func uniformOnesFillTheirInterval(name: String, squaredLimit: Double) throws {
    let limit = Float(squaredLimit.squareRoot())
    let found = numbers(try #require(initializer(named: name)), [40, 300])
    let largest = found.max() ?? 0
    #expect(largest <= limit && largest > 0.999 * limit)
    let smallest = found.min() ?? 0
    #expect(smallest >= -limit && smallest < -0.999 * limit)
    #expect(abs(deviation(found) / (squaredLimit / 3).squareRoot() - 1) < 0.02)
  }

  static let variances = [
    "glorot_normal": 2.0 / 340, "he_normal": 2.0 / 40, "lecun_normal": 1.0 / 40,
    "variance_scaling": 1.0 / 40,
  ]

  @Test(arguments: variances)
  func truncatedOnesHaveTheirVarianceAfterTheCut(name: String, variance: Double) throws {
    let found = numbers(try #require(initializer(named: name)), [40, 300])
    #expect(abs(deviation(found) / variance.squareRoot() - 1) < 0.02)
    let cut = Float(2 * variance.squareRoot() / 0.879_625_661)
    let largest = found.map(abs).max() ?? 0
    #expect(largest <= cut && largest > 0.97 * cut)
  }

  @Test func plainNormalsAreNotCut() {
    let normal = numbers(RandomNormal(mean: 1, deviation: 0.5), [100, 100])
    #expect(abs(normal.reduce(0, +) / 1e4 - 1) < 0.02)
    #expect(abs(deviation(normal.map { $0 - 1 }) - 0.5) < 0.01)
    #expect(normal.contains { abs($0 - 1) > 1 })
    let truncated = numbers(TruncatedNormal(mean: 1, deviation: 0.5), [100, 100])
    #expect(truncated.allSatisfy { abs($0 - 1) <= 1 })
    let scaling = VarianceScaling(scale: 3, mode: .fanOut, distribution: .untruncatedNormal)
    #expect(abs(deviation(numbers(scaling, [400, 30])) - 0.1.squareRoot()) < 0.01)
  }

  @Test func fansAreCountedAsInKeras() {
    #expect(fans(of: []) == (1, 1))
    #expect(fans(of: [5]) == (5, 5))
    #expect(fans(of: [3, 80]) == (3, 80))
    #expect(fans(of: [2, 3, 5, 7]) == (30, 42))
  }

  static let shapes = [
    [5, 20], [7, 28], [20, 5], [13, 13], [1, 4], [4, 1], [33, 132], [2, 3, 11], [6],
  ]

  @Test(arguments: shapes)
  func orthogonalMatricesAreOrthonormal(shape: [Int]) {
    let columns = shape.last ?? 1
    let all = numbers(Orthogonal(gain: 2), shape).map { Double($0) / 2 }
    let rows = all.count / columns
    let wide = rows < columns
    for first in 0..<min(rows, columns) {
      for second in 0..<min(rows, columns) {
        var product = 0.0
        for index in 0..<max(rows, columns) {
          let (a, b) =
            wide
            ? (first * columns + index, second * columns + index)
            : (index * columns + first, index * columns + second)
          product += all[a] * all[b]
        }
        #expect(abs(product - (first == second ? 1 : 0)) < 1e-6, "\(shape) \(first) \(second)")
      }
    }
  }

  /// A = QR with an upper triangular R of positive diagonal: each column of A is a combination of the
  /// columns of Q up to its own, and the factor of that one is positive.
  @Test func orthogonalIsTheQOfItsNormals() {
    let (length, count) = (11, 6)
    let q = numbers(Orthogonal(), [length, count]).map(Double.init)
    var random = RandomStream(seed: 7, stream: 3)
    for column in 0..<count {
      let a = (0..<length).map { _ in random.normal() }
      for basis in column..<count {
        let product = (0..<length).reduce(0) { $0 + a[$1] * q[$1 * count + basis] }
        #expect(basis == column ? product > 0 : abs(product) < 1e-5)
      }
    }
  }

  @Test func forgetBiasesAreOnesInTheSecondBlock() {
    #expect(numbers(ForgetBias(Zeros()), [12]) == [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    let random = numbers(ForgetBias(RandomUniform()), [12])
    #expect(random[3..<6] == [1, 1, 1])
    #expect(Set(random).count == 10)
  }

  @Test func constantsAreConstant() {
    #expect(numbers(Zeros(), [2, 2]) == [0, 0, 0, 0])
    #expect(numbers(Ones(), [2]) == [1, 1])
    #expect(numbers(Constant(0.25), [3]) == [0.25, 0.25, 0.25])
  }

  @Test(arguments: initializerNames)
  func everyNameGivesTheSameNumbersForTheSameSeed(name: String) throws {
    let found = try #require(initializer(named: name))
    let className = type(of: found).className
    let other = try #require(initializer(named: className))
    #expect(numbers(found, [6, 24]) == numbers(other, [6, 24]))
    if !["Zeros", "Ones", "Constant"].contains(className) {
      #expect(numbers(found, [6, 24], seed: 8) != numbers(found, [6, 24]))
    }
  }

  @Test func aliasesAreKnownAndOthersAreNot() {
    #expect(initializer(named: "uniform") is RandomUniform)
    #expect(initializer(named: "normal") is RandomNormal)
    #expect(initializer(named: "zero") is Zeros)
    #expect(initializer(named: "glorot") == nil)
  }
}

import Foundation
import HDF5
import TestSupport
import Testing

@testable import Training

/// Chow's test and the F distribution beside scipy's (`tools/references/chow.py`).
@Suite struct ChowTests {
  private static let fixture: String = {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return here.appendingPathComponent("../../Fixtures/series/chow.h5").standardizedFileURL.path
  }()

  static let cases: [String] = {
    guard let file = try? File(reading: fixture) else { return ["the fixture is not there"] }
    return (try? file.group("cases").members()) ?? []
  }()

  private func numbers(_ path: String) throws -> [Double] {
    try File(reading: Self.fixture).dataset(path).read(limit: 1 << 16)
  }

  @Test(arguments: cases) func equalsScipy(_ name: String) throws {
    let group = try File(reading: Self.fixture).group("cases/\(name)")
    let order = try #require(try group.attributes.integer("order"))
    let test = try ChowTest(
      numbers("/cases/\(name)/values"), order == 0 ? .trend : .lags(order), name: name)
    let places = try numbers("/cases/\(name)/places").map { Int($0) }
    #expect(test.breaks.map(\.place) == places)
    for (found, expected) in zip(test.breaks, try numbers("/cases/\(name)/f")) {
      #expect(abs(found.f - expected) < 1e-8 * (1 + expected), "F at \(found.place)")
    }
    for (found, expected) in zip(test.breaks, try numbers("/cases/\(name)/p")) {
      #expect(abs(test.likelihood(found) - expected) < 1e-8, "p at \(found.place)")
    }
    let critical = try numbers("/cases/\(name)/critical")[0]
    #expect(abs(test.distribution.critical(0.05) - critical) < 1e-8)
  }

  @Test func criticalValuesEqualScipy() throws {
    let (numerators, denominators) =
      (try numbers("/critical/numerator"), try numbers("/critical/denominator"))
    let (likelihoods, values) = (try numbers("/critical/alpha"), try numbers("/critical/value"))
    #expect(values.count == 150)
    for index in values.indices {
      let distribution = FDistribution(numerators[index], denominators[index])
      let found = distribution.critical(likelihoods[index])
      #expect(
        abs(found - values[index]) <= 1e-10 * values[index],
        "F(\(numerators[index]), \(denominators[index])) at \(likelihoods[index])")
    }
  }

  @Test func tailsEqualScipy() throws {
    let (numerators, denominators) =
      (try numbers("/tail/numerator"), try numbers("/tail/denominator"))
    let (quotients, values) = (try numbers("/tail/f"), try numbers("/tail/value"))
    #expect(values.count == 180)
    for index in values.indices {
      let distribution = FDistribution(numerators[index], denominators[index])
      let found = distribution.upperTail(quotients[index])
      #expect(
        // At 3e-280 scipy itself is off by 6e-10 of the exact sum.
        abs(found - values[index]) <= 1e-9 * values[index] + 1e-300,
        "F(\(numerators[index]), \(denominators[index])) above \(quotients[index])")
    }
  }

  /// With two degrees of freedom above, the tail is a power.
  @Test(arguments: [2.0, 5, 31, 999, 14_054], [0.1, 1, 2.996, 40])
  func tailInClosedForm(_ freedom: Double, _ f: Double) {
    let exact = exp(-freedom / 2 * log1p(2 * f / freedom))
    let found = FDistribution(2, freedom).upperTail(f)
    #expect(abs(found - exact) <= 1e-12 * exact)
  }

  @Test func ends() {
    let distribution = FDistribution(3, 8)
    #expect(distribution.upperTail(0) == 1 && distribution.upperTail(-1) == 1)
    #expect(distribution.upperTail(.infinity) == 0 && distribution.upperTail(.nan).isNaN)
  }

  /// A series of two lines has its largest F where they meet.
  @Test func findsTheBreak() throws {
    var random = SeededRandom(seed: 2)
    let values = (0..<400).map { place -> Double in
      let trend = place < 150 ? 0.1 * Double(place) : 30 - 0.05 * Double(place)
      return trend + Double.random(in: -0.5...0.5, using: &random)
    }
    let test = try ChowTest(values)
    #expect(abs(test.largest.place - 150) <= 2)
    #expect(test.likelihood(test.largest) < 1e-20)
  }

  /// Neither units nor where zero is change anything; 10¹² takes twelve of sixteen digits away.
  @Test(arguments: [(1.0, 1e6), (1e-9, 0), (1e9, -1e15), (1, 1e12)])
  func unitsChangeNothing(_ factor: Double, _ shift: Double) throws {
    let values = try numbers("/cases/walk/values")
    let moved = try ChowTest(values.map { factor * $0 + shift })
    let digits = max(1e-10, 1e-13 * abs(shift) / factor)
    for (found, expected) in zip(moved.breaks, try ChowTest(values).breaks) {
      #expect(abs(found.f - expected.f) <= digits * (1 + expected.f))
    }
  }

  /// What this thread has had of a processor, so that other tests' work does not count.
  private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  @Test func tenThousandPlacesInUnderASecond() throws {
    var random = SeededRandom(seed: 3)
    var value = 0.0
    let values = (0..<10_006).map { _ in
      value += Double.random(in: -1...1, using: &random)
      return value
    }
    let start = processorSeconds()
    let test = try ChowTest(values)
    let likelihoods = test.breaks.map(test.likelihood)
    let seconds = processorSeconds() - start
    #expect(test.breaks.count >= 10_000 && likelihoods.allSatisfy { (0...1).contains($0) })
    #expect(seconds < 1, "\(seconds) s")
  }

  static let untestable: [([Double], ChowTest.Regression, String)] = {
    let line = (0..<50).map { Double($0) }
    return [
      (line.map { _ in 3 }, .trend, "explains every value exactly"),
      (line.map { 3 + 0.1 * $0 }, .trend, "explains every value exactly"),
      (line.map { 1e9 + $0 }, .trend, "explains every value exactly"),
      ([1, 2, 1, 2, 3], .trend, "it has 5 values; expected at least 6"),
      ([], .trend, "it has 0 values"),
      ([1, 2, 1, 2, 3, 5, 1], .lags(2), "expected at least 10"),
    ]
  }()

  @Test(arguments: untestable)
  func whatCannotBeTested(
    _ values: [Double], _ regression: ChowTest.Regression, _ expected: String
  ) {
    let sentence = sentence { _ = try ChowTest(values, regression) }
    #expect(sentence.contains(expected), "\(sentence)")
  }
}

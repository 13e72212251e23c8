import Testing
import Training

extension TrainingTests {
  @Suite struct DataSplitTests {
    @Test(arguments: [0.1, 0.2, 0.25, 1.0 / 3, 0.5, 0.9], [2, 7, 10, 64, 1000, 1003])
    func partsNeverOverlap(fraction: Double, count: Int) throws {
      for split in [DataSplit.tail(fraction), .random(fraction, seed: 5)] {
        // Keras: int(math.floor(n * (1.0 - split)))
        let trained = Int((Double(count) * (1 - fraction)).rounded(.down))
        if trained == 0 { continue }
        let (training, validation) = try split.rows(of: count, name: "d")
        #expect(training.count == trained && validation.count == count - trained)
        #expect(training.isDisjoint(with: validation))
      }
    }

    @Test func tailIsTheEndOfTheFile() throws {
      let (training, validation) = try DataSplit.tail(0.3).rows(of: 10, name: "d")
      #expect(training.rows(in: 0..<10) == [0, 1, 2, 3, 4, 5, 6])
      #expect(validation.rows(in: 0..<10) == [7, 8, 9])
    }

    @Test func randomPartFollowsTheSeedAndIsSpread() throws {
      let split = { (seed: UInt64) in
        try DataSplit.random(0.1, seed: seed).rows(of: 10_000, name: "d").validation
      }
      #expect(try split(1) == split(1))
      #expect(try split(1) != split(2))
      // Each tenth of the file has 100 ± 5 standard deviations.
      for tenth in 0..<10 {
        let found = try split(3).count(in: tenth * 1000..<(tenth + 1) * 1000)
        #expect(abs(found - 100) < 48)
      }
    }

    @Test func everyRowIsEquallyLikely() throws {
      var counts = [Int](repeating: 0, count: 20)
      for seed in 0..<2000 {
        let part = try DataSplit.random(0.25, seed: UInt64(seed)).rows(of: 20, name: "d")
        for row in part.validation.rows(in: 0..<20) { counts[row] += 1 }
      }
      #expect(counts.reduce(0, +) == 10_000)
      #expect(counts.allSatisfy { abs($0 - 500) < 100 })
    }

    @Test func noneIsEverything() throws {
      let (training, validation) = try DataSplit.none.rows(of: 9, name: "d")
      #expect(training.count == 9 && validation.count == 0)
    }

    @Test func impossibleParts() {
      for fraction in [0, 1, -0.5, 1.5, .nan, .infinity] {
        let text = sentence { _ = try DataSplit.tail(fraction).rows(of: 10, name: "d") }
        #expect(text.contains("expected a number above 0 and below 1"))
      }
      let text = sentence { _ = try DataSplit.tail(0.99).rows(of: 10, name: "a.h5") }
      #expect(
        text == "cannot split the 10 rows of 'a.h5' with a validation part of 0.99: one side would "
          + "be empty, so give validation a file of its own")
    }
  }
}

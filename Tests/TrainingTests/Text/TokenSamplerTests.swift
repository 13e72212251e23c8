import Foundation
import Tensors
import TestSupport
import Testing

@testable import Training

extension TrainingTests {
  /// Which tokens can be chosen, and how often they are.
  @Suite struct TokenSamplerTests {
    /// Probabilities of which many are equal.
    static func probabilities(_ count: Int, _ random: inout SeededRandom) -> [Float] {
      (0..<count).map { _ in Float(Int.random(in: 0...9, using: &random)) / 16 }
    }

    static func kept(_ cut: ProbabilityCut, _ values: [Float]) -> [Int] {
      var result: [Int] = []
      cut.forEachKept(values, values.count) { id in
        result.append(id)
        return true
      }
      return result
    }

    /// Against sorting all of them, the first of equals first.
    @Test func cutsAreThoseOfSorting() {
      var random = SeededRandom(seed: 2)
      for _ in 0..<2000 {
        let values = Self.probabilities(Int.random(in: 1...40, using: &random), &random)
        let order = values.indices.sorted {
          values[$0] == values[$1] ? $0 < $1 : values[$0] > values[$1]
        }
        let k = Int.random(in: 1...values.count, using: &random)
        var copy = values
        let top = ProbabilityCut(&copy, copy.count, reaching: Double(k)) { _ in 1 }
        #expect(Self.kept(top, values) == order.prefix(k).sorted())
        let total = values.reduce(0.0) { $0 + Double($1) }
        guard total > 0 else { continue }
        // Sixteenths are added exactly.
        let share = Double(Int.random(in: 1...15, using: &random)) / 16
        var (sum, needed) = (0.0, 0)
        while sum < share * total {
          (sum, needed) = (sum + Double(values[order[needed]]), needed + 1)
        }
        copy = values
        let nucleus = ProbabilityCut(&copy, copy.count, reaching: share * total) { Double($0) }
        #expect(Self.kept(nucleus, values) == order.prefix(needed).sorted())
      }
    }

    func shares(
      _ logits: [Float], excluding: Int? = nil, _ change: (inout SamplingOptions) -> Void
    ) throws -> [Double] {
      var options = SamplingOptions()
      change(&options)
      var sampler = TokenSampler(
        options, count: logits.count, excluding: excluding, RandomStream(seed: 1, stream: 2))
      var counts = logits.map { _ in 0.0 }
      for _ in 0..<20_000 {
        let id = sampler.next(logits)
        counts[try #require(id)] += 1 / 20_000
      }
      return counts
    }

    @Test func tokensComeAsOftenAsTheyShould() throws {
      let logits = [0.5, 0.25, 0.125, 0.125].map { Float(log($0)) }
      let cases: [((inout SamplingOptions) -> Void, [Double])] = [
        ({ _ in }, [0.5, 0.25, 0.125, 0.125]),
        ({ $0.temperature = 0.5 }, [16.0 / 22, 4.0 / 22, 1.0 / 22, 1.0 / 22]),
        ({ $0.topK = 3 }, [4.0 / 7, 2.0 / 7, 1.0 / 7, 0]),
        ({ $0.topP = 0.7 }, [2.0 / 3, 1.0 / 3, 0, 0]),
        ({ ($0.topK, $0.topP) = (2, 0.6) }, [1, 0, 0, 0]),
        ({ $0.temperature = 0 }, [1, 0, 0, 0]),
        ({ $0.temperature = 1e-300 }, [1, 0, 0, 0]),
      ]
      for (change, expected) in cases {
        for (found, expected) in zip(try shares(logits, change), expected) {
          #expect(abs(found - expected) < 0.015, "\(found), not \(expected)")
          #expect(expected > 0 || found == 0)
        }
      }
      let equal = try shares([1, 1, 0, 0]) { $0.temperature = 1e-300 }
      #expect(abs(equal[0] - 0.5) < 0.015 && equal[2] == 0)
      let without = try shares(logits, excluding: 0) { _ in }
      #expect(without[0] == 0 && abs(without[1] - 0.5) < 0.015)
      let likeliest = try shares(logits, excluding: 0) { $0.temperature = 0 }
      #expect(likeliest.map { $0.rounded() } == [0, 1, 0, 0])
    }

    @Test func whatIsNotFinite() {
      for bad in [Float.nan, .infinity] {
        var sampler = TokenSampler(
          SamplingOptions(), count: 2, excluding: nil, RandomStream(seed: 1, stream: 2))
        let found = [[0, bad], [-.infinity, -.infinity], [-.infinity, 3]].map {
          sampler.next($0 as [Float])
        }
        #expect(found == [nil, nil, 1])
      }
    }
  }
}

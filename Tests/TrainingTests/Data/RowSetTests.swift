import Testing
import Training

extension TrainingTests {
  @Suite struct RowSetTests {
    @Test(arguments: [1, 2, 63, 64, 65, 127, 128, 129, 200])
    func everyRange(universe: Int) {
      var wrong: [Range<Int>] = []
      for first in 0...universe {
        for end in first...universe where (end - first) % 7 < 2 || end == universe {
          let set = RowSet(first..<end, of: universe)
          let isRight =
            set.count == end - first && set.rows(in: 0..<universe) == Array(first..<end)
            && set.contains(first) == (first < end) && !set.contains(end)
          if !isRight { wrong.append(first..<end) }
        }
      }
      #expect(wrong.isEmpty)
      let all = RowSet(allOf: universe)
      #expect(all.contains(0) && !all.contains(-1) && !all.contains(universe))
    }

    @Test func countsOfRanges() {
      let set = RowSet(of: 300) { $0 % 3 == 1 || $0 > 250 }
      for first in stride(from: 0, to: 300, by: 13) {
        for end in stride(from: first, through: 300, by: 11) {
          let expected = (first..<end).filter { $0 % 3 == 1 || $0 > 250 }
          #expect(set.rows(in: first..<end) == expected)
          #expect(set.count(in: first..<end) == expected.count)
        }
      }
    }

    @Test func differences() {
      let all = RowSet(allOf: 130)
      let some = RowSet(of: 130) { $0 % 5 == 0 }
      let rest = all.subtracting(some)
      #expect(rest.count == 104 && rest.isDisjoint(with: some))
      #expect(!all.isDisjoint(with: some))
      #expect(rest.rows(in: 0..<130) == (0..<130).filter { $0 % 5 != 0 })
    }
  }
}

import Testing

@testable import Training

private let gaps = """
  Date,Open,Close
  d1,NA,10
  d2,1,20
  d3,,30
  d4,?,NaN
  d5,4,50
  d6,null,60

  """

extension TrainingTests {
  @Suite struct SeriesTableTests {
    private func read(
      _ text: String, _ columns: [String] = [], change: (inout SeriesTable) -> Void = { _ in }
    ) throws -> Series {
      var table = SeriesTable()
      table.columns = columns
      change(&table)
      return try table.read(Array(text.utf8), name: "f.csv")
    }

    @Test func datesAndTheFirstColumnOfNumbers() throws {
      let series = try read("Date,Open,High\n2001-01-02,1.5,2\n2001-01-03,2.5,3e0\n")
      #expect(
        series
          == Series(
            columns: ["Open"], values: [1.5, 2.5], times: ["2001-01-02", "2001-01-03"]))
    }

    @Test func severalColumnsInTheOrderAsked() throws {
      let series = try read("Date,a,b\nx,1,2\ny,3,4\n", ["b", "a"])
      #expect(series.columns == ["b", "a"] && series.values == [2, 1, 4, 3])
      #expect(try series.column("a") == [1, 3] && series.times == ["x", "y"])
    }

    @Test func numbersInTheFirstColumnAreNoTimes() throws {
      let series = try read("No,a\n1,5\n2,6\n", ["a"])
      #expect(series.times.isEmpty && series.values == [5, 6])
      let named = try read("No,a\n1,5\n2,6\n", ["a"]) { $0.time = "No" }
      #expect(named.times == ["1", "2"])
    }

    @Test func columnsWithoutAHeader() throws {
      let series = try read("1,2\n3,4\n", ["2"]) { $0.hasHeader = false }
      #expect(series.columns == ["2"] && series.values == [2, 4])
    }

    @Test(arguments: [
      (MissingValues.skip, [1.0, 4], ["d2", "d5"]),
      (.previous, [1, 1, 1, 4, 4], ["d2", "d3", "d4", "d5", "d6"]),
      (.interpolate, [1, 1, 2, 3, 4, 4], ["d1", "d2", "d3", "d4", "d5", "d6"]),
    ])
    func missingNumbers(_ policy: MissingValues, _ values: [Double], _ times: [String]) throws {
      let series = try read(gaps, ["Open"]) { $0.missing = policy }
      #expect(series.values == values && series.times == times)
    }

    @Test func aLineIsLeftOutForAnyOfItsColumns() throws {
      let series = try read(gaps, ["Open", "Close"]) { $0.missing = .skip }
      #expect(series.values == [1, 20, 4, 50])
      let filled = try read(gaps, ["Open", "Close"]) { $0.missing = .interpolate }
      #expect(filled.values == [1, 10, 1, 20, 2, 30, 3, 40, 4, 50, 4, 60])
    }

    @Test(arguments: [
      (gaps, ["Open"], "line 2 of 'f.csv' has no number in the column 'Open' ('NA')"),
      ("a,b\n1,2\n3\n", ["a"], "line 3 of 'f.csv' has 1 fields; expected 2"),
      ("a,b\n1,2\n3,x\n", ["b"], "line 3 of 'f.csv' has 'x' in the column 'b'"),
      ("a\n1\ninf\n", ["a"], "line 3 of 'f.csv' has 'inf'"),
      ("Open,b\n1,2\n", ["Opne"], "did you mean 'Open'?"),
      ("a,a\n1,2\n", ["a"], "the name 'a' twice"),
      ("", [], "has no lines"), ("a,b\n", ["a"], "has no lines"),
      ("a,b\nx,y\n", [], "has no column of numbers"),
    ])
    func mistakes(_ text: String, _ columns: [String], _ expected: String) {
      let sentence = sentence { _ = try read(text, columns) }
      #expect(sentence.contains(expected), "\(sentence)")
    }

    @Test func nothingLeft() {
      let sentence = sentence { _ = try read("a\nNA\n", ["a"]) { $0.missing = .previous } }
      #expect(sentence.contains("has no number in 'a'"), "\(sentence)")
    }
  }
}

import Testing

@testable import Training

extension TrainingTests {
  @Suite struct CSVReaderTests {
    private func rows(_ text: String) throws -> [CSVReader.Row] {
      var reader = CSVReader(Array(text.utf8), name: "f.csv")
      var rows: [CSVReader.Row] = []
      while let row = try reader.next() { rows.append(row) }
      return rows
    }

    @Test(arguments: [
      ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
      ("a,b\r\n1,2", [["a", "b"], ["1", "2"]]),
      ("\u{FEFF}a\n1\n\n\n2\n", [["a"], ["1"], ["2"]]),
      ("\"a,\"\"b\"\"\",c\n\"two\nlines\",\n", [["a,\"b\"", "c"], ["two\nlines", ""]]),
      (",\n", [["", ""]]), ("\"\"\n", [[""]]), ("", []), ("\n\r\n", []),
      ("é,\"ü\"\n", [["é", "ü"]]),
    ])
    func fields(_ text: String, _ expected: [[String]]) throws {
      #expect(try rows(text).map(\.fields) == expected)
    }

    @Test func linesAreCountedThroughQuotes() throws {
      #expect(try rows("a\n\"x\ny\"\n\nz\n").map(\.line) == [1, 2, 5])
    }

    @Test(arguments: [
      ("a\nb\"c\n", "line 2 of 'f.csv'", "a quote stands inside"),
      ("a\n\"b\"c\n", "line 2 of 'f.csv'", "something follows a closing quote"),
      ("a\n\n\"b\nc\n", "line 3 of 'f.csv'", "never closed"),
    ])
    func mistakesNameTheLine(_ text: String, _ line: String, _ what: String) {
      let sentence = sentence { _ = try rows(text) }
      #expect(sentence.contains(line) && sentence.contains(what), "\(sentence)")
    }

    @Test func bytesThatAreNoText() {
      let sentence = sentence {
        var reader = CSVReader([0x61, 0x0A, 0xFF, 0xFE], name: "f.csv")
        while try reader.next() != nil {}
      }
      #expect(sentence.contains("line 2") && sentence.contains("UTF-8"))
    }
  }
}

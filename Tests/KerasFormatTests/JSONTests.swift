import KerasFormat
import Testing

@Suite struct JSONTests {
  @Test func everyKindOfValueSurvives() throws {
    let text = """
      {"z": [1, 2.5, -3, 1e-07, NaN, -Infinity], "a": {"é😀": "x\\n\\"\\\\"}, "b": [], "c": {}, \
      "d": null, "e": true, "f": false}
      """
    let json = try JSON(parsing: text)
    #expect(json.description == text)
    #expect(json.object?.keys == ["z", "a", "b", "c", "d", "e", "f"])
    #expect(json["z"]?.array?[0].int == 1)
    #expect(json["z"]?.array?[3].double == 1e-7)
    #expect(json["a"]?["é😀"]?.string == "x\n\"\\")
  }

  @Test func numbersKeepTheirKind() throws {
    #expect(try JSON(parsing: "2") == .int(2))
    #expect(try JSON(parsing: "2.0") == .double(2))
    #expect(try JSON(parsing: "2.0").int == 2)
    #expect(try JSON(parsing: "9223372036854775808") == .double(9_223_372_036_854_775_808))
    #expect(try JSON(parsing: "1E3") == .double(1000))
  }

  @Test func escapesAreUnderstood() throws {
    #expect(try JSON(parsing: #""\u0041\ud83d\ude00\/\b\f""#) == "A😀/\u{8}\u{c}")
    #expect(try JSON(parsing: #""\ud83d\u0041""#) == "\u{FFFD}A")
    #expect(JSON.string("\u{1}\t").description == #""\u0001\t""#)
  }

  @Test func theLastOfEqualNamesCounts() throws {
    #expect(try JSON(parsing: #"{"a": 1, "b": 2, "a": 3}"#).description == #"{"a": 3, "b": 2}"#)
  }

  @Test(arguments: [
    "", "[1,]", "{\"a\" 1}", "{a: 1}", "01", "1.", ".5", "+1", "-", "1e", "tru", "\"abc", "[1] 2",
    "{\"a\":1,}", "\"\u{1}\"", "\"\\x\"", "\"\\u12g4\"", "nan", "[", "{", "]", "1 2", "'a'",
  ])
  func malformedTextsAreRefused(_ text: String) {
    #expect(throws: KerasFormatError.self) { try JSON(parsing: text) }
  }

  @Test func depthIsBounded() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(try JSON(parsing: nested(64)).array != nil)
    let error = #expect(throws: KerasFormatError.self) { try JSON(parsing: nested(65)) }
    #expect(error?.description.contains("nest deeper than 64") == true)
    #expect(throws: KerasFormatError.self) { try JSON(parsing: nested(1_000_000)) }
  }

  @Test func objectsKeepTheOrderOfTheirKeys() {
    var object = JSONObject()
    object["b"] = 1
    object["a"] = 2
    object["b"] = 3
    #expect(object.keys == ["b", "a"])
    object["b"] = nil
    #expect(object.keys == ["a"])
    #expect(JSON.object(object).description == #"{"a": 2}"#)
  }
}

@Suite struct NearestNameTests {
  @Test func typingErrorsAreFound() {
    let names = ["units", "return_sequences", "return_state"]
    #expect(nearestName(to: "retrun_sequences", among: names) == "return_sequences")
    #expect(nearestName(to: "Unit", among: names) == "units")
    #expect(nearestName(to: "returnState", among: names) == "return_state")
    #expect(nearestName(to: "learning_rate", among: names) == nil)
    #expect(nearestName(to: "", among: names) == nil)
  }

  @Test func sentencesEndInWhatThereIs() {
    #expect(suggestion(for: "unit", among: ["units"]) == "; did you mean 'units'?")
    #expect(suggestion(for: "xyz", among: ["a", "b"]) == "; there is 'a', 'b'.")
  }
}

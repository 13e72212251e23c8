import KerasFormat
import Networks
import Testing

@Suite struct ModelConfigTests {
  private let model = Sequential(
    name: "small", input: Shape([6, 2]),
    [LSTM(3, returnSequences: true), Dropout(0.5), GRU(2, name: "g"), Dense(1)])

  private func read(_ text: String, input: Shape? = nil) throws -> ModelDescription {
    try ModelDescription(config: JSON(parsing: text), source: .file(.keras3), input: input)
  }

  private func sentence(_ text: String, input: Shape? = nil) -> String {
    do {
      _ = try read(text, input: input).network(rows: 1)
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func sequentialSurvivesARoundTrip() throws {
    let names = try model.network(rows: 1).summaries.map(\.name)
    var model = model
    model.frozen = ["g"]
    let description = ModelDescription(model: model, batchSize: 4)
    let config = try description.config()
    let back = try ModelDescription(
      config: JSON(parsing: config.description), source: .file(.keras3))
    #expect(back.model.name == "small" && back.model.inputs == model.inputs)
    #expect(
      back.model.layers.map(\.name) == names && back.batchSize == 4 && back.model.frozen == ["g"])
    #expect(try back.config() == config)
  }

  @Test(arguments: [
    #"{"class_name": "InputLayer", "config": {"batch_shape": [null, 5, 3], "name": "i"}}, "#,
    #"{"class_name": "InputLayer", "config": {"batch_input_shape": [null, 5, 3]}}, "#,
  ])
  func inputsMayStandInALayerOfTheirOwn(_ input: String) throws {
    let text = """
      {"class_name": "Sequential", "config": {"name": "s", "layers": [\(input)
      {"class_name": "LSTM", "config": {"units": 2}}]}}
      """
    #expect(try read(text).model.inputs == [Shape([5, 3])])
  }

  @Test func inputsMayStandElsewhere() throws {
    let layers = #"{"class_name": "LSTM", "config": {"units": 2}}"#
    let first =
      #"{"class_name": "LSTM", "config": {"units": 2, "batch_input_shape": [null, 5, 3]}}"#
    let texts = [
      #"{"class_name": "Sequential", "config": [\#(first)]}"#,
      #"""
      {"class_name": "Sequential",
      "config": {"layers": [\#(layers)], "build_input_shape": [7, 5, 3]}}
      """#,
      #"""
      {"class_name": "Sequential", "config": {"layers": [\#(layers)]},
      "build_config": {"input_shape": [null, 5, 3]}}
      """#,
    ]
    for text in texts { #expect(try read(text).model.inputs == [Shape([5, 3])]) }
    #expect(try read(texts[1]).batchSize == 7)
    let open = #"""
      {"class_name": "Sequential",
      "config": {"layers": [\#(layers)], "build_input_shape": [null, null, 3]}}
      """#
    #expect(try read(open, input: Shape([9, 3])).model.inputs == [Shape([9, 3])])
    #expect(try read(open).model.inputs == [Shape([1, 3])])
    #expect(try read(open).openInputs == [Shape([0, 3])])
    #expect(sentence(open, input: Shape([9, 4])).contains("(None, 9, 4) does not fit"))
    let without = #"{"class_name": "Sequential", "config": {"layers": [\#(layers)]}}"#
    #expect(throws: KerasFormatError.self) { try read(without).network(rows: 1) }
    #expect(try read(without, input: Shape([9, 3])).model.inputs == [Shape([9, 3])])
  }

  @Test(arguments: [
    (#"{"class_name": "Functional", "config": {}}"#, "no list of layers; Python code built it"),
    (#"{"class_name": "MyModel", "config": {}}"#, "it is a 'MyModel', not a Sequential"),
    (#"{"class_name": "Custom>Net", "config": {}}"#, "class 'Custom>Net', which is not one of"),
    (#"{"class_name": "Sequential", "config": {}}"#, "no list of layers"),
    (#"{"class_name": "Sequential", "config": {"layers": [3]}}"#, "layer 1: expected an object"),
    (#"[]"#, "expected an object with 'class_name' and 'config'"),
    (
      #"""
      {"class_name": "Sequential", "config": {"layers": [
      {"class_name": "LSTM", "registered_name": "My>LSTM", "config": {}}]}}
      """#, "class 'My>LSTM'"
    ),
    (
      #"""
      {"class_name": "Sequential", "config": {"build_input_shape": [null, 2], "layers": [
      {"class_name": "Dense", "config": {"name": "a", "units": 1}},
      {"class_name": "Dense", "config": {"name": "a", "units": 1}}]}}
      """#, "layer 2 'a': there is another layer of that name"
    ),
    (
      #"""
      {"class_name": "Sequential", "config": {"build_input_shape": [null, 16000000, 16000000],
      "layers": [{"class_name": "Flatten", "config": {}},
      {"class_name": "Dense", "config": {"units": 16000000}}]}}
      """#, "is too large"
    ),
    (
      #"{"class_name": "Sequential", "config": {"build_input_shape": [null, -3], "layers": []}}"#,
      "every size but the first must be a whole number"
    ),
  ])
  func whatCannotBeHonouredIsRefused(_ text: String, _ expected: String) {
    let found = sentence(text)
    #expect(found.contains(expected), "\(found)")
  }

  @Test(arguments: ["a/b", "..", "a..b", ".", "", "a\0b", "top_level_model_weights"])
  func namesThatAreNoPartOfAPathAreRefused(_ name: String) throws {
    let description = ModelDescription(model: Sequential(input: Shape([2]), [Dense(1, name: name)]))
    let error = #expect(throws: KerasFormatError.self) {
      try description.config()
    }
    #expect(error?.description.contains("cannot stand in a Keras file") == true)
  }
}

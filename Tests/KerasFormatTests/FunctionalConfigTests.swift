import KerasFormat
import Networks
import Testing

/// Graphs in the words of all generations.
@Suite struct FunctionalConfigTests {
  private func read(_ text: String, _ generation: KerasGeneration) throws -> ModelDescription {
    try ModelDescription(config: JSON(parsing: text), source: .file(generation), inputs: nil)
  }

  private func graph(_ text: String, _ generation: KerasGeneration) throws -> Functional {
    try #require(try read(text, generation).model as? Functional)
  }

  /// Two inputs, a shared layer, a model in the model, and states that flow into another layer.
  private func oldText(_ className: String) -> String {
    #"""
    {"class_name": "\#(className)", "config": {"name": "m", "layers": [
     {"class_name": "Dense", "name": "d", "config": {"name": "d", "units": 3},
      "inbound_nodes": [[["a", 0, 0, {}]], [["b", 0, 0, {}]]]},
     {"class_name": "Sequential", "name": "s",
      "config": {"name": "s", "layers": [{"class_name": "Dense",
       "config": {"name": "q", "units": 3, "batch_input_shape": [null, 7, 3]}}]},
      "inbound_nodes": [[["d", 0, 0, {}]], [["d", 1, 0, {}]]]},
     {"class_name": "LSTM", "name": "l", "config": {"name": "l", "units": 2, "return_state": true},
      "inbound_nodes": [[["s", 2, 0, {}]]]},
     {"class_name": "Flatten", "name": "f", "config": {"name": "f"},
      "inbound_nodes": [[["s", 1, 0, {}]]]},
     {"class_name": "InputLayer", "name": "b",
      "config": {"name": "b", "batch_input_shape": [null, 7, 4]}, "inbound_nodes": []},
     {"class_name": "InputLayer", "name": "a",
      "config": {"name": "a", "batch_input_shape": [null, 7, 4]}, "inbound_nodes": []}],
     "input_layers": [["a", 0, 0], ["b", 0, 0]], "output_layers": [["l", 0, 2], ["f", 0, 0]]}}
    """#
  }

  @Test(arguments: [("Model", KerasGeneration.keras1), ("Model", .keras2), ("Functional", .keras2)])
  func listsOfNodesAreRead(_ className: String, _ generation: KerasGeneration) throws {
    let graph = try graph(oldText(className), generation)
    #expect(graph.inputNames == ["a", "b"] && graph.layers.map(\.name) == ["d", "s", "l", "f"])
    #expect(graph.calls.map(\.layer) == [0, 0, 1, 1, 2, 3])
    #expect(
      graph.calls.map(\.inputs) == [
        [.init(.input(0))], [.init(.input(1))], [.init(.call(0))], [.init(.call(1))],
        [.init(.call(3))], [.init(.call(2))],
      ])
    #expect(graph.outputs == [.init(.call(4), index: 2), .init(.call(5))])
    let network = try graph.network(rows: 2)
    #expect(network.outputs.map(\.shape) == [Shape([2]), Shape([21])])
    #expect(network.parameters.filter { $0.layer == "d" }.count == 2)
  }

  private func tensor(_ layer: String, _ node: Int = 0, _ index: Int = 0) -> String {
    #"{"class_name": "__keras_tensor__", "config": {"keras_history": ["\#(layer)", \#(node), \#(index)]}}"#
  }

  /// A functional model that is called twice inside another, as Keras 3 numbers its uses.
  private func newText(kwargs: String = "{}", outputs: String) -> String {
    let input =
      #"{"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [5, null, 3]}}"#
    let named = input.dropLast() + #", "name": "x", "inbound_nodes": []}"#
    let dense = #"{"class_name": "Dense", "name": "d", "config": {"units": 3}, "inbound_nodes": "#
    let inner = #"""
      {"class_name": "Functional", "module": "keras.src.models.functional", "name": "f",
       "registered_name": "Functional",
       "config": {"name": "f", "layers": [\#(named),
        \#(dense) [{"args": [\#(tensor("x"))], "kwargs": \#(kwargs)}]}],
        "input_layers": ["x", 0, 0], "output_layers": ["d", 0, 0]},
       "inbound_nodes": [{"args": [\#(tensor("x"))], "kwargs": {}},
        {"args": [\#(tensor("f"))], "kwargs": {"training": false, "mask": null}}]}
      """#
    return #"""
      {"class_name": "Functional", "config": {"name": "m", "layers": [\#(named), \#(inner)],
       "input_layers": [["x", 0, 0]], "output_layers": \#(outputs)}}
      """#
  }

  @Test func nestedModelsOfKeras3AreCountedFromOneInTheOutputs() throws {
    let graph = try graph(newText(outputs: #"[["f", 2, 0], ["f", 1, 0]]"#), .keras3)
    #expect(graph.calls.map(\.inputs) == [[.init(.input(0))], [.init(.call(0))]])
    #expect(graph.outputs == [.init(.call(1)), .init(.call(0))])
    #expect(graph.layers[0].name == "f" && (graph.layers[0] as? Functional)?.layers.count == 1)
    let description = try read(newText(outputs: #"["f", 1, 0]"#), .keras3)
    #expect(description.openInputs == [Shape([0, 3])] && description.batchSize == 5)
    #expect(description.model.inputs == [Shape([1, 3])])
  }

  @Test func argumentsThatMatterAreRefused() throws {
    for (kwargs, expected) in [
      (#"{"mask": \#(tensor("x"))}"#, "called with the argument 'mask'"),
      (#"{"axis": 3}"#, "called with the argument 'axis', 3"),
    ] {
      let error = #expect(throws: KerasFormatError.self) {
        try read(newText(kwargs: kwargs, outputs: #"["f", 1, 0]"#), .keras3)
      }
      #expect(error?.description.contains(expected) == true, "\(String(describing: error))")
    }
  }

  /// Keras 3 lists how masks are made, and hands them to every layer as an argument.
  @Test(arguments: [("true", "0", true), ("false", "0", false), ("true", "1", false)])
  func masksOfLayersComeByThemselves(
    _ maskZero: String, _ value: String, _ isKnown: Bool
  ) throws {
    let text = #"""
      {"class_name": "Functional", "config": {"name": "m", "layers": [
       {"class_name": "InputLayer", "name": "x",
        "config": {"name": "x", "batch_shape": [null, 4]}, "inbound_nodes": []},
       {"class_name": "Embedding", "name": "e", "config": {"name": "e", "input_dim": 5,
        "output_dim": 2, "mask_zero": \#(maskZero)},
        "inbound_nodes": [{"args": [\#(tensor("x"))], "kwargs": {}}]},
       {"module": "keras.src.ops.numpy", "class_name": "NotEqual", "name": "n",
        "config": {"name": "n"},
        "inbound_nodes": [{"args": [\#(tensor("x")), \#(value)], "kwargs": {}}]},
       {"class_name": "GRU", "name": "g", "config": {"name": "g", "units": 2},
        "inbound_nodes": [{"args": [\#(tensor("e"))], "kwargs": {"mask": \#(tensor("n"))}}]}],
       "input_layers": ["x", 0, 0], "output_layers": ["g", 0, 0]}}
      """#
    if isKnown {
      #expect(try graph(text, .keras3).layers.map(\.name) == ["e", "g"])
    } else {
      let error = #expect(throws: KerasFormatError.self) { try graph(text, .keras3) }
      #expect(error?.description.contains("'NotEqual' of keras.ops") == true)
    }
  }

  @Test(arguments: [
    ((#""Dense", "name": "d""#, #""Lambda", "name": "d""#), "layer 'd': a Lambda layer holds"),
    ((#""LSTM""#, #""ConvLSTM2D""#), "layer 'l': Keras's layer ConvLSTM2D is not supported here"),
    ((#""LSTM""#, #""TFOpLambda""#), "which calls TensorFlow's 'an operation'"),
    ((#""LSTM""#, #""Mine>LSTM""#), "class 'Mine>LSTM', which is not one of Keras's own"),
    ((#"[["l", 0, 2]"#, #"[["l", 3, 2]"#), "connects use 3 of the layer 'l'"),
    ((#"[["l", 0, 2]"#, #"[["k", 0, 2]"#), "connects a layer 'k', which it does not have"),
    ((#"[["a", 0, 0], ["b", 0, 0]]"#, #"[["a", 0, 0]]"#), "layer 'b': it is an input that"),
    ((#"[["s", 2, 0, {}]]"#, #"[["_CONSTANT_VALUE", -1, 3, {}]]"#), "called with the value"),
    ((#""name": "f", "config": {"name": "f"}"#, #""name": "l", "config": {}"#), "another layer"),
  ])
  func whatCannotBeHonouredIsRefusedByName(_ edit: (String, String), _ expected: String) throws {
    let text = oldText("Model").replacing(edit.0, with: edit.1)
    let error = #expect(throws: KerasFormatError.self) { try read(text, .keras2) }
    #expect(error?.description.contains(expected) == true, "\(String(describing: error))")
  }

  @Test func circlesAreRefused() throws {
    let text = oldText("Model").replacing(
      #"[[["a", 0, 0, {}]], [["b", 0, 0, {}]]]"#, with: #"[[["s", 1, 0, {}]], [["b", 0, 0, {}]]]"#)
    let description = try read(text, .keras2)
    let error = #expect(throws: NetworkError.self) { try description.network(rows: 1) }
    #expect(error?.description.contains("circle") == true)
  }

  @Test func shapesThatAreNotSaidComeFromKeras1Words() throws {
    let layers = #"{"class_name": "LSTM", "config": {"units": 2, "input_dim": 3"#
    func text(_ more: String) -> String {
      #"{"class_name": "Sequential", "config": [\#(layers)\#(more)}}]}"#
    }
    #expect(try read(text(""), .keras1).openInputs == [Shape([0, 3])])
    #expect(try read(text(#", "input_length": 5"#), .keras1).model.inputs == [Shape([5, 3])])
  }

  /// A masked model as Keras 3 writes it: operations follow the mask beside the layers.
  private func maskedText(value: String, module: String, output: String = "l") -> String {
    func operation(_ className: String, _ name: String, _ arguments: String) -> String {
      #"""
      {\#(module) "class_name": "\#(className)", "name": "\#(name)", "config": {"name": "\#(name)"},
       "inbound_nodes": [{"args": [\#(arguments)], "kwargs": {}}]}
      """#
    }
    return #"""
      {"class_name": "Functional", "config": {"name": "m", "layers": [
       {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
        "config": {"name": "x", "batch_shape": [null, 5, 3]}},
       \#(operation("NotEqual", "not_equal", tensor("x") + ", " + value)),
       {"class_name": "Masking", "name": "k",
        "config": {"name": "k", "trainable": true, "mask_value": 0.5},
        "inbound_nodes": [{"args": [\#(tensor("x"))], "kwargs": {}}]},
       \#(operation("Any", "any", tensor("not_equal"))),
       {"class_name": "LSTM", "name": "l", "config": {"name": "l", "trainable": true, "units": 2},
        "inbound_nodes": [{"args": [\#(tensor("k"))], "kwargs": {"mask": \#(tensor("any"))}}]}],
       "input_layers": [["x", 0, 0]], "output_layers": [["\#(output)", 0, 0]]}}
      """#
  }

  @Test(arguments: [#""module": "keras.src.ops.numpy","#, ""])
  func masksThatKerasFollowedAreLeftOut(_ module: String) throws {
    let graph = try graph(maskedText(value: "0.5", module: module), .keras3)
    #expect(graph.layers.map(\.name) == ["k", "l"] && graph.calls.count == 2)
  }

  @Test(arguments: [("0.25", "l"), ("0.5", "any")])
  func otherMasksAreRefused(_ value: String, _ output: String) {
    let module = #""module": "keras.src.ops.numpy","#
    #expect(throws: KerasFormatError.self) {
      try graph(maskedText(value: value, module: module, output: output), .keras3)
    }
  }
}

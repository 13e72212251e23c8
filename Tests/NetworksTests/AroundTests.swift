import KerasFormat
import Tensors
import TestSupport
import Testing

@testable import Networks

/// The layers that Keras puts around recurrent ones, beside real Keras: outputs, masks, gradients, and
/// what training measures.
@Suite struct AroundTests {
  @Test func layersComputeWhatKerasComputes() throws {
    let cases = ReferenceFile.cases(of: "around")
    #expect(cases.count > 150)
    let file = try ReferenceFile("around")
    var outputs = Comparison(tolerance: 2e-6)
    var gradients = Comparison(tolerance: 5e-6)
    for name in cases {
      let reference = try file.reference(name)
      let probe = Probe(try network(reference))
      let count = probe.network.inputs.count
      if probe.network.parameterCount > 0 { probe.setWeights(try reference.floats("weights")) }
      let inputs = try (0..<count).map { try reference.floats("inputs_\($0)") }
      let training = try reference.json("training") as? Bool ?? false
      let pass = probe.forward(inputs, training: training)
      try outputs.add(probe.output(pass), "outputs", of: reference, title: name)
      try compareMask(probe, pass, reference, name)
      _ = probe.backward(pass, from: [try reference.floats("output_gradient")])
      for index in 0..<count {
        try gradients.add(
          probe.inputGradient(pass, index), "input_gradient_\(index)", of: reference, title: name)
      }
      let trained = probe.network.parameters.filter(\.isTrained)
      if !trained.isEmpty {
        let ours = trained.flatMap { Array(probe.gradients[$0.slot]) }
        try gradients.add(ours, "gradients", of: reference, title: name)
      }
      if training {
        try outputs.add(probe.measured(pass), "weights_after", of: reference, title: name)
      }
    }
    print("Keras's layers around: outputs \(outputs.summary)")
    print("Keras's layers around: gradients \(gradients.summary)")
  }

  /// The table of parameters has Keras's paths, shapes and order.
  @Test func parametersAreNamedAsInKeras() throws {
    let file = try ReferenceFile("around")
    var seen = 0
    for name in ReferenceFile.cases(of: "around") {
      let reference = try file.reference(name)
      guard try reference.contains("weights") else { continue }
      seen += 1
      let table = try JSON(parsing: reference.text("variables", of: "weights")).array ?? []
      let expected = table.map { "\($0.array?[0].string ?? "") \($0.array?[1].description ?? "")" }
      let ours = try network(reference).parameters.map { parameter in
        "\(parameter.path) \(JSON.array(parameter.slot.shape.map(JSON.int)))"
      }
      #expect(ours == expected, "\(name)")
    }
    #expect(seen > 40)
  }

  /// The layer of a case on inputs of its own, some of which go through Masking.
  private func network(_ reference: borrowing Reference) throws -> Network {
    let wrapper = try JSON(parsing: reference.text("layer"))
    let masked = try reference.json("masked") as? [Int] ?? []
    let config = wrapper["config"]?.object ?? JSONObject()
    let layer = try layer(
      className: wrapper["class_name"]?.string ?? "", options: config, source: .file(.keras3))
    var model = Functional()
    var flowing: [Functional.Tensor] = []
    while try reference.contains("inputs_\(flowing.count)") {
      let index = flowing.count
      let shape = Shape(Array(try reference.shape("inputs_\(index)").dropFirst()))
      let input = model.input("x\(index)", shape)
      flowing.append(masked.contains(index) ? model.call(ZeroMasking(name: nil), input) : input)
    }
    let handle = model.add(Named(layer: layer))
    model.outputs = [model.call(handle, flowing)]
    if config["trainable"] == false { model.frozen = ["layer"] }
    return try model.network(rows: reference.shape("inputs_0")[0], inputGradients: true)
  }

  private func compareMask(
    _ probe: Probe, _ pass: Pass, _ reference: borrowing Reference, _ name: String
  ) throws {
    guard try reference.contains("mask") else {
      // Keras 3 gives a value back that it would not mask otherwise.
      #expect(probe.mask(pass) == nil, "\(name) has a mask")
      return
    }
    #expect(try probe.mask(pass) == reference.floats("mask"), "\(name): mask")
  }
}

/// Any layer under the name `layer`.
private struct Named: Layer {
  static let className = "Layer"
  let name: String? = "layer"
  let layer: any Layer

  func build(_ inputs: [Value], _ blueprint: inout Blueprint) throws(NetworkError) -> [Value] {
    try layer.build(inputs, &blueprint)
  }
}

/// Steps of zeros do not count.
private struct ZeroMasking: Layer {
  static let className = "ZeroMasking"
  var name: String?

  func build(_ inputs: [Value], _ blueprint: inout Blueprint) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    let mask = blueprint.scratch(perRow: input.shape.steps)
    let output = blueprint.value(input.shape, differentiable: true, mask: mask)
    blueprint.append(ZeroMaskingOperation(input: input, output: output, mask: mask))
    return [output]
  }
}

private struct ZeroMaskingOperation: Operation {
  let input: Value
  let output: Value
  let mask: Extent

  func forward(_ pass: borrowing Pass) {
    let (x, flags) = (pass.matrix(input), pass.scratch(mask, columns: 1))
    pass.matrix(output).assign(x)
    for row in 0..<x.rows {
      let numbers = UnsafeBufferPointer(start: x.base + row * x.columns, count: x.columns)
      flags.base[row] = numbers.contains { $0 != 0 } ? 1 : 0
    }
  }

  func backward(_ pass: borrowing Pass) {
    guard let dy = pass.gradient(output), let dx = pass.gradient(input) else { return }
    let flags = pass.scratch(mask, columns: 1)
    for row in 0..<dx.rows {
      for column in 0..<dx.columns {
        let place = row * dx.columns + column
        dx.base[place] = dy.base[place] * flags.base[row]
      }
    }
  }
}

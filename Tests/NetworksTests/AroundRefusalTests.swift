import Networks
import Testing

/// Options that do not fit what flows in cost one sentence.
@Suite struct AroundRefusalTests {
  @Test(
    arguments: [
      (Reshape([4, 4]), [5, 4], "does not hold the 20 numbers"),
      (Reshape([-1, -1]), [5, 4], "does not hold the 20 numbers"),
      (Reshape([0, 20]), [5, 4], "does not hold the 20 numbers"),
      (Permute([1, 1]), [5, 4], "dims must name each axis"),
      (RepeatVector(2), [5, 4], "RepeatVector takes vectors"),
      (RepeatVector(1 << 40), [4], "is too large"),
      (UpSampling1D(1 << 60), [5, 4], "is too large"),
      (ZeroPadding1D([-1, 2]), [5, 4], "padding must be two counts"),
      (Cropping1D([3, 2]), [5, 4], "that leave some of 5"),
      (MaxPooling1D(6), [5, 4], "windows of 6 steps do not fit into 5 steps"),
      (MaxPooling1D(2, padding: .causal), [5, 4], "not 'causal'"),
      (AveragePooling1D(2), [5], "takes sequences of vectors"),
      (Conv1D(4, kernelSize: 6), [5, 4], "windows of 6 steps do not fit"),
      (Conv1D(3, kernelSize: 2) { $0.groups = 2 }, [5, 4], "do not fall into 2 groups"),
      (Conv1D(1 << 24, kernelSize: 1 << 24), [5, 4], "do not fit into 5 steps"),
      (Conv1D(1 << 24, kernelSize: 1 << 20) { $0.padding = .same }, [5, 4], "is too large"),
      (Conv1D(2048, kernelSize: 1) { $0.groups = 2048 }, [5, 2048], "2048 groups"),
      (Softmax(axis: 3), [5, 4], "axis 3 is none of the axes"),
      (Softmax(axis: 0), [5, 4], "axis 0 is none of the axes"),
      (BatchNormalization { $0.axis = -3 }, [5, 4], "axis -3 is none of the axes"),
      (LayerNormalization { $0.axis = [1] }, [5, 4], "only the last axes"),
      (PReLU(sharedAxes: [4]), [5, 4], "shared_axes: 4 is none of the axes"),
      (SpatialDropout1D(0.5), [5], "takes sequences of vectors"),
      (GaussianDropout(1), [5], "rate must be at least 0 and below 1"),
      (GaussianNoise(-1), [5], "stddev must be at least 0"),
    ] as [(any Layer, [Int], String)])
  func layersOfOneInput(_ layer: any Layer, _ shape: [Int], _ expected: String) {
    refuse(Sequential(input: Shape(shape), [layer]), expected)
  }

  @Test(
    arguments: [
      (Concatenate(), [5, 4], [4, 4], "differ in other axes than -1"),
      (Concatenate(axis: 3), [5, 4], [5, 4], "axis 3 is none of the axes"),
      (Add(), [5, 4], [5, 3], "cannot merge samples"),
      (Dot(axes: [2]), [5, 4], [5, 3], "differ in length"),
      (Dot(axes: [0]), [5, 4], [5, 4], "none of the axes"),
      (Attention(), [5, 4], [5, 3], "do not fit together"),
      (Attention(dropout: 1), [5, 4], [5, 4], "dropout must be at least 0"),
      (Permute([2, 1]), [5, 4], [5, 4], "takes one input, and got 2"),
    ] as [(any Layer, [Int], [Int], String)])
  func layersOfTwoInputs(
    _ layer: any Layer, _ first: [Int], _ second: [Int], _ expected: String
  ) {
    var model = Functional()
    let (x, y) = (model.input("x", Shape(first)), model.input("y", Shape(second)))
    model.outputs = [model.call(layer, x, y)]
    refuse(model, expected)
  }

  @Test func aThirdInputIsNotSubtracted() {
    var model = Functional()
    let x = model.input("x", Shape([3]))
    model.outputs = [model.call(Subtract(), x, x, x)]
    refuse(model, "Subtract takes two inputs, and got 3")
  }

  private func refuse(_ model: any Model, _ expected: String) {
    do {
      _ = try model.network(rows: 2)
      Issue.record("no error, expected '\(expected)'")
    } catch {
      #expect(error.description.contains(expected), "\(error)")
    }
  }
}

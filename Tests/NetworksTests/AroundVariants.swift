@testable import Networks

/// The layers around recurrent ones, small, in models with one input.
enum AroundVariants {
  /// Models whose rows do not depend on each other; names say where slopes jump.
  static let models: [(name: String, model: any Model)] =
    sequences.map { name, layers in
      (name, Sequential(input: Shape([5, 4]), [Dense(4, activation: .tanh)] + layers + [Dense(3)]))
    }
    + cubes.map { name, layers in
      (name, Sequential(input: Shape([5, 2, 3]), [Dense(3)] + layers + [Dense(2)]))
    }
    + vectors.map { name, layers in
      (name, Sequential(input: Shape([6]), [Dense(6)] + layers + [Dense(2)]))
    } + merges.map { name, layer in (name, merged(layer)) }

  /// Models that measure the batch while they train.
  static let measuring: [(name: String, model: any Model)] = [
    (
      "batch normalization",
      Sequential(input: Shape([6]), [Dense(6), BatchNormalization(configure: wide)])
    ),
    (
      "batch normalization of sequences",
      Sequential(input: Shape([5, 4]), [Dense(4), BatchNormalization(configure: wide), Dense(2)])
    ),
    (
      "batch normalization over features",
      Sequential(
        input: Shape([5, 4]), [Dense(4), BatchNormalization { ($0.axis, $0.epsilon) = (1, 0.3) }])
    ),
    (
      "masked batch normalization",
      Sequential(
        input: Shape([5, 4]),
        [Dense(4), PartMask(), BatchNormalization(configure: wide), Dense(2)])
    ),
    (
      "batch normalization alone",
      Sequential(input: Shape([6]), [BatchNormalization(configure: wide)])
    ),
  ]

  /// Few rows vary little: a large ε keeps the curves gentle enough for differences.
  private static func wide(_ layer: inout BatchNormalization) { layer.epsilon = 0.3 }

  private static let sequences: [(String, [any Layer])] = [
    ("spatial dropout", [SpatialDropout1D(0.4)]), ("gaussian noise", [GaussianNoise(0.5)]),
    ("gaussian dropout", [GaussianDropout(0.3)]),
    ("capped rectifier with kinks", [ReLU(maxValue: 0.5, negativeSlope: 0.2, threshold: 0.1)]),
    ("leaky rectifier with kinks", [LeakyReLU()]), ("elu with kinks", [ELU(alpha: 0.7)]),
    ("parametric rectifier with kinks", [PReLU()]),
    ("shared parametric rectifier with kinks", [PReLU(sharedAxes: [1])]),
    ("softmax over time", [Softmax(axis: 1)]), ("softmax layer", [Softmax()]),
    ("layer normalization", [LayerNormalization { $0.epsilon = 0.3 }]),
    (
      "layer normalization over two axes",
      [LayerNormalization { ($0.axis, $0.epsilon) = ([1, 2], 0.3) }]
    ),
    ("scaling by deviation", [LayerNormalization { ($0.rmsScaling, $0.epsilon) = (true, 0.3) }]),
    ("convolution", [Conv1D(6, kernelSize: 3)]),
    (
      "causal convolution",
      [
        Conv1D(4, kernelSize: 2, activation: .tanh) {
          ($0.padding, $0.dilationRate) = (.causal, 2)
        }
      ]
    ),
    (
      "grouped convolution",
      [Conv1D(6, kernelSize: 3) { ($0.padding, $0.groups, $0.strides) = (.same, 2, 2) }]
    ),
    ("largest of windows with kinks", [MaxPooling1D(2, padding: .same)]),
    ("means of windows", [AveragePooling1D(3, strides: 2, padding: .same)]),
    ("largest of all with kinks", [GlobalMaxPooling1D()]),
    ("mean of all", [GlobalAveragePooling1D(keepdims: true)]),
    ("mean of masked", [PartMask(), GlobalAveragePooling1D()]),
    ("zero padding", [ZeroPadding1D([1, 2])]), ("cropping", [Cropping1D([1, 1])]),
    ("up-sampling", [UpSampling1D(2)]), ("reshape", [Reshape([2, 10])]),
    ("reshape to three axes", [Reshape([10, -1, 1])]), ("permute", [Permute([2, 1])]),
    ("identity", [Identity()]),
  ]

  private static let cubes: [(String, [any Layer])] = [
    ("permuted cube", [Permute([3, 1, 2])]), ("softmax in the middle", [Softmax(axis: 2)]),
    ("reshaped cube", [Reshape([3, 10])]),
    (
      "layer normalization of cubes",
      [LayerNormalization { ($0.axis, $0.epsilon) = ([2, 3], 0.3) }]
    ),
    ("parametric rectifier of cubes with kinks", [PReLU(sharedAxes: [1, 3])]),
  ]

  private static let vectors: [(String, [any Layer])] = [
    ("repeated vector", [RepeatVector(3)]), ("reshaped vector", [Reshape([3, 2])]),
    ("noise on vectors", [GaussianNoise(0.3)]), ("softmax of vectors", [Softmax()]),
    ("parametric rectifier of vectors with kinks", [PReLU()]),
  ]

  private static let merges: [(String, any Layer)] = [
    ("add", Add()), ("subtract", Subtract()), ("multiply", Multiply()), ("average", Average()),
    ("maximum with kinks", Maximum()), ("minimum with kinks", Minimum()),
    ("concatenate", Concatenate()), ("concatenate time", Concatenate(axis: 1)),
    ("dot", Dot(axes: [2])), ("dot over time", Dot(axes: [1, 1], normalize: true)),
    ("attention", Attention(useScale: true)), ("causal attention", Attention(isCausal: true)),
    ("attention with dropout", Attention(dropout: 0.3)),
    ("additive attention", Attention(useScale: true, scoreMode: .concat)),
  ]

  /// A layer on two values that are made from one input, one of them masked.
  private static func merged(_ layer: any Layer) -> Functional {
    var model = Functional(name: "merged")
    let x = model.input("x", Shape([4, 3]))
    let one = model.call(Dense(3, activation: .tanh), x)
    let other = model.call(PartMask(), model.call(Dense(3), x))
    model.outputs = [model.call(Dense(2), model.call(layer, other, one)), one]
    return model
  }
}

/// Masks some steps of some rows, and lets the numbers be.
struct PartMask: Layer {
  static let className = "PartMask"
  var name: String?

  init(name: String? = nil) { self.name = name }

  func build(_ inputs: [Value], _ blueprint: inout Blueprint) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    let mask = blueprint.scratch(perRow: input.shape.steps)
    blueprint.append(PartMaskOperation(mask: mask))
    return [Value(shape: input.shape, data: input.data, gradient: input.gradient, mask: mask)]
  }
}

private struct PartMaskOperation: Operation {
  let mask: Extent

  func forward(_ pass: borrowing Pass) {
    let flags = pass.scratch(mask, columns: 1)
    for step in 0..<mask.perRow {
      for row in 0..<pass.rows {
        let isHidden = (pass.firstRow + row + step) % 3 == 1
        flags.base[step * pass.rows + row] = isHidden ? 0 : 1
      }
    }
  }

  func backward(_ pass: borrowing Pass) {}
}

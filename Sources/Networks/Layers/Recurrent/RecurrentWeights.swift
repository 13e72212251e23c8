import Tensors

/// The arrays of a recurrent cell, in Keras's order and shapes.
struct RecurrentWeights {
  /// The kernel, [features, gates·units].
  let kernel: Slot
  /// The recurrent kernel, [units, gates·units].
  let recurrent: Slot
  /// The bias, [gates·units], or [2, gates·units] where the recurrent product has a bias of its own.
  let bias: Slot?

  /// Declares the arrays.
  ///
  /// - Parameters:
  ///   - cell: what Keras calls the cell in paths, for example `lstm_cell`.
  ///   - options: the layer's options.
  ///   - features: how many numbers a step has.
  ///   - gates: how many blocks of `units` columns the kernels have.
  ///   - biases: how many rows of bias there are.
  ///   - biasInitializer: what fills the bias; nil for what the options say.
  ///   - blueprint: where they are declared.
  init(
    cell: String, _ options: RecurrentOptions, features: Int, gates: Int, biases: Int = 1,
    biasInitializer: (any Initializer)? = nil, _ blueprint: inout Blueprint
  ) {
    let (units, width) = (options.units, gates * options.units)
    let place = options.place ?? CellPlace(path: cell, object: "cell")
    kernel = blueprint.parameter(
      "\(place.path)/kernel", [features, width], options.kernelInitializer, object: place.object,
      regularizer: options.kernelRegularizer, constraint: options.kernelConstraint)
    recurrent = blueprint.parameter(
      "\(place.path)/recurrent_kernel", [units, width], options.recurrentInitializer,
      object: place.object, regularizer: options.recurrentRegularizer,
      constraint: options.recurrentConstraint)
    bias =
      options.useBias
      ? blueprint.parameter(
        "\(place.path)/bias", biases == 1 ? [width] : [biases, width],
        biasInitializer ?? options.biasInitializer, object: place.object,
        regularizer: options.biasRegularizer, constraint: options.biasConstraint)
      : nil
  }
}

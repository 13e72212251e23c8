import Networks

/// Reads the wrappers of layers and models, of every generation of Keras.
struct LayerReader {
  /// Who wrote them.
  let source: ConfigSource

  /// The names of models that are lists or graphs of layers.
  static let modelClasses = ["Sequential", "Functional", "Model"]

  /// The layer that a wrapper describes; a model may stand for a layer.
  ///
  /// - Parameters:
  ///   - wrapper: an object with `class_name` and `config`.
  ///   - name: the layer's name, where the config does not say it.
  /// - Returns: the layer.
  /// - Throws: a sentence without an end that names what we cannot honour.
  func layer(_ wrapper: JSON, name: String? = nil) throws(KerasFormatError) -> any Layer {
    let className = try className(of: wrapper)
    if Self.modelClasses.contains(className) { return try model(wrapper).model }
    guard var config = wrapper["config"]?.object else {
      throw .expected("an object with 'class_name' and 'config'", found: wrapper)
    }
    if config["name"] == nil { config["name"] = name.map(JSON.string) }
    return try KerasFormat.layer(className: className, options: config, source: source)
  }

  /// The model that a wrapper describes.
  func model(_ wrapper: JSON) throws(KerasFormatError) -> ReadModel {
    let className = try className(of: wrapper)
    guard let content = wrapper["config"] else {
      throw .expected("an object with 'class_name' and 'config'", found: wrapper)
    }
    if className == "Sequential" {
      return try SequentialReader(self).read(
        content, build: wrapper["build_config"]?["input_shape"])
    }
    guard content["layers"]?.array != nil, content["output_layers"] != nil else {
      throw KerasFormatError(
        Self.modelClasses.contains(className)
          ? "the model has no list of layers; Python code built it, so save it as a functional model"
          : "it is a '\(className)', not a Sequential or functional model")
    }
    guard Self.modelClasses.contains(className) else {
      throw KerasFormatError(Self.custom(className))
    }
    return try FunctionalReader(self).read(content)
  }

  /// The class of a wrapper, if it is one of Keras's own.
  func className(of wrapper: JSON) throws(KerasFormatError) -> String {
    guard let className = wrapper["class_name"]?.string else {
      throw .expected("an object with 'class_name' and 'config'", found: wrapper)
    }
    if let own = OwnClass.className(className) { return own }
    for name in [className, wrapper["registered_name"]?.string ?? ""] where name.contains(">") {
      throw KerasFormatError(Self.custom(name))
    }
    let module = wrapper["module"]?.string ?? "keras"
    guard module.contains("keras") || module.contains("tensorflow") || module == "builtins" else {
      throw KerasFormatError(Self.custom("\(module).\(className)"))
    }
    try ForeignLayer.check(className, module: module, wrapper)
    return className
  }

  private static func custom(_ name: String) -> String {
    "it is of the class '\(name)', which is not one of Keras's own: its Python code is not in the "
      + "file, and never run here. Build the model of Keras's layers and save that"
  }
}

/// What a model's wrapper says.
struct ReadModel {
  /// The layers; open sizes of its inputs are zeros.
  var model: any Model
  /// The rows of a batch, where they are fixed.
  var batchSize: Int?
  /// Whether the shape of the input is said at all.
  var hasInput: Bool
}

/// Layers that no file can bring here, with what to do instead.
enum ForeignLayer {
  /// Refuses classes that hold code or operations of a framework.
  static func check(
    _ className: String, module: String, _ wrapper: JSON
  ) throws(KerasFormatError) {
    if module.contains(".ops.") {
      // What Python's `a + b` makes of two tensors.
      guard operators.contains(className) else {
        throw KerasFormatError(
          "it is the operation '\(className)' of keras.ops, which is not supported here; use a layer "
            + "of keras.layers instead")
      }
      return
    }
    switch className {
    case "TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer", "ClassMethod",
      "InstanceMethod", "InstanceProperty":
      let function = wrapper["config"]?["function"]?.string ?? "an operation"
      throw KerasFormatError(
        "it is a \(className), which calls TensorFlow's '\(function)'; use a layer of keras.layers "
          + "instead")
    case _ where elsewhere.contains(className) && !layerClassNames.contains(className):
      throw KerasFormatError(
        "Keras's layer \(className) is not supported here; take the part of the model that has none "
          + "and save that")
    default: break
    }
  }

  private static let operators = ["Add", "Subtract", "Multiply", "Maximum", "Minimum"]
  private static let elsewhere = [
    "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "ConvLSTM2DCell", "Conv2D", "Conv3D",
    "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose", "SeparableConv1D", "SeparableConv2D",
    "DepthwiseConv1D", "DepthwiseConv2D", "LocallyConnected1D", "LocallyConnected2D",
    "MaxPooling2D", "MaxPooling3D", "AveragePooling2D", "AveragePooling3D", "GlobalMaxPooling2D",
    "GlobalMaxPooling3D", "GlobalAveragePooling2D", "GlobalAveragePooling3D", "UpSampling2D",
    "UpSampling3D", "ZeroPadding2D", "ZeroPadding3D", "Cropping2D", "Cropping3D",
    "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout", "ThresholdedReLU", "GroupNormalization",
    "UnitNormalization", "SpectralNormalization", "RMSNormalization", "MultiHeadAttention",
    "GroupQueryAttention", "GroupedQueryAttention", "AdditiveAttention", "EinsumDense",
    "TextVectorization", "StringLookup", "IntegerLookup", "Normalization", "Discretization",
    "CategoryEncoding", "Hashing", "HashedCrossing", "Rescaling", "Resizing", "MaxoutDense",
    "Highway", "ActivityRegularization",
  ]
}

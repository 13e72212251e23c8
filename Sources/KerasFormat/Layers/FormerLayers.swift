import Networks

/// A class that earlier generations of Keras had under another name.
struct FormerLayer {
  let read: @Sendable (JSONObject, ConfigSource) throws(KerasFormatError) -> any Layer
}

/// What a class of Keras 1 or 2 has become; nil for a name that none of them had.
func formerLayer(_ className: String) -> FormerLayer? {
  switch className {
  case "Merge": FormerLayer(read: LayerTable.merge)
  case "ThresholdedReLU": FormerLayer(read: LayerTable.thresholdedReLU.read)
  case "CuDNNLSTM": FormerLayer(read: LayerTable.cuDNNLSTM.read)
  case "CuDNNGRU": FormerLayer(read: LayerTable.cuDNNGRU.read)
  case "TimeDistributedDense": renamed("Dense")
  case "Convolution1D", "AtrousConvolution1D": renamed("Conv1D")
  case "BatchNormalizationV1", "BatchNormalizationV2": renamed("BatchNormalization")
  default: nil
  }
}

private func renamed(_ className: String) -> FormerLayer {
  FormerLayer { options, source throws(KerasFormatError) in
    try layer(className: className, options: options, source: source)
  }
}

/// `hard_sigmoid` is 0.2·x + 0.5 in Keras 1 and 2 and x/6 + 1/2 in Keras 3; neither can say what the
/// other means.
enum ActivationMeaning {
  private static let old = "hard_sigmoid_legacy"
  private static let new = "hard_sigmoid"

  /// Whether a config names the hard sigmoid of Keras 1 and 2.
  static func isOld(_ json: JSON) -> Bool {
    if json.string == old { return true }
    if let values = json.array { return values.contains(where: isOld) }
    return json.object?.pairs.contains { isOld($0.value) } ?? false
  }

  /// Gives the activations of a config the names that they have for its readers.
  ///
  /// - Parameters:
  ///   - json: a config with our own names.
  ///   - style: for whom it is written.
  /// - Returns: the config for these readers.
  /// - Throws: a sentence if they have no name for what is meant.
  static func settle(_ json: JSON, for style: ConfigStyle) throws(KerasFormatError) -> JSON {
    switch json {
    case .array(let values):
      var settled: [JSON] = []
      for value in values { settled.append(try settle(value, for: style)) }
      return .array(settled)
    case .object(let object):
      var settled = JSONObject()
      for (key, value) in object.pairs {
        let name = key.hasSuffix("activation") ? value.string : nil
        if let name, name == old || name == new {
          settled[key] = .string(try hardSigmoid(name, for: style))
        } else {
          settled[key] = try settle(value, for: style)
        }
      }
      return .object(settled)
    default: return json
    }
  }

  private static func hardSigmoid(
    _ name: String, for style: ConfigStyle
  ) throws(KerasFormatError) -> String {
    switch (name, style) {
    case (old, .keras2), (new, .keras3), (new, .archive): return new
    case (old, _):
      throw KerasFormatError(
        "Writing the model: its hard_sigmoid is that of Keras 1 and 2, 0.2·x + 0.5, and Keras 3 means "
          + "x/6 + 0.5 by the name, so it would compute other numbers. Write a layout of Keras 2, or "
          + "weights alone.")
    default:
      throw KerasFormatError(
        "Writing the model: its hard_sigmoid is that of Keras 3, x/6 + 0.5, and Keras 2 means "
          + "0.2·x + 0.5 by the name, so it would compute other numbers. Write a layout of Keras 3, or "
          + "weights alone.")
    }
  }
}

/// One row of a summary: what a layer puts out and what it costs.
public struct LayerSummary: Sendable {
  /// The layer's name.
  public let name: String
  /// Keras's name of the class.
  public let className: String
  /// The shapes of one sample of each output.
  public let outputs: [Shape]
  /// How many numbers it keeps.
  public let parameters: Int
  /// How many of them are trained.
  public let trained: Int
  /// Floating-point operations of one sample's forward pass.
  public let flops: Int
}

/// A class name as Keras writes it in layer names and paths: `SimpleRNN` becomes `simple_rnn`.
public func snakeCase(_ className: String) -> String {
  var result = ""
  let letters = Array(className)
  for (index, letter) in letters.enumerated() {
    let beforeWord = index + 1 < letters.count && letters[index + 1].isLowercase
    let afterWord = index > 0 && letters[index - 1].isLowercase
    if letter.isUppercase, index > 0, beforeWord || afterWord { result += "_" }
    result += letter.lowercased()
  }
  return result
}

import Networks

/// The extents of one sample of a dataset: its inputs, its targets, and the weights that come with it.
///
/// In memory the inputs of a row stand one after the other, and so do its targets and its weights.
public struct SampleShape: Sendable, Hashable {
  /// The shape of each input.
  public let inputs: [Shape]
  /// The shape of each target.
  public let targets: [Shape]
  /// How many weights there are for each target: none, one, or one for each time step.
  ///
  /// One number for several targets belongs to all of them; no number at all means no weights.
  public let weightCounts: [Int]
  /// How samples are windows of longer streams; nil where they are not.
  public let stream: StreamWindow?
  /// How many steps the longest sequence has, where each has a length of its own; nil where all have the
  /// same.
  public let longest: Int?

  /// The extents of a sample with one input and one target.
  public init(input: Shape, target: Shape, weights: Int = 0, stream: StreamWindow? = nil) {
    self.init(inputs: [input], targets: [target], weights: [weights], stream: stream)
  }

  /// The extents of a sample.
  ///
  /// - Parameters:
  ///   - inputs: the shape of each input.
  ///   - targets: the shape of each target.
  ///   - weights: how many weights there are for each target, or for all of them.
  ///   - stream: how samples are windows of longer streams; nil where they are not.
  ///   - longest: how many steps the longest sequence has, where each has a length of its own.
  public init(
    inputs: [Shape], targets: [Shape], weights: [Int] = [], stream: StreamWindow? = nil,
    longest: Int? = nil
  ) {
    precondition(
      weights.count <= 1 || weights.count == targets.count, "weights for each target, or for all")
    self.inputs = inputs
    self.targets = targets
    self.stream = stream
    self.longest = longest
    weightCounts = weights.allSatisfy { $0 == 0 } ? [] : weights
  }

  /// The shape of the first input.
  public var input: Shape { inputs.first ?? Shape([0]) }
  /// The shape of the first target.
  public var target: Shape { targets.first ?? Shape([0]) }
  /// How many numbers all inputs of a sample have.
  public var inputCount: Int { inputs.reduce(0) { $0 + $1.count } }
  /// How many numbers all targets of a sample have.
  public var targetCount: Int { targets.reduce(0) { $0 + $1.count } }
  /// How many weights a sample has in all, after them a flag for each step of a stream that may begin
  /// anew, and last the length of a sequence that has one of its own.
  public var weights: Int { lengthPlace + (longest == nil ? 0 : 1) }
  /// Where the length of a sequence is among the weights of a row.
  var lengthPlace: Int { firstReset + (stream?.resets ?? 0) }
  /// Where the flags are among the weights of a row.
  var firstReset: Int { weightCounts.reduce(0, +) }

  /// Where the weights of a target are among those of a row; nil where it has none.
  func weights(ofTarget target: Int) -> Range<Int>? {
    let place = weightCounts.count == 1 ? 0 : target
    guard weightCounts.indices.contains(place), weightCounts[place] > 0 else { return nil }
    let first = weightCounts[..<place].reduce(0, +)
    return first..<first + weightCounts[place]
  }

  /// How many floats a part of one sample has.
  func count(of part: SamplePart) -> Int {
    switch part {
    case .input: inputCount
    case .target: targetCount
    case .weight: weights
    }
  }

  /// How many floats each column of a part has.
  func columns(of part: SamplePart) -> [Int] {
    switch part {
    case .input: inputs.map(\.count)
    case .target: targets.map(\.count)
    case .weight:
      weightCounts + [stream?.resets ?? 0, longest == nil ? 0 : 1].filter { $0 > 0 }
    }
  }

  /// How many bytes one sample takes as floats.
  var bytes: Int { (inputCount + targetCount + weights) * MemoryLayout<Float>.stride }
}

extension SampleShape: CustomStringConvertible {
  /// The extents as they enter fingerprints of data.
  public var description: String {
    if let stream { return "StreamShape(input: \(input), target: \(target), window: \(stream))" }
    if let longest {
      let weights = "weights: \(weightCounts), longest: \(longest)"
      return "SequenceShape(input: \(input), target: \(target), \(weights))"
    }
    guard inputs.count == 1, targets.count <= 1, weightCounts.count <= 1 else {
      return "SampleShape(inputs: \(inputs), targets: \(targets), weights: \(weightCounts))"
    }
    return "SampleShape(input: \(input), target: \(target), weights: \(weights))"
  }
}

import Networks

/// A text cut into as many streams as a batch has rows, and each stream into windows of some steps.
///
/// Stream b has the tokens from b·L on, L = (N - 1) / streams; row r is window r / streams of stream
/// r % streams. So batches of `streams` rows in their order go through all streams at once, and state
/// that is kept in a row of a batch is kept in a stream. The targets of a window are the tokens that
/// follow its own.
///
/// Updates are `steps` tokens apart and gradients go back `gradientSteps`. Where that is less, they are
/// cut inside a window; where it is more, a window begins with tokens of the one before, which count
/// nothing and only make the state.
public final class TokenDataset: Dataset {
  /// The path of the file, as given.
  public let name: String
  /// How many windows all streams have together.
  public let count: Int
  /// The extents of a window: ids [T] and the ids after them.
  public let shape: SampleShape
  /// Any row can be read alone.
  public let chunkRows = 1
  /// How many streams the text is cut into.
  public let streams: Int
  /// How many entries the vocabulary has; nil where the file has none.
  public var vocabularyCount: Int? { file.vocabularyCount }
  /// How many tokens at the end are in no window.
  let droppedTokens: Int
  private let file: TokenFile
  /// Which tokens of the file are used.
  private let tokens: Range<Int>
  /// How many steps lie between windows.
  private let steps: Int
  /// How many steps of a window only make the state.
  private let context: Int
  /// How many tokens a stream has.
  private let length: Int

  /// Opens a file of the format `lockstep-text`.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - streams: how many streams the text is cut into: the rows of a batch.
  ///   - steps: how many tokens lie between two updates.
  ///   - gradientSteps: how many steps gradients go back; nil for `steps`.
  /// - Throws: a sentence when it holds no text, or one that is too short.
  public convenience init(
    path: String, streams: Int, steps: Int, gradientSteps: Int? = nil
  ) throws {
    let file = try TokenFile(path: path)
    try self.init(
      file, tokens: 0..<file.count, streams: streams, steps: steps, gradientSteps: gradientSteps)
  }

  /// Takes a part of a text.
  init(
    _ file: TokenFile, tokens: Range<Int>, streams: Int, steps: Int, gradientSteps: Int? = nil
  ) throws {
    precondition(streams > 0 && steps > 0 && gradientSteps ?? 1 > 0, "settings are checked before")
    let gradientSteps = gradientSteps ?? steps
    let windows = max(tokens.count - 1, 0) / streams / steps
    guard windows > 0 else {
      throw DataError(
        .empty,
        "cannot cut \(tokens.count) tokens of '\(file.name)' into \(streams) streams of windows of "
          + "\(steps) steps; expected \(streams * steps + 1) at least, so lower the batch size or "
          + "data.steps")
    }
    self.file = file
    self.tokens = tokens
    self.streams = streams
    self.steps = steps
    name = file.name
    context = max(gradientSteps - steps, 0)
    length = (tokens.count - 1) / streams
    count = windows * streams
    droppedTokens = tokens.count - 1 - count * steps
    let width = steps + context
    var window = StreamWindow(steps: width)
    if gradientSteps < steps { window.gradientSteps = gradientSteps }
    if context > 0 {
      window.carriedSteps = steps
      window.leavesOutUnweighted = true
    }
    // Where windows begin before their streams, the state is zero at the streams' first tokens.
    if file.hasDocuments || context > 0 { window.resets = width }
    shape = SampleShape(
      input: Shape([width]), target: Shape([width]), weights: context > 0 ? width : 0,
      stream: window)
  }

  /// Reads neighbouring windows.
  public func read(rows: Range<Int>, into memory: RowMemory) throws {
    let width = steps + context
    for (index, row) in rows.enumerated() {
      let (window, stream) = row.quotientAndRemainder(dividingBy: streams)
      let first = window * steps - context
      let absent = max(-first, 0)
      let begin = tokens.lowerBound + stream * length
      let (ids, targets) = (memory.inputs + index * width, memory.targets + index * width)
      ids.update(repeating: 0, count: absent)
      targets.update(repeating: 0, count: absent)
      let used = begin + first + absent..<begin + first + width
      try file.copy(used, by: stream, of: streams, to: ids + absent)
      try file.copy(
        used.lowerBound + 1..<used.upperBound + 1, by: stream, of: streams, to: targets + absent)
      fill(memory.weights + index * shape.weights, begin: begin, used)
    }
  }

  /// The weights of a window's steps and where states are zero, as far as it has either.
  private func fill(_ memory: UnsafeMutablePointer<Float>, begin: Int, _ used: Range<Int>) {
    let width = steps + context
    if context > 0 {
      memory.update(repeating: 0, count: context)
      (memory + context).update(repeating: 1, count: steps)
    }
    guard shape.stream?.resets == width else { return }
    let flags = memory + shape.firstReset
    flags.update(repeating: 0, count: width)
    let shift = used.upperBound - width
    for token in file.documents(in: used) { flags[token - shift] = 1 }
    if used.contains(begin) { flags[begin - shift] = 1 }
  }

  /// What to call a part of the samples in messages.
  public func title(of part: SamplePart) -> String { "'/tokens' in '\(name)'" }

  /// A text that changes when the data does.
  public var fingerprint: String {
    get throws { try contentFingerprint(header: file.summary + ["\(tokens)", "\(streams)"]) }
  }
}

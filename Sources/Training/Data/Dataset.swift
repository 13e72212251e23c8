/// The three parts of a sample.
public enum SamplePart: Sendable, CaseIterable {
  /// What the network sees.
  case input
  /// What it should answer.
  case target
  /// How much the sample, or each of its time steps, counts.
  case weight
}

/// Where rows are put: room for [rows, inputs], [rows, targets] and [rows, weights] floats.
public struct RowMemory {
  /// The first float of the inputs.
  public let inputs: UnsafeMutablePointer<Float>
  /// The first float of the targets.
  public let targets: UnsafeMutablePointer<Float>
  /// The first float of the weights; not touched where a sample has none.
  public let weights: UnsafeMutablePointer<Float>

  /// Room that begins at three places.
  public init(
    inputs: UnsafeMutablePointer<Float>, targets: UnsafeMutablePointer<Float>,
    weights: UnsafeMutablePointer<Float>
  ) {
    self.inputs = inputs
    self.targets = targets
    self.weights = weights
  }
}

/// Numbered samples of one shape, of any number, that can be read in runs of neighbours.
///
/// Order, shuffling, splits, batches and memory are the business of `BatchSource`, so a new kind of
/// dataset is one file with these members. It is read from one thread at a time, unless it says otherwise.
public protocol Dataset: AnyObject, Sendable {
  /// What to call the dataset in messages, such as the path of its file.
  var name: String { get }
  /// How many rows there are; at least one.
  var count: Int { get }
  /// The extents of a sample.
  var shape: SampleShape { get }
  /// How many neighbouring rows, starting at a multiple of it, are stored as one piece; 1 where any
  /// row can be read alone.
  var chunkRows: Int { get }
  /// How many steps each row has, where sequences have a length of their own; nil where all have the
  /// same.
  var lengths: [Int]? { get }
  /// Whether several threads may read at the same time.
  var canReadAtOnce: Bool { get }
  /// A text that changes when the data does; where the data lies makes no difference.
  var fingerprint: String { get throws }

  /// Reads neighbouring rows, converted to floats.
  ///
  /// Rows of a call that throws must not be used.
  func read(rows: Range<Int>, into memory: RowMemory) throws

  /// What to call a part of the samples in messages, such as "'/x' in 'train.h5'".
  func title(of part: SamplePart) -> String

  /// What to call the column of a part that has a number of a row.
  func title(of part: SamplePart, at place: Int) -> String
}

extension Dataset {
  /// All rows have the same number of steps.
  public var lengths: [Int]? { nil }

  /// One thread at a time.
  public var canReadAtOnce: Bool { false }

  /// The title of the part as a whole.
  public func title(of part: SamplePart, at place: Int) -> String { title(of: part) }
}

/// How windows are cut out of a series, what each is to tell, and where testing begins.
///
/// A window has `timesteps` values; its target is the value `horizon` places behind its last one. A
/// window begins at every `stride`-th place. Training windows with their targets lie before the cut,
/// those for testing behind it: none straddles it.
public struct SeriesWindows: Sendable, Hashable {
  /// What mean and deviation are taken of.
  public enum Standardization: String, Sendable, Hashable, CaseIterable {
    /// The values before the cut: nothing of what is tested with is known in training.
    case train
    /// All values, as many tutorials do: the test part leaks into training.
    case all
    /// Nothing: values stay as they are.
    case none
  }

  /// How many values a window has.
  public var timesteps: Int
  /// How far behind the last value of a window its target is.
  public var horizon: Int
  /// How far apart windows begin.
  public var stride: Int
  /// The part of the series before the cut.
  public var trainFraction: Double
  /// What mean and deviation are taken of.
  public var standardization: Standardization

  /// Windows of a length; everything else as usual.
  public init(
    timesteps: Int, horizon: Int = 1, stride: Int = 1, trainFraction: Double = 0.75,
    standardization: Standardization = .train
  ) {
    self.timesteps = timesteps
    self.horizon = horizon
    self.stride = stride
    self.trainFraction = trainFraction
    self.standardization = standardization
  }

  /// The place of the first value that is tested with, in a series of a length.
  public func cut(of count: Int) -> Int { Int((Double(count) * trainFraction).rounded(.down)) }

  /// How many values a window takes together with what lies up to its target.
  var reach: Int { timesteps + horizon }

  /// How many windows fit into a part of a series.
  func count(in length: Int) -> Int { length < reach ? 0 : (length - reach) / stride + 1 }

  /// Checks that there is something to train on.
  ///
  /// - Parameters:
  ///   - count: how long the series is.
  ///   - name: what to call it in messages.
  /// - Throws: `DataError` where a setting makes no sense with it.
  func check(_ count: Int, _ name: String) throws(DataError) {
    for (title, value) in [("timesteps", timesteps), ("horizon", horizon), ("stride", stride)]
    where value < 1 || value > 1 << 40 {
      throw DataError(
        .badSetting, "cannot make windows of '\(name)' with \(title) \(value); expected 1 or more")
    }
    guard trainFraction > 0, trainFraction <= 1 else {
      throw DataError(
        .badSetting,
        "cannot train on a part of \(trainFraction) of '\(name)'; expected a number above 0 and up "
          + "to 1")
    }
    let (cut, rest) = (cut(of: count), count - cut(of: count))
    guard self.count(in: cut) > 0, rest == 0 || self.count(in: rest) > 0 else {
      throw DataError(
        .badSetting,
        "cannot make windows of '\(name)': \(cut) values lie before the cut and \(rest) behind it, "
          + "and a window of \(timesteps) with its target \(horizon) further on takes \(reach)")
    }
  }
}

/// A layer that walks over time, which wrappers may turn round or put cells into.
public protocol RecurrentLayer: Layer {
  /// The layer's name.
  var name: String? { get set }
  /// How it walks, and what it puts out.
  var walk: WalkOptions { get set }
  /// How many numbers each of its states has, in the order in which it returns them.
  var stateSizes: [Int] { get }
}

/// How a recurrent layer walks over time and what it puts out, under Keras's names.
public struct WalkOptions: Sendable, Hashable {
  /// Returns all steps [B, T, units] instead of the last [B, units].
  public var returnSequences = false
  /// Returns the last states as further outputs.
  public var returnState = false
  /// Takes the steps from last to first; the output stays in the order of processing.
  public var goBackwards = false
  /// Goes on from the states that the batch before left in the same row.
  public var stateful = false
  /// Puts out zeros for masked steps, not the output before.
  public var zeroOutputForMask = false
  /// Passes over masked steps where initial states are given too, as Keras 1 and 2 do; Keras 3 then
  /// knows no mask, and takes every step.
  public var usesMaskWithInitialState = false

  /// Keras's defaults.
  public init() {}
}

/// A layer that walks with one cell, whose options also say how.
public protocol CellLayer: RecurrentLayer {
  /// What recurrent layers have in common.
  var options: RecurrentOptions { get set }
}

extension CellLayer {
  /// How it walks.
  public var walk: WalkOptions {
    get { options.walk }
    set { options.walk = newValue }
  }
}

extension LSTM: CellLayer {
  /// The output and the cell state.
  public var stateSizes: [Int] { [options.units, options.units] }
}

extension GRU: CellLayer {
  /// The output.
  public var stateSizes: [Int] { [options.units] }
}

extension SimpleRNN: CellLayer {
  /// The output.
  public var stateSizes: [Int] { [options.units] }
}

extension HandBuiltLSTM: CellLayer {
  /// The output and the cell state.
  public var stateSizes: [Int] { [options.units, options.units] }
}

extension PeepholeLSTM: CellLayer {
  /// The output and the cell state.
  public var stateSizes: [Int] { [options.units, options.units] }
}

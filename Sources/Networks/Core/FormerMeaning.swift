/// What earlier generations of Keras meant, and no config of Keras 3 can say.
public enum FormerMeaning: String, Sendable, Hashable, CaseIterable {
  /// Masks count where initial states are given too: Keras 1 and 2.
  case maskWithInitialState = "a mask counts where initial states are given"
  /// Masked steps of a Bidirectional sequence repeat the step before: Keras 1, and Keras 2 before
  /// it went into TensorFlow.
  case repeatedSteps = "Bidirectional repeats the step before a masked one"
  /// The states of the top cell come first: Keras 2.0.9 to 2.2.2.
  case reversedStates = "the states of the top cell come first"
}

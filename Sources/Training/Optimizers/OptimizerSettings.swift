/// What every optimizer has, in Keras 3's words.
public struct OptimizerSettings: Sendable {
  /// The learning rate by the number of updates.
  public var learningRate: any LearningRate
  /// Before each update every weight, biases too, loses this times the learning rate times itself.
  public var weightDecay: Double?
  /// How gradients are limited.
  public var clipping: Clipping?
  /// The moving average of the weights that is kept beside them; Keras's `use_ema`.
  public var average: WeightAverage?
  /// How many batches make one update, where the optimizer says so and not the recipe; schedules
  /// then count batches.
  public var gradientAccumulationSteps: Int?
  /// What Keras multiplies the loss by and divides the gradient by; without effect on our numbers.
  public var lossScaleFactor: Double?

  /// Settings of an optimizer.
  public init(
    learningRate: any LearningRate, weightDecay: Double? = nil, clipping: Clipping? = nil,
    average: WeightAverage? = nil
  ) {
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.clipping = clipping
    self.average = average
  }

  /// What is wrong with the settings; nil when they make sense.
  var problem: String? {
    if let steps = gradientAccumulationSteps, steps < 2 {
      return "gradient_accumulation_steps must be a number from 2 on, not \(steps)."
    }
    return learningRate.problem ?? weightDecay.flatMap { negative("weight_decay", $0) }
      ?? clipping?.problem ?? average?.problem
  }
}

/// An exponential moving average of the weights, which takes their place when training ends.
public struct WeightAverage: Sendable, Equatable {
  /// How much of the old average stays; Keras's `ema_momentum`.
  public var momentum: Double
  /// How many updates there are from one time that the weights become their average to the next.
  ///
  /// Keras's `ema_overwrite_frequency`; nil for only at the end.
  public var overwriteFrequency: Int?

  /// An average with Keras's defaults.
  public init(momentum: Double = 0.99, overwriteFrequency: Int? = nil) {
    self.momentum = momentum
    self.overwriteFrequency = overwriteFrequency
  }

  /// A sentence about settings that make no sense; nil when they do.
  public var problem: String? {
    outsideOfUnit("ema_momentum", momentum)
      ?? overwriteFrequency.flatMap { notPositive("ema_overwrite_frequency", $0) }
  }
}

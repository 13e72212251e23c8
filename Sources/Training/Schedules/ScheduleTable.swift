import KerasFormat

/// Learning rates by their options in Keras's names: what recipes and Keras's files say of them.
enum ScheduleTable {
  /// A class, a value of it that waits for its options, and the options.
  private struct Row: Sendable {
    let className: String
    let blank: any LearningRate
    let options: KerasRow<any LearningRate>

    init<Rate: LearningRate>(_ className: String, _ blank: Rate, _ options: [KerasOption<Rate>]) {
      self.className = className
      self.blank = blank
      self.options = KerasRow(options) { $0 }
    }
  }

  private static let rows: [Row] = [
    Row(
      ExponentialDecay.className, ExponentialDecay(initial: 0, steps: 1, rate: 0),
      first(\.initial, \.steps) + [
        .number("decay_rate", \.rate).required(), .flag("staircase", \.staircase),
      ]),
    Row(
      InverseTimeDecay.className, InverseTimeDecay(initial: 0, steps: 1, rate: 0),
      first(\.initial, \.steps) + [
        .number("decay_rate", \.rate).required(), .flag("staircase", \.staircase),
      ]),
    Row(
      PolynomialDecay.className, PolynomialDecay(initial: 0, steps: 1),
      first(\.initial, \.steps) + [
        .number("end_learning_rate", \.end), .number("power", \.power), .flag("cycle", \.cycle),
      ]),
    Row(
      CosineDecay.className, CosineDecay(initial: 0, steps: 1),
      first(\.initial, \.steps) + [
        .number("alpha", \.alpha), .optional("warmup_target", \.warmupTarget),
        .count("warmup_steps", \.warmupSteps),
      ]),
    Row(
      CosineDecayRestarts.className, CosineDecayRestarts(initial: 0, steps: 1),
      [
        KerasOption<CosineDecayRestarts>.number("initial_learning_rate", \.initial).required(),
        KerasOption<CosineDecayRestarts>.count("first_decay_steps", least: 1, \.steps)
          .required("a number of updates"),
        .number("t_mul", \.stretch), .number("m_mul", \.peak), .number("alpha", \.alpha),
      ]),
    Row(
      PiecewiseConstantDecay.className, PiecewiseConstantDecay(boundaries: [], values: []),
      [.counts("boundaries", \.boundaries), .numbers("values", \.values)]),
  ]

  private static func first<Rate: LearningRate>(
    _ initial: KerasOption<Rate>.Property<Double>, _ steps: KerasOption<Rate>.Property<Int>
  ) -> [KerasOption<Rate>] {
    [
      .number("initial_learning_rate", initial).required(),
      .count("decay_steps", least: 1, steps).required("a number of updates"),
    ]
  }

  // MARK: Recipes

  /// The learning rate of an optimizer's options: a number or a schedule, with a warm-up if wanted.
  static func read(
    _ options: RecipeReader, _ usual: any LearningRate
  ) throws(TrainingError) -> any LearningRate {
    let rate = try rate(options) ?? usual
    let steps = try options.count("warmup_steps") ?? 0
    let start = try options.number("warmup_from", 0)
    return steps == 0 ? rate : LinearWarmup(steps: steps, from: start, to: rate)
  }

  private static func rate(_ options: RecipeReader) throws(TrainingError) -> (any LearningRate)? {
    guard let found = options.value("learning_rate") else { return nil }
    if let number = found.double { return ConstantRate(number) }
    guard let (name, reader) = try options.named("learning_rate") else { return nil }
    guard let row = rows.first(where: { $0.className == name }) else {
      throw options.failure(
        "learning_rate",
        "unknown schedule '\(name)'\(suggestion(for: name, among: rows.map(\.className)))")
    }
    let schedule = try row.options.read(row.blank, reader)
    try reader.finish()
    return schedule
  }

  /// The options of a learning rate, complete.
  static func options(of rate: any LearningRate) -> [(String, JSON)] {
    guard let warmup = rate as? LinearWarmup else { return [("learning_rate", tree(rate))] }
    return [
      ("learning_rate", tree(warmup.schedule)), ("warmup_steps", .int(warmup.steps)),
      ("warmup_from", .double(warmup.start)),
    ]
  }

  private static func tree(_ rate: any LearningRate) -> JSON {
    if let constant = rate as? ConstantRate { return .double(constant.rate) }
    let (className, options) = entry(of: rate)
    var object = JSONObject()
    for (key, value) in options { object[key] = value }
    return [className: .object(object)]
  }

  // MARK: Keras's files

  /// A number, or a schedule in Keras's wrapper.
  ///
  /// Keras has a warm-up for cosines only; before another schedule a file leaves it out.
  static func config(of rate: any LearningRate) -> JSON {
    switch rate {
    case let constant as ConstantRate: return .double(constant.rate)
    case let warmup as LinearWarmup: return config(of: warmup.cosine ?? warmup.schedule)
    default:
      let (className, options) = entry(of: rate)
      return scheduleConfig(className, options)
    }
  }

  private static func entry(
    of rate: any LearningRate
  ) -> (className: String, options: [(String, JSON)]) {
    for row in rows {
      if let options = row.options.write(rate) { return (row.className, options) }
    }
    preconditionFailure("a schedule without a row in the table: \(rate)")
  }
}

extension LinearWarmup {
  /// The same rates as a cosine with Keras's own warm-up; nil where something else comes after.
  fileprivate var cosine: CosineDecay? {
    guard var cosine = schedule as? CosineDecay, cosine.warmupTarget == nil else { return nil }
    (cosine.warmupTarget, cosine.warmupSteps) = (cosine.initial, steps)
    cosine.initial = start
    return cosine
  }
}

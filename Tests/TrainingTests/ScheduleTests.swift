import TestSupport
import Testing
import Training

@Suite struct ScheduleTests {
  /// The schedule that a reference describes.
  private func describedSchedule(
    _ className: String, _ config: [String: Any]
  ) throws -> any LearningRate {
    func number(_ key: String) -> Double { config[key] as? Double ?? .nan }
    func count(_ key: String) -> Int { config[key] as? Int ?? -1 }
    func flag(_ key: String) -> Bool { config[key] as? Bool ?? false }
    let (initial, steps) = (number("initial_learning_rate"), count("decay_steps"))
    switch className {
    case "ExponentialDecay":
      return ExponentialDecay(
        initial: initial, steps: steps, rate: number("decay_rate"), staircase: flag("staircase"))
    case "InverseTimeDecay":
      return InverseTimeDecay(
        initial: initial, steps: steps, rate: number("decay_rate"), staircase: flag("staircase"))
    case "PolynomialDecay":
      return PolynomialDecay(
        initial: initial, steps: steps, end: number("end_learning_rate"), power: number("power"),
        cycle: flag("cycle"))
    case "CosineDecay":
      return CosineDecay(
        initial: initial, steps: steps, alpha: number("alpha"),
        warmupTarget: config["warmup_target"] as? Double, warmupSteps: count("warmup_steps"))
    case "CosineDecayRestarts":
      return CosineDecayRestarts(
        initial: initial, steps: count("first_decay_steps"), stretch: number("t_mul"),
        peak: number("m_mul"), alpha: number("alpha"))
    default:
      #expect(className == "PiecewiseConstantDecay")
      return PiecewiseConstantDecay(
        boundaries: try #require(config["boundaries"] as? [Int]),
        values: try #require(config["values"] as? [Double]))
    }
  }

  static let cases = ReferenceFile.cases(of: "schedules")

  @Test(arguments: cases) func ratesAreThoseOfKeras(name: String) throws {
    let reference = try ReferenceFile("schedules").reference(name)
    let (className, config) = try reference.object("schedule")
    let schedule = try describedSchedule(className, config)
    #expect(schedule.problem == nil)
    let single = try reference.floats("rates")
    for (step, rate) in try reference.doubles("f64_rates").enumerated() {
      #expect(abs(schedule.value(at: step) - rate) <= 1e-15, "step \(step)")
      #expect(abs(Float(schedule.value(at: step)) - single[step]) < 2e-7 * 0.1, "step \(step)")
    }
  }

  @Test func casesAreThere() { #expect(Self.cases.count == 14) }

  @Test func warmupLeadsToTheSchedulesFirstRate() {
    let after = ExponentialDecay(initial: 0.8, steps: 10, rate: 0.5)
    let schedule = LinearWarmup(steps: 4, from: 0.2, to: after)
    #expect(schedule.value(at: 0) == 0.2)
    #expect(abs(schedule.value(at: 1) - 0.35) < 1e-12)
    #expect(schedule.value(at: 4) == 0.8)
    #expect(schedule.value(at: 14) == 0.4)
    #expect(LinearWarmup(steps: 0, to: after).value(at: 0) == 0.8)
  }

  @Test func warmupBeforeACosineIsKerass() {
    let ours = LinearWarmup(steps: 6, from: 0.01, to: CosineDecay(initial: 0.1, steps: 17))
    let kerass = CosineDecay(initial: 0.01, steps: 17, warmupTarget: 0.1, warmupSteps: 6)
    for step in 0..<30 { #expect(abs(ours.value(at: step) - kerass.value(at: step)) < 1e-15) }
  }

  @Test func ratesStayAtTheEnd() {
    let end = PolynomialDecay(initial: 1, steps: 5, end: 0.25).value(at: 1_000_000_000_000)
    #expect(end == 0.25)
    #expect(abs(CosineDecay(initial: 2, steps: 5, alpha: 0.5).value(at: 99) - 1) < 1e-15)
  }

  @Test func settingsWithoutSenseAreNamed() {
    let nonsense: [any LearningRate] = [
      ConstantRate(-1), ConstantRate(.nan), ExponentialDecay(initial: 1, steps: 0, rate: 1),
      InverseTimeDecay(initial: 1, steps: -2, rate: 1),
      CosineDecayRestarts(initial: 1, steps: 5, stretch: 0.5),
      PolynomialDecay(initial: 1, steps: 0), CosineDecay(initial: 1, steps: 0),
      PiecewiseConstantDecay(boundaries: [1], values: [1]),
      PiecewiseConstantDecay(boundaries: [2, 2], values: [1, 2, 3]),
      LinearWarmup(steps: -1, to: ConstantRate(1)),
      LinearWarmup(steps: 1, to: CosineDecay(initial: 1, steps: 0)),
    ]
    for schedule in nonsense { #expect(schedule.problem != nil, "\(schedule)") }
    #expect(ConstantRate(0).problem == nil)
  }
}

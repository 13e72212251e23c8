import ArgumentParser
import Foundation
import KerasFormat
import Training

/// `lockstep verify`: a model beside what Keras computed for it.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Compare a model with what Keras computed for it.",
    usage: "lockstep verify MODEL [EXPECTED.h5] [--tolerance X] [--architecture FILE]",
    discussion: """
      EXPECTED.h5 holds inputs/0, outputs/0 and so on, and where it has them targets, loss, grads and \
      the weights after steps of optimizers (opt/<tag>/step1, step5); see the article 'Keras files'. \
      Every element is compared. Without EXPECTED.h5 the self-test in the model's own file is run.

      Outputs, loss and gradients are measured in parts of the largest magnitude, weights as they are. \
      Ends with code 65 when a difference is larger than its tolerance.
      """)

  @Argument(help: "A model, or weights with --architecture.", completion: .file()) var model: String
  @Argument(help: "What Keras computed.", completion: .file()) var expected: String?
  @Option(help: "The largest difference of outputs and losses (2e-6).") var tolerance: Double?
  @Option(help: "The largest difference of gradients (5e-6).") var gradientTolerance: Double?
  @Option(help: "The largest difference of weights after training (2e-5).")
  var weightTolerance: Double?
  @OptionGroup var options: ModelOptions

  func run() throws {
    let path = try TrainedModel.file(of: model)
    guard let expected else { return try verifyItself(path) }
    let expectation = try Expectation(path: expected)
    let verification = try Verification(
      path, architecture: options.architecture, against: expectation, tolerances: tolerances,
      matching: options.matching)
    let findings = try verification.findings()
    var table = Table(["Compared", "Worst", "Allowed", "Where"], rightAligned: [1, 2])
    for finding in findings {
      table.add([
        (finding.holds ? "  " : "✗ ") + finding.title, number(finding.worst),
        number(finding.tolerance), finding.worst == 0 ? "" : finding.place,
      ])
    }
    table.lines.forEach { Output.line($0) }
    let failed = findings.count { !$0.holds }
    guard failed > 0 else { return Output.line("All \(findings.count) hold.") }
    throw CommandError(
      "\(failed) of \(findings.count) comparisons of '\(model)' with '\(expected)' do not hold.",
      .data)
  }

  private func verifyItself(_ path: String) throws {
    let saved = try options.open(path)
    guard let test = saved.selfTest else {
      throw CommandError(
        "'\(model)' has no self-test; name a file of expected outputs, or add one by "
          + "tools/add-self-test.py.", .usage)
    }
    Output.line(
      "\(model): the self-test holds (\(test.inputs.count) inputs, \(test.outputs.count) outputs, "
        + "tolerance \(number(test.tolerance)))")
  }

  private var tolerances: Verification.Tolerances? {
    guard tolerance != nil || gradientTolerance != nil || weightTolerance != nil else { return nil }
    var found = Verification.Tolerances()
    found.outputs = tolerance ?? found.outputs
    found.gradients = gradientTolerance ?? found.gradients
    found.weights = weightTolerance ?? found.weights
    return found
  }

  private func number(_ value: Double) -> String {
    value.isFinite ? String(format: "%.1e", value) : "inf"
  }
}

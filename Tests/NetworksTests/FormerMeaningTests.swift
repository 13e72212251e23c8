import TestSupport
import Testing

@testable import Networks

/// What Keras 1 and 2 meant differently, and today's references do not have.
@Suite struct FormerMeaningTests {
  @Test func masksAreJoinedByAll() throws {
    var add = Add()
    for (rule, expected) in [(MaskRule.any, [1, 1, 0, 1] as [Float]), (.all, [0, 1, 0, 0])] {
      add.maskRule = rule
      for layer in [add, Concatenate(maskRule: rule)] as [any Layer] {
        var model = Functional()
        let x = model.input("x", Shape([4, 2]))
        let one = model.call(FixedMask(flags: [1, 1, 0, 0]), x)
        let other = model.call(FixedMask(flags: [0, 1, 0, 1]), x)
        model.outputs = [model.call(layer, one, other)]
        let probe = Probe(try model.network(rows: 1))
        #expect(probe.mask(probe.forward([[Float](repeating: 1, count: 8)])) == expected)
      }
    }
  }

  @Test func aCausalQuerySeesNoLaterValue() throws {
    var random = SeededRandom(seed: 5)
    let inputs = random.floats(12)
    for isCausal in [true, false] {
      var model = Functional()
      let x = model.input("x", Shape([4, 3]))
      model.outputs = [model.call(Attention(isCausal: isCausal), x, x)]
      let probe = Probe(try model.network(rows: 1))
      let before = probe.output(probe.forward([inputs]))
      let after = probe.output(probe.forward([inputs.dropLast(3) + [3, -2, 1]]))
      #expect((before[..<9] == after[..<9]) == isCausal)
      if isCausal { #expect(Array(before[..<3]) == Array(inputs[..<3])) }
    }
  }
}

/// The same steps count in every row.
private struct FixedMask: Layer {
  static let className = "FixedMask"
  let name: String? = nil
  let flags: [Float]

  func build(_ inputs: [Value], _ blueprint: inout Blueprint) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    let mask = blueprint.scratch(perRow: flags.count)
    blueprint.append(FixedMaskOperation(flags: flags, mask: mask))
    return [Value(shape: input.shape, data: input.data, gradient: input.gradient, mask: mask)]
  }
}

private struct FixedMaskOperation: Operation {
  let flags: [Float]
  let mask: Extent

  func forward(_ pass: borrowing Pass) {
    let target = pass.scratch(mask, columns: 1)
    for index in 0..<target.count { target.base[index] = flags[index / pass.rows] }
  }

  func backward(_ pass: borrowing Pass) {}
}

import Tensors

/// Which steps of a merged value count, where several inputs have masks.
public enum MaskRule: Sendable, Hashable {
  /// Those that count in any input, as in Keras 3.
  case any
  /// Those that count in every input, as in Keras 1 and 2.
  case all
}

extension Blueprint {
  /// The mask of a value that was merged element by element from inputs with these.
  ///
  /// Keras 3 forgets the masks where an input has none; Keras 2 asks those that have one.
  mutating func mergedMask(_ inputs: [Extent?], _ rule: MaskRule) -> Extent? {
    let masks = inputs.compactMap(\.self)
    guard !masks.isEmpty, rule == .all || masks.count == inputs.count else { return nil }
    return combined(masks, rule)
  }

  /// One mask out of several of equal length.
  mutating func combined(_ masks: [Extent], _ rule: MaskRule) -> Extent {
    guard masks.count > 1 else { return masks[0] }
    let output = scratch(perRow: masks[0].perRow)
    append(MaskMerge(masks: masks, output: output, rule: rule))
    return output
  }

  /// Masks one behind the other in time; steps of inputs without a mask count.
  mutating func concatenatedMask(_ inputs: [Value]) -> Extent? {
    guard inputs.contains(where: { $0.mask != nil }) else { return nil }
    let parts = inputs.map { (mask: $0.mask, steps: $0.shape.steps) }
    let output = scratch(perRow: parts.reduce(0) { $0 + $1.steps })
    append(MaskConcatenation(parts: parts, output: output))
    return output
  }
}

private struct MaskMerge: Operation {
  let masks: [Extent]
  let output: Extent
  let rule: MaskRule

  func forward(_ pass: borrowing Pass) {
    let result = pass.scratch(output, columns: 1)
    result.assign(pass.scratch(masks[0], columns: 1))
    for mask in masks.dropFirst() {
      let other = pass.scratch(mask, columns: 1)
      for index in 0..<result.count {
        let (one, two) = (result.base[index] != 0, other.base[index] != 0)
        result.base[index] = (rule == .any ? one || two : one && two) ? 1 : 0
      }
    }
  }

  func backward(_ pass: borrowing Pass) {}
}

private struct MaskConcatenation: Operation {
  let parts: [(mask: Extent?, steps: Int)]
  let output: Extent

  func forward(_ pass: borrowing Pass) {
    let result = pass.scratch(output, columns: 1)
    var first = 0
    for part in parts {
      let target = result.rows(first..<first + part.steps * pass.rows)
      if let mask = part.mask {
        target.assign(pass.scratch(mask, columns: 1))
      } else {
        target.fill(1)
      }
      first += part.steps * pass.rows
    }
  }

  func backward(_ pass: borrowing Pass) {}
}

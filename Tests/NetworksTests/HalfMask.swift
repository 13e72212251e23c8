import Tensors

@testable import Networks

/// Masks some of the steps of some rows: at the beginning, in the middle, at the end, all.
struct HalfMask: Layer {
  static let className = "HalfMask"
  var name: String?

  func build(_ inputs: [Value], _ blueprint: inout Blueprint) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    let mask = blueprint.scratch(perRow: input.shape.steps)
    blueprint.append(HalfMaskOperation(mask: mask))
    return [input.masked(by: mask)]
  }

  /// Whether a step of a row of the batch counts.
  static func counts(row: Int, step: Int) -> Bool {
    row % 5 != 4 && (row * 5 + step * 3) % 4 > 1
  }
}

private struct HalfMaskOperation: Operation {
  let mask: Extent

  func forward(_ pass: borrowing Pass) {
    let factors = pass.scratch(mask, columns: 1)
    for step in 0..<mask.perRow {
      for row in 0..<pass.rows {
        factors.base[step * pass.rows + row] =
          HalfMask.counts(row: pass.firstRow + row, step: step) ? 1 : 0
      }
    }
  }

  func backward(_ pass: borrowing Pass) {}
}

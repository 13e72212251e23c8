import Tensors

extension Blueprint {
  /// The mask of a value with its steps from last to first; nil where it has none.
  mutating func reverseMask(of value: Value) -> Extent? {
    guard let mask = value.mask else { return nil }
    let reversed = scratch(perRow: mask.perRow)
    append(ReverseMaskOperation(mask: mask, reversed: reversed))
    return reversed
  }
}

private struct ReverseMaskOperation: Operation {
  let mask: Extent
  let reversed: Extent

  func forward(_ pass: borrowing Pass) {
    let (source, target) = (pass.scratch(mask, columns: 1), pass.scratch(reversed, columns: 1))
    let (steps, rows) = (mask.perRow, pass.rows)
    for step in 0..<steps {
      let place = steps - 1 - step
      target.rows(place * rows..<(place + 1) * rows)
        .assign(source.rows(step * rows..<(step + 1) * rows))
    }
  }

  func backward(_ pass: borrowing Pass) {}
}

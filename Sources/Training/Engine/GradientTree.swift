import Kernels
import Tensors

/// The one order in which gradients are added: a binary tree over shards, left + right, in which
/// what is empty is skipped.
///
/// A batch's shards are its leaves; batches that are accumulated for
/// one update stand side by side, as the shards of the large batch would.
enum GradientTree {
  /// Adds up weights in a range of floats, into the first of them.
  static func fold(_ weights: [Arena], _ range: Range<Int>) {
    addPairwise(weights.count) { weights[$1].add(weights[$0], range) }
  }

  /// Has each of `used` units know the rows that its summands touched.
  ///
  /// No unit changes after it was the right one of two, so this is done for all levels before any number
  /// is added.
  static func foldTouched(_ units: [Gradient], used: Int) {
    addPairwise(used) { units[$1].touch(with: units[$0]) }
  }

  /// Adds up the gradients of `used` units in a range of floats, into the first of them, after
  /// `foldTouched` for all ranges.
  static func fold(_ units: [Gradient], used: Int, _ range: Range<Int>, from first: Int = 1) {
    addPairwise(used, from: first) { units[$1].add(units[$0], range) }
  }

  /// The same, of units that are one shard each: tells each one's sum of squares, which is taken in the
  /// first level of the tree, where it is read anyway.
  static func foldMeasured(
    _ units: [Gradient], used: Int, _ range: Range<Int>,
    _ tell: (_ shard: Int, _ square: Double) -> Void
  ) {
    for left in stride(from: 0, to: used - 1, by: 2) {
      let squares = addMeasured(units[left + 1], to: units[left], range)
      tell(left, squares.left)
      tell(left + 1, squares.right)
    }
    if used % 2 == 1 {
      tell(used - 1, units[used - 1].sumOfSquares(range))
    }
    fold(units, used: used, range, from: 2)
  }

  /// Puts the sum of batch number `index` of an update to those of the batches before it.
  ///
  /// `levels[k]` holds the sum of 2ᵏ batches whenever digit k of the number of batches is one.
  static func push(_ sum: Arena, to levels: [Arena], index: Int, _ range: Range<Int>) {
    var level = 0
    while index >> level & 1 == 1 {
      sum.add(levels[level], range)
      level += 1
    }
    levels[level][range].baseAddress?.update(from: sum.base + range.lowerBound, count: range.count)
  }

  /// Adds up what `push` left after `count` batches, into `sum`.
  static func collect(_ levels: [Arena], count: Int, into sum: Arena, _ range: Range<Int>) {
    var isFirst = true
    for (level, arena) in levels.enumerated() where count >> level & 1 == 1 {
      if isFirst {
        sum[range].baseAddress?.update(from: arena.base + range.lowerBound, count: range.count)
      } else {
        sum.add(arena, range)
      }
      isFirst = false
    }
  }

  /// target = target + right, and the sums of squares of both before.
  static func addMeasured(
    _ right: Gradient, to target: Gradient, _ range: Range<Int>
  ) -> (left: Double, right: Double) {
    let squares = Kernels.addMeasured(
      count: range.count, right.arena.base + range.lowerBound,
      to: target.arena.base + range.lowerBound)
    return (squares.x, squares.y)
  }
}

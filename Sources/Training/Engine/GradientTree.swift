import Kernels
import Tensors

/// The one order in which gradients are added: a binary tree over shards, left + right, in which
/// what is empty is skipped.
///
/// A batch's shards are its leaves; batches that are accumulated for
/// one update stand side by side, as the shards of the large batch would.
enum GradientTree {
  /// Adds up the gradients of `used` units in a range of floats, into the first of them.
  static func fold(_ units: [Arena], used: Int, _ range: Range<Int>) {
    var distance = 1
    while distance < used {
      for left in stride(from: 0, to: used - distance, by: 2 * distance) {
        add(units[left + distance], to: units[left], range)
      }
      distance *= 2
    }
  }

  /// Puts the sum of batch number `index` of an update to those of the batches before it.
  ///
  /// `levels[k]` holds the sum of 2ᵏ batches whenever digit k of the number of batches is one.
  static func push(_ sum: Arena, to levels: [Arena], index: Int, _ range: Range<Int>) {
    var level = 0
    while index >> level & 1 == 1 {
      add(levels[level], to: sum, range)
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
        add(arena, to: sum, range)
      }
      isFirst = false
    }
  }

  /// target = target + right, which for floats is right + target as well.
  static func add(_ right: Arena, to target: Arena, _ range: Range<Int>) {
    Kernels.add(
      count: range.count, target.base + range.lowerBound, right.base + range.lowerBound,
      into: target.base + range.lowerBound)
  }
}

import Foundation
import Kernels

/// One 64-byte aligned block of floats for one role: all weights, one gradient, one optimizer
/// moment, one worker's activations.
///
/// Unchecked because several threads write disjoint ranges of one arena. Whoever starts work on
/// threads (only `Training` does) guarantees that ranges written at the same time do not overlap
/// and that nobody reads what another is writing.
public final class Arena: @unchecked Sendable {
  /// How many floats the arena holds.
  public let count: Int
  /// The first float; valid as long as the arena lives.
  public let base: UnsafeMutablePointer<Float>

  /// The bytes of a large page, on x86-64 and usually on arm64.
  private static let largePage = 2 << 20

  /// Allocates `count` zeros.
  public init(count: Int) {
    precondition(count >= 0, "an arena needs a size of zero or more")
    self.count = count
    let capacity = max(count, 1)
    let bytes = capacity * MemoryLayout<Float>.stride
    let isLarge = bytes >= Self.largePage
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: bytes, alignment: isLarge ? Self.largePage : 64)
    // A matrix whose rows are far apart would need an address translation for each of them. Where
    // the kernel has no large pages to give, all is as before.
    if isLarge { _ = madvise(raw, bytes, MADV_HUGEPAGE) }
    base = raw.initializeMemory(as: Float.self, repeating: 0, count: capacity)
  }

  deinit { base.deallocate() }

  /// How many bytes the floats take.
  public var bytes: Int { count * MemoryLayout<Float>.stride }

  /// The floats of a slot, as memory that must not outlive the arena.
  public subscript(slot: Slot) -> UnsafeMutableBufferPointer<Float> { self[slot.range] }

  /// The floats of a range, as memory that must not outlive the arena.
  public subscript(range: Range<Int>) -> UnsafeMutableBufferPointer<Float> {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "outside of the arena")
    return UnsafeMutableBufferPointer(start: base + range.lowerBound, count: range.count)
  }

  /// A slot of rank 2 as a matrix; a slot of rank 1 becomes a matrix of one row.
  public func matrix(_ slot: Slot) -> Matrix {
    precondition(slot.offset + slot.count <= count, "outside of the arena")
    let columns = slot.shape.last ?? 1
    return Matrix(
      base + slot.offset, rows: columns == 0 ? 0 : slot.count / columns, columns: columns)
  }

  /// All floats, copied out.
  public var values: [Float] { Array(self[0..<count]) }

  /// Sets every float of a range to zero.
  public func zero(_ range: Range<Int>) { self[range].update(repeating: 0) }

  /// Sets every float to zero.
  public func zero() { zero(0..<count) }

  /// self += other in a range of floats.
  public func add(_ other: Arena, _ range: Range<Int>) {
    let (sum, summand) = (self[range], other[range])
    guard let sum = sum.baseAddress, let summand = summand.baseAddress else { return }
    Kernels.add(count: range.count, sum, summand, into: sum)
  }

  /// Copies all floats of another arena of the same size.
  public func copy(from other: Arena) {
    precondition(other.count == count, "arenas differ in size")
    base.update(from: other.base, count: count)
  }
}

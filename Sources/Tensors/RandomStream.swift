import Kernels

/// Random numbers that are addressed, not drawn: each is a function of (seed, stream, index).
///
/// The generator is Philox4x32-10 (Salmon et al. 2011). Two streams of one seed never meet, and no
/// number depends on threads or on how many were asked for before.
public struct RandomStream: Sendable {
  private let key: (UInt32, UInt32)
  private let stream: (UInt32, UInt32)
  private var index: UInt64 = 0
  /// The words of the last block, and how many of them are used.
  private var block: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
  private var used = 4

  /// The stream with a number, of a seed.
  public init(seed: UInt64, stream: UInt64) {
    key = Self.halves(seed)
    self.stream = Self.halves(stream)
  }

  /// The next 32 random bits.
  public mutating func next() -> UInt32 {
    if used == 4 {
      let low = Self.halves(index)
      block = philox(counter: (low.0, low.1, stream.0, stream.1), key: key)
      index += 1
      used = 0
    }
    used += 1
    switch used {
    case 1: return block.0
    case 2: return block.1
    case 3: return block.2
    default: return block.3
    }
  }

  /// The next number of the uniform distribution on [0, 1), a multiple of 2⁻⁵³.
  public mutating func uniform() -> Double {
    let high = UInt64(next())
    let word = high << 32 | UInt64(next())
    return Double(word >> 11) * 0x1p-53
  }

  /// The next number of the uniform distribution on 0 ..< bound, without bias.
  public mutating func uniform(below bound: UInt64) -> UInt64 {
    precondition(bound > 0)
    let limit = UInt64.max - UInt64.max % bound
    while true {
      let high = UInt64(next())
      let word = high << 32 | UInt64(next())
      if word < limit { return word % bound }
    }
  }

  /// The next number of the standard normal distribution (Box and Muller 1958, the cosine half).
  public mutating func normal() -> Double {
    let radius = (-2 * logarithm(1 - uniform())).squareRoot()
    return radius * cosine(2 * Double.pi * uniform())
  }

  private static func halves(_ word: UInt64) -> (UInt32, UInt32) {
    (UInt32(truncatingIfNeeded: word), UInt32(truncatingIfNeeded: word >> 32))
  }
}

/// A pseudorandom order of 0 ..< count, a function of (seed, stream): Fisher and Yates's shuffle.
public func permutation(count: Int, seed: UInt64, stream: UInt64) -> [Int] {
  var random = RandomStream(seed: seed, stream: stream)
  var order = Array(0..<count)
  for last in stride(from: count - 1, to: 0, by: -1) {
    order.swapAt(last, Int(random.uniform(below: UInt64(last + 1))))
  }
  return order
}

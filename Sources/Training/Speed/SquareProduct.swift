import Tensors

extension Workers {
  /// How long a product of two square matrices takes that all workers share, packing included: what
  /// BLAS calls sgemm, made by the inner loops that training uses.
  ///
  /// - Parameters:
  ///   - size: rows and columns of each matrix.
  ///   - seconds: how long to measure.
  /// - Returns: the seconds of each product, at least three of them; its 2·size³ operations over them
  ///   are comparable to `peak(seconds:)`.
  public func squareProduct(size: Int, seconds: Double) -> [Double] {
    precondition(size > 0, "a product of nothing")
    let product = SquareProduct(size: size, shares: count)
    product.run(on: self)
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    var times: [Double] = []
    var watch = Stopwatch()
    repeat {
      product.run(on: self)
      times.append(watch.lap())
    } while times.count < 3 || clock.now < end
    return times
  }
}

/// C = A·B of squares in shares: each packs some columns of B, and computes these columns of C.
struct SquareProduct {
  let a: Arena
  let b: Arena
  let c: Arena
  private let size: Int
  private let shares: Int
  private let packed: [Arena]

  init(size: Int, shares: Int) {
    self.size = size
    self.shares = shares
    let count = size * size
    (a, b, c) = (Arena(count: count), Arena(count: count), Arena(count: count))
    packed = (0..<shares).map { share in
      let columns = Self.columns(of: share, shares, size).count
      return Arena(count: Panels.count(depth: size, columns: columns))
    }
    var random = RandomStream(seed: 1, stream: 0)
    for arena in [a, b] {
      for place in 0..<count { arena.base[place] = Float(2 * random.uniform() - 1) }
    }
  }

  func run(on workers: Workers) {
    workers.forEach(shares) { _, share in compute(share) }
  }

  private func compute(_ share: Int) {
    let columns = Self.columns(of: share, shares, size)
    if columns.isEmpty { return }
    let target = packed[share].base
    Tensors.pack(
      Matrix(b.base, rows: size, columns: size).columns(columns), transposed: false, into: target)
    Matrix(c.base, rows: size, columns: size).columns(columns).assign(
      Matrix(a.base, rows: size, columns: size),
      times: Panels(target, depth: size, columns: columns.count))
  }

  /// A share's columns, a multiple of 64 but for the last ones.
  private static func columns(of share: Int, _ shares: Int, _ size: Int) -> Range<Int> {
    let units = (size + 63) / 64
    return min(units * share / shares * 64, size)..<min(units * (share + 1) / shares * 64, size)
  }
}

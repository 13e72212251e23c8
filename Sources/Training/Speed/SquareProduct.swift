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

/// C = A·B of squares in shares: each packs some columns of B, and then computes some rows of C.
struct SquareProduct {
  let a: Arena
  let b: Arena
  let c: Arena
  private let size: Int
  private let shares: Int
  private let packed: Arena

  init(size: Int, shares: Int) {
    self.size = size
    self.shares = shares
    let count = size * size
    (a, b, c) = (Arena(count: count), Arena(count: count), Arena(count: count))
    packed = Arena(count: Panels.count(depth: size, columns: size))
    var random = RandomStream(seed: 1, stream: 0)
    for arena in [a, b] {
      for place in 0..<count { arena.base[place] = Float(2 * random.uniform() - 1) }
    }
  }

  func run(on workers: Workers) {
    workers.forEach(shares) { _, share in pack(share) }
    workers.forEach(shares) { _, share in multiply(share) }
  }

  /// Packs a share of B's columns: whole panels, which are at most 32 columns wide.
  private func pack(_ share: Int) {
    let columns = range(share, unit: 32)
    Tensors.pack(
      Matrix(b.base, rows: size, columns: size).columns(columns), transposed: false,
      into: packed.base + columns.lowerBound * size)
  }

  /// Computes a share of C's rows.
  private func multiply(_ share: Int) {
    let rows = range(share, unit: 1)
    Matrix(c.base, rows: size, columns: size).rows(rows).assign(
      Matrix(a.base, rows: size, columns: size).rows(rows),
      times: Panels(packed.base, depth: size, columns: size))
  }

  private func range(_ share: Int, unit: Int) -> Range<Int> {
    let units = (size + unit - 1) / unit
    return min(units * share / shares * unit, size)..<min(units * (share + 1) / shares * unit, size)
  }
}

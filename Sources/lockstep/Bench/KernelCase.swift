import Kernels
import Tensors

/// One inner loop at one size, ready to run as often as is wanted.
struct KernelCase {
  /// What a kernel is measured in.
  enum Work {
    /// Operations of products; a multiply-add is two.
    case flops(Int)
    /// Bytes that have to be read or written, each array once.
    case bytes(Int)
  }

  let name: String
  /// The extents, as in `[240, 20] · [20, 80]`.
  let size: String
  let work: Work
  /// What `run` points into.
  private let memory: [Arena]
  private let run: () -> Void

  init(
    _ name: String, _ size: String, _ work: Work, in memory: [Arena], _ run: @escaping () -> Void
  ) {
    self.name = name
    self.size = size
    self.work = work
    self.memory = memory
    self.run = run
  }

  /// Runs the loop.
  func run(times: Int) {
    withExtendedLifetime(memory) {
      for _ in 0..<times { run() }
    }
  }
}

// MARK: The loops

extension KernelCase {
  /// C = A·B with a packed B: the sums of a layer, from all inputs of a block of steps.
  static func forward(_ name: String, _ m: Int, _ k: Int, _ n: Int) -> KernelCase {
    product(name, m, k, n) { $0.assign($1, times: $2) }
  }

  /// C += A·B: the same for one step, on top of what the inputs gave.
  static func adding(_ name: String, _ m: Int, _ k: Int, _ n: Int) -> KernelCase {
    product(name, m, k, n) { $0.add($1, times: $2) }
  }

  private static func product(
    _ name: String, _ m: Int, _ k: Int, _ n: Int,
    _ multiply: @escaping (_ c: Matrix, _ a: Matrix, _ b: Panels) -> Void
  ) -> KernelCase {
    let (a, packed, c) = (random(m * k), packed(k, n), random(m * n))
    let (left, output) = (matrix(a, m, k), matrix(c, m, n))
    let right = Panels(packed.base, depth: k, columns: n)
    return KernelCase(
      name, "[\(m), \(k)] · [\(k), \(n)]", .flops(2 * m * k * n), in: [a, packed, c]
    ) { multiply(output, left, right) }
  }

  /// C += Aᵀ·B: the gradient of a kernel [k, n] from m rows.
  static func gradient(_ name: String, _ m: Int, _ k: Int, _ n: Int) -> KernelCase {
    let (a, b, c) = (random(m * k), random(m * n), random(k * n))
    let scratch = Arena(count: Matrix.transposedScratch(rows: k))
    let (left, right, output) = (matrix(a, m, k), matrix(b, m, n), matrix(c, k, n))
    return KernelCase(
      name, "[\(m), \(k)]ᵀ · [\(m), \(n)]", .flops(2 * m * k * n), in: [a, b, c, scratch]
    ) { output.add(transposed: left, times: right, scratch: scratch.base) }
  }

  /// A step of an LSTM forward: gates twice, the state before, c, φ(c) and h.
  static func cell(_ rows: Int, _ units: Int, _ activation: ElementwiseActivation) -> KernelCase {
    let count = rows * units
    let (gates, state) = (random(4 * count), random(count))
    let (c, activated, h) = (random(count), random(count), random(count))
    return KernelCase(
      "cell", "[\(rows), \(units)]", .bytes(4 * 12 * count), in: [gates, state, c, activated, h]
    ) {
      lstmForward(
        activation: activation, recurrentActivation: .sigmoid, rows: rows, units: units,
        gates: gates.base, cPrevious: state.base, c: c.base, activatedC: activated.base, h: h.base)
    }
  }

  /// A step of an LSTM back: gates and their gradients, dc twice, the state before, φ(c) and dh.
  static func cellBack(
    _ rows: Int, _ units: Int, _ activation: ElementwiseActivation
  ) -> KernelCase {
    let count = rows * units
    let (gates, state, activated) = (random(4 * count), random(count), random(count))
    let (dh, dc, dGates) = (random(count), random(count), random(4 * count))
    return KernelCase(
      "cell back", "[\(rows), \(units)]", .bytes(4 * 13 * count),
      in: [gates, state, activated, dh, dc, dGates]
    ) {
      lstmBackward(
        activation: activation, recurrentActivation: .sigmoid, rows: rows, units: units,
        gates: gates.base, cPrevious: state.base, activatedC: activated.base, dh: dh.base,
        dc: dc.base, dGates: dGates.base)
    }
  }

  /// Softmax, cross-entropy and the gradient of the logits.
  static func loss(_ rows: Int, _ classes: Int) -> KernelCase {
    let (logits, gradient, losses) = (
      random(rows * classes), random(rows * classes), Arena(count: rows)
    )
    let targets = (0..<rows).map { Int32(($0 * 7919) % classes) }
    return KernelCase(
      "softmax, loss", "[\(rows), \(classes)]", .bytes(4 * 2 * rows * classes),
      in: [logits, gradient, losses]
    ) {
      sparseSoftmaxCrossEntropyRows(
        rows: rows, columns: classes, logits: logits.base, stride: classes, targets: targets,
        weights: nil, losses: losses.base, dLogits: gradient.base, dStride: classes)
    }
  }

  /// a = a + b: next to nothing done to `count` numbers, as often read and written as an optimizer's.
  static func addition(_ count: Int) -> KernelCase {
    let (a, b) = (random(count), random(count))
    return KernelCase("addition", "[\(count)]", .bytes(4 * 3 * count), in: [a, b]) {
      Kernels.add(count: count, a.base, b.base, into: a.base)
    }
  }

  /// Multiply-adds on registers alone, for about a fifth of a millisecond.
  static var registers: KernelCase {
    KernelCase("registers", "", .flops(100_000 * flopsPerRound), in: []) {
      precondition(multiplyAddRounds(100_000) > 0, "a sum of positive numbers")
    }
  }

  // MARK: Memory

  /// Random numbers from -1 to 1.
  static func random(_ count: Int) -> Arena {
    let arena = Arena(count: count)
    var random = RandomStream(seed: 1, stream: 0)
    for place in 0..<count { arena.base[place] = Float(2 * random.uniform() - 1) }
    return arena
  }

  private static func matrix(_ arena: Arena, _ rows: Int, _ columns: Int) -> Matrix {
    Matrix(arena.base, rows: rows, columns: columns)
  }

  private static func packed(_ depth: Int, _ columns: Int) -> Arena {
    let (source, target) = (
      random(depth * columns), Arena(count: Panels.count(depth: depth, columns: columns))
    )
    pack(matrix(source, depth, columns), transposed: false, into: target.base)
    return target
  }
}

import Kernels
import Tensors

/// softmax(scores(q, k))·v for each row of the batch.
struct AttentionOperation: Operation {
  /// Query, value, and the key where it is another value.
  let copies: [BatchMajorCopy]
  let output: BatchMajorCopy
  let scale: Slot?
  /// The weight of additive scores; nil for products.
  let weight: Slot?
  /// The scores of the unscaled products or sums, [rows, Tq, Tv].
  let scores: Extent
  /// The softmax of the scores.
  let weights: Extent
  /// The weights that dropout left; backward, the gradient of the scores.
  let kept: Extent
  let dropout: DropoutMask?
  let isCausal: Bool

  private var queries: Int { copies[0].value.shape.steps }
  private var keys: Int { copies[1].value.shape.steps }
  private var depth: Int { copies[0].value.shape.features }
  private var width: Int { copies[1].value.shape.features }
  private var keyIndex: Int { copies.count - 1 }

  func forward(_ pass: borrowing Pass) {
    for copy in copies { _ = copy.load(pass) }
    let (q, k, v) = (
      copies[0].numbers(pass), copies[keyIndex].numbers(pass), copies[1].numbers(pass)
    )
    let raw = pass.scratch(scores, columns: queries * keys)
    let soft = pass.scratch(weights, columns: queries * keys)
    for row in 0..<pass.rows {
      score(q + row * queries * depth, k + row * keys * depth, raw.base + row * raw.columns, pass)
    }
    Kernels.scale(count: raw.count, factor(pass), raw.base, into: soft.base)
    mask(soft, pass)
    softmaxRows(
      rows: pass.rows * queries, columns: keys, soft.base, xStride: keys, into: soft.base,
      yStride: keys)
    let used = drop(soft, pass)
    let out = output.numbers(pass)
    for row in 0..<pass.rows {
      multiplySmall(
        rows: queries, columns: width, depth: keys, used + row * raw.columns,
        v + row * keys * width, into: out + row * queries * width)
    }
    zeroMaskedQueries(out, pass)
    output.store(out, pass)
  }

  func backward(_ pass: borrowing Pass) {
    guard let dy = output.loadGradient(pass), let dq = copies[0].slopes(pass),
      let dk = copies[keyIndex].slopes(pass), let dv = copies[1].slopes(pass)
    else { return }
    zeroMaskedQueries(dy, pass)
    let size = queries * keys
    let soft = pass.scratch(weights, columns: size)
    let kept = pass.scratch(kept, columns: size)
    let v = copies[1].numbers(pass)
    let used = isDropping(pass) ? kept.base : soft.base
    for row in 0..<pass.rows {
      multiplySmall(
        rows: keys, columns: width, depth: queries, transposed: used + row * size,
        dy + row * queries * width, into: dv + row * keys * width)
    }
    for row in 0..<pass.rows {
      multiplySmall(
        rows: queries, columns: keys, depth: width, dy + row * queries * width,
        transposed: v + row * keys * width, into: kept.base + row * size)
    }
    if isDropping(pass) { dropout?.apply(kept, into: kept, pass) }
    softmaxGradientRows(
      rows: pass.rows * queries, columns: keys, y: soft.base, yStride: keys, dy: kept.base,
      dyStride: keys, into: kept.base, dxStride: keys)
    scoreGradients(kept, dq, dk, pass)
    for copy in copies { copy.storeGradient(pass) }
  }

  // MARK: Scores

  /// What unscaled scores are multiplied by; inside of the tanh it is another number.
  private func factor(_ pass: borrowing Pass) -> Float {
    (weight ?? scale).map { pass.weight($0).base[0] } ?? 1
  }

  /// What is multiplied inside of the tanh.
  private func inner(_ pass: borrowing Pass) -> Float {
    scale.map { pass.weight($0).base[0] } ?? 1
  }

  private func score(
    _ q: UnsafePointer<Float>, _ k: UnsafePointer<Float>, _ s: UnsafeMutablePointer<Float>,
    _ pass: borrowing Pass
  ) {
    if weight == nil {
      multiplySmall(rows: queries, columns: keys, depth: depth, q, transposed: k, into: s)
    } else {
      additiveScores(queries: queries, keys: keys, depth: depth, scale: inner(pass), q, k, into: s)
    }
  }

  /// From the gradient of the scaled scores to those of the scales, the queries and the keys; a value
  /// that is also the key has its own gradient already, which the keys' is added to.
  private func scoreGradients(
    _ slopes: Matrix, _ dq: UnsafeMutablePointer<Float>, _ dk: UnsafeMutablePointer<Float>,
    _ pass: borrowing Pass
  ) {
    let raw = pass.scratch(scores, columns: slopes.columns)
    if let outer = weight ?? scale {
      pass.gradient(outer).base[0] += Float(dot(count: slopes.count, slopes.base, raw.base))
    }
    Kernels.scale(count: slopes.count, factor(pass), slopes.base, into: slopes.base)
    let (q, k) = (copies[0].numbers(pass), copies[keyIndex].numbers(pass))
    if copies.count == 3 { dk.update(repeating: 0, count: pass.rows * keys * depth) }
    var total: Float = 0
    for row in 0..<pass.rows {
      let slope = slopes.base + row * slopes.columns
      let (query, key) = (row * queries * depth, row * keys * depth)
      if weight == nil {
        multiplySmall(
          rows: queries, columns: depth, depth: keys, slope, k + key, into: dq + query)
        multiplySmall(
          rows: keys, columns: depth, depth: queries, transposed: slope, q + query,
          into: dk + key, accumulating: true)
      } else {
        (dq + query).update(repeating: 0, count: queries * depth)
        total += additiveScoresGradient(
          queries: queries, keys: keys, depth: depth, scale: inner(pass), q + query, k + key,
          scores: slope, dq: dq + query, dk: dk + key)
      }
    }
    if weight != nil, let scale { pass.gradient(scale).base[0] += total }
  }

  // MARK: Masks

  private func isDropping(_ pass: borrowing Pass) -> Bool { pass.training && dropout != nil }

  private func drop(_ soft: Matrix, _ pass: borrowing Pass) -> UnsafeMutablePointer<Float> {
    guard isDropping(pass), let dropout else { return soft.base }
    let target = pass.scratch(kept, columns: soft.columns)
    dropout.draw(pass)
    dropout.apply(soft, into: target, pass)
    return target.base
  }

  /// Scores of values that are masked, or that stand behind a causal query, fall by 10⁹, as in Keras.
  private func mask(_ scores: Matrix, _ pass: borrowing Pass) {
    let valid = copies[1].value.mask.map { pass.scratch($0, columns: 1).base }
    guard valid != nil || isCausal else { return }
    for row in 0..<pass.rows {
      for query in 0..<queries {
        let line = scores.base + row * scores.columns + query * keys
        for key in 0..<keys {
          let isSeen =
            (valid.map { $0[key * pass.rows + row] != 0 } ?? true)
            && (!isCausal || key <= query)
          if !isSeen { line[key] -= 1e9 }
        }
      }
    }
  }

  private func zeroMaskedQueries(_ y: UnsafeMutablePointer<Float>, _ pass: borrowing Pass) {
    guard let mask = copies[0].value.mask.map({ pass.scratch($0, columns: 1).base }) else { return }
    for row in 0..<pass.rows {
      for query in 0..<queries where mask[query * pass.rows + row] == 0 {
        (y + (row * queries + query) * width).update(repeating: 0, count: width)
      }
    }
  }
}

import CPlatform

/// Multiplies A [m, k] by a packed B [k, n]: C = A·B, or C += A·B if `accumulating`.
///
/// The rows of `a` and `c` are `aStride` and `cStride` floats apart; `packed` comes from `packRight`.
/// Each element of C is one chain of fused multiply-adds over rising k, which starts from zero or,
/// accumulating, from the element's old value. So a row's bits depend on nothing but its own
/// numbers: not on m, not on n, not on alignment.
public func multiply(
  rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Float>, aStride: Int,
  packed: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>, cStride: Int, accumulating: Bool
) {
  let product = Product(
    columns: columns, depth: depth, a: a, aStride: aStride, packed: packed, c: c, cStride: cStride)
  product.run(rows: rows, start: accumulating ? .output : .zero)
}

/// Multiplies A [m, k] by a packed B [k, n] and adds a row: C = bias + A·B, with `bias` [n].
///
/// As the other `multiply`; the chain of each element starts from its column's bias.
public func multiply(
  rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Float>, aStride: Int,
  packed: UnsafePointer<Float>, bias: UnsafePointer<Float>,
  _ c: UnsafeMutablePointer<Float>, cStride: Int
) {
  let product = Product(
    columns: columns, depth: depth, a: a, aStride: aStride, packed: packed, c: c, cStride: cStride)
  product.run(rows: rows, start: .bias(bias))
}

/// Multiplies A [m, k] by a packed B [k, n] and adds a product of depth one and a row: C = bias + x·w + A·B, with
/// x [m, 1], `xStride` floats from one number to the next, a packed w [1, n] and `bias` [n].
///
/// To the bit what two products in this order leave, the second accumulating: without the first one's way
/// through memory.
public func multiply(
  rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Float>, aStride: Int,
  packed: UnsafePointer<Float>, on x: UnsafePointer<Float>, xStride: Int,
  packedRow w: UnsafePointer<Float>, bias: UnsafePointer<Float>,
  _ c: UnsafeMutablePointer<Float>, cStride: Int
) {
  let product = Product(
    columns: columns, depth: depth, a: a, aStride: aStride, packed: packed, c: c, cStride: cStride,
    outer: OuterOperand(left: x, leftStride: xStride, right: w))
  product.run(rows: rows, start: .outer(bias: bias))
}

/// Depths of one block: a panel of them (32 KB, or 8) stays in the first-level cache.
///
/// Where it would take more than half of that, panels are better read from the second-level cache, in
/// long blocks, since sums go to memory and back for each. No bit depends on it.
private let depthBlock: Int = {
  let panel = 128 * vectorsPerPanel * lanesPerVector * MemoryLayout<Float>.stride
  let cache = lockstep_first_cache_bytes()
  return cache == 0 || cache >= 2 * panel ? 128 : 1024
}()

/// Rows of one block: with 128 depths (240 KB of A) they stay in the second-level cache.
private let rowBlock = 480

private struct Product {
  let columns: Int
  let depth: Int
  let a: UnsafePointer<Float>
  let aStride: Int
  let packed: UnsafePointer<Float>
  let c: UnsafeMutablePointer<Float>
  let cStride: Int
  var outer: OuterOperand?

  func run(rows: Int, start: TileStart) {
    if depth == 1, let outer = outerProduct(rows, start) { return outer.run() }
    // A single tile reads each panel once, so none has to stay in the cache.
    let depths = rows > mostRows(vectors: vectorsPerPanel) ? depthBlock : max(depth, 1)
    for firstRow in stride(from: 0, to: rows, by: rowBlock) {
      let blockRows = min(rowBlock, rows - firstRow)
      var k = 0
      repeat {
        let block = Block(
          product: self, firstRow: firstRow, firstDepth: k, depth: min(depths, depth - k),
          start: k == 0 ? start : .output)
        block.run(rows: blockRows)
        k += depths
      } while k < depth
    }
  }

  /// The product where its depth is one; nil where chains go on from other numbers than a row.
  private func outerProduct(_ rows: Int, _ start: TileStart) -> OuterProduct? {
    let bias: UnsafePointer<Float>?
    switch start {
    case .zero: bias = nil
    case .bias(let numbers): bias = numbers
    case .output, .outer, .addition, .additionToZero: return nil
    }
    return OuterProduct(
      operand: OuterOperand(left: a, leftStride: aStride, right: packed), bias: bias, rows: rows,
      columns: columns, output: c, stride: cStride)
  }
}

/// A product of depth one, as of a series of single numbers, which is bound by what it writes.
private struct OuterProduct: ColumnPass {
  let operand: OuterOperand
  /// What each row starts from; nil for zeros.
  let bias: UnsafePointer<Float>?
  let rows: Int
  let columns: Int
  let output: UnsafeMutablePointer<Float>
  let stride: Int

  static var most: Int { hasWideVectors ? 8 : 2 }

  @inline(__always)
  func run<let vectors: Int>(_ part: RowPart<vectors>, from column: Int) {
    let base = bias.map { part.load($0 + column) } ?? Numbers()
    let right = part.load(operand.right + column)
    var (left, output) = (operand.left, output + column)
    for _ in 0..<rows {
      var numbers = base
      numbers.add(left[0], times: right)
      part.store(numbers, output)
      left += operand.leftStride
      output += stride
    }
  }
}

/// A block of rows and depths of a product, over all columns.
private struct Block {
  let product: Product
  let firstRow: Int
  let firstDepth: Int
  let depth: Int
  let start: TileStart

  func run(rows: Int) {
    let together = panelsPerTile(rows: rows)
    forEachPanel(columns: product.columns, together: together) { column, width, panels in
      if usesQuarters(rows: rows, columns: width, depth: depth) {
        let block = begun(rows, column, width)
        forEachQuarterTile(rows: rows, columns: width) { row, count in
          computeQuarterTile(
            rows: count, block.work(count, width, 1, row, column, isLast: row + count == rows))
        }
      } else {
        forEachTile(rows: rows, most: mostRows(vectors: vectorCount(width))) { row, count in
          computeTile(
            rows: count, width: vectorCount(width), panels: panels,
            work(count, width, panels, row, column, isLast: row + count == rows))
        }
      }
    }
  }

  /// The same block for quarters, which begin with no product of depth one: it is in the output then.
  private func begun(_ rows: Int, _ column: Int, _ width: Int) -> Block {
    guard case .outer(let bias) = start, let operand = product.outer?.moved(firstRow, column)
    else { return self }
    let outer = OuterProduct(
      operand: operand, bias: bias + column, rows: rows, columns: width,
      output: product.c + firstRow * product.cStride + column, stride: product.cStride)
    outer.run()
    return Block(
      product: product, firstRow: firstRow, firstDepth: firstDepth, depth: depth, start: .output)
  }

  @inline(__always)
  private func work(
    _ rows: Int, _ width: Int, _ panels: Int, _ row: Int, _ column: Int, isLast: Bool
  ) -> TileWork {
    let p = product
    let output = p.c + (firstRow + row) * p.cStride + column
    return TileWork(
      depth: depth,
      left: LeftOperand(
        numbers: p.a + (firstRow + row) * p.aStride + firstDepth, rowStride: p.aStride,
        depthStride: 1),
      right: RightOperand(
        numbers: p.packed + column * p.depth + firstDepth * width, depthStride: width,
        panelStride: width * p.depth, isReadWhole: true),
      columns: panels * width,
      output: output, stride: p.cStride,
      start: start.moved(by: column),
      coming: isLast ? nil : UnsafePointer(output + rows * p.cStride),
      outer: p.outer?.moved(firstRow + row, column))
  }
}

extension TileStart {
  /// The same start for a tile that begins at `column`.
  @inline(__always)
  fileprivate func moved(by column: Int) -> TileStart {
    switch self {
    case .bias(let bias): return .bias(bias + column)
    case .outer(let bias): return .outer(bias: bias + column)
    default: return self
    }
  }
}

extension OuterOperand {
  /// The same product for a tile that begins at a row and a column.
  @inline(__always)
  fileprivate func moved(_ row: Int, _ column: Int) -> OuterOperand {
    OuterOperand(left: left + row * leftStride, leftStride: leftStride, right: right + column)
  }
}

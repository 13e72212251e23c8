/// Where a loss finds its numbers: predictions and targets [rows, columns] with row strides, a weight
/// for each row or none, and room for a loss for each row and (or not) the predictions' gradient.
struct RowLoss {
  let rows: Int
  let columns: Int
  let predictions: UnsafePointer<Float>
  let stride: Int
  let targets: UnsafePointer<Float>
  let targetStride: Int
  let weights: UnsafePointer<Float>?
  let losses: UnsafeMutablePointer<Float>
  let gradient: UnsafeMutablePointer<Float>?
  let gradientStride: Int
}

/// Losses that are a mean over columns: w · mean(loss(p, t)), with the gradient w · slope(p, t) / columns.
@_transparent
func lossRows(
  _ rows: RowLoss, loss: (Vector, Vector) -> Vector, slope: (Vector, Vector) -> Vector
) {
  let columns = rows.columns
  for row in 0..<rows.rows {
    let p = rows.predictions + row * rows.stride
    let t = rows.targets + row * rows.targetStride
    let weight = rows.weights?[row] ?? 1
    let share = weight / Float(columns)
    var total = Vector(repeating: 0)
    forEachVector(columns) { place, lanes in
      let term = loss(loadInOrder(p + place, lanes), loadInOrder(t + place, lanes))
      // Lanes that do not exist count nothing, though loss(0, 0) may not be 0.
      let absent = laneNumbers .>= Int32(truncatingIfNeeded: lanes)
      total += lanes == lanesPerVector ? term : term.replacing(with: 0, where: absent)
    }
    rows.losses[row] = share * total.sum
    if let gradient = rows.gradient {
      mapPairs(columns, p, t, gradient + row * rows.gradientStride) { share * slope($0, $1) }
    }
  }
}

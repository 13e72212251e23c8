/// Copies rows of a batch-major array [B, T, F] to time-major [T, rows, F].
///
/// Row r of the result is row `indices[r]` of `source`, or row r if `indices` is nil: gathering the
/// rows of a shard and turning them is one copy. Rows of the source start `stride` floats apart,
/// or follow each other if that is nil.
public func copyToTimeMajor(
  rows: Int, steps: Int, features: Int, _ source: UnsafePointer<Float>, stride: Int? = nil,
  indices: UnsafePointer<Int>? = nil, into target: UnsafeMutablePointer<Float>
) {
  let length = stride ?? steps * features
  if features == 1 {
    // Inner loop over rows: the writes are in order, and each line read serves 16 steps.
    for step in 0..<steps {
      let out = target + step * rows
      if let indices {
        for row in 0..<rows { out[row] = source[indices[row] * length + step] }
      } else {
        for row in 0..<rows { out[row] = source[row * length + step] }
      }
    }
    return
  }
  for row in 0..<rows {
    let from = source + (indices?[row] ?? row) * length
    for step in 0..<steps {
      copy(features, from + step * features, target + (step * rows + row) * features)
    }
  }
}

/// Copies a time-major array [T, rows, F] to batch-major [rows, T, F], with rows `stride` floats apart.
public func copyToBatchMajor(
  rows: Int, steps: Int, features: Int, _ source: UnsafePointer<Float>,
  into target: UnsafeMutablePointer<Float>, stride: Int? = nil
) {
  let length = stride ?? steps * features
  if features == 1 {
    for row in 0..<rows {
      for step in 0..<steps { target[row * length + step] = source[step * rows + row] }
    }
    return
  }
  for row in 0..<rows {
    for step in 0..<steps {
      let from = source + (step * rows + row) * features
      copy(features, from, target + row * length + step * features)
    }
  }
}

/// Copies a block [rows, columns] between two arrays with rows `sourceStride` and `targetStride`
/// floats apart.
public func copyRows(
  rows: Int, columns: Int, _ source: UnsafePointer<Float>, sourceStride: Int,
  into target: UnsafeMutablePointer<Float>, targetStride: Int
) {
  for row in 0..<rows {
    copy(columns, source + row * sourceStride, target + row * targetStride)
  }
}

@_transparent
private func copy(
  _ count: Int, _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>
) {
  forEachVector(count) { place, lanes in store(load(source + place, lanes), target + place, lanes) }
}

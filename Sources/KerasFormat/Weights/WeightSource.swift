/// Where a parameter's numbers come from: arrays of a file, and what is to be done to them.
struct WeightSource: Sendable {
  /// The conversions that Keras 2 makes of what older layers stored.
  enum Form: Sendable {
    /// As it is.
    case same
    /// Arrays side by side: the gates of Keras 1's cells.
    case columns
    /// A kernel of cuDNN: each gate's block holds its transpose under the kernel's own shape.
    case refilled(gates: Int)
    /// The two biases of cuDNN's LSTM, which are added up.
    case summed
    /// A kernel over time of Theano, which turns it around when it convolves.
    case reversed
    /// Keras 1's kernel over time for channels first, [filters, inputs, length, 1].
    case channelsFirst
  }

  let arrays: [StoredArray]
  let form: Form

  init(_ arrays: [StoredArray], _ form: Form = .same) {
    self.arrays = arrays
    self.form = form
  }

  /// Puts the numbers into a parameter of a shape that was found to fit.
  func fill(_ target: UnsafeMutableBufferPointer<Float>, shape: [Int]) {
    let values = arrays.first?.values ?? []
    switch form {
    case .same: _ = target.update(from: values)
    case .columns: join(into: target, rows: shape.count == 1 ? 1 : shape[0])
    case .refilled(let gates):
      refill(target, from: values, rows: shape[0], columns: shape[1], gates: gates)
    case .summed:
      for index in target.indices { target[index] = values[index] + values[target.count + index] }
    case .reversed:
      let step = target.count / max(shape[0], 1)
      for index in target.indices {
        target[index] = values[(shape[0] - 1 - index / step) * step + index % step]
      }
    case .channelsFirst:
      let (length, inputs, filters) = (shape[0], shape[1], shape[2])
      for index in target.indices {
        let (filter, input) = (index % filters, index / filters % inputs)
        target[index] = values[(filter * inputs + input) * length + index / filters / inputs]
      }
    }
  }

  private func refill(
    _ target: UnsafeMutableBufferPointer<Float>, from values: [Float], rows: Int, columns: Int,
    gates: Int
  ) {
    let width = columns / gates
    for gate in 0..<gates {
      for row in 0..<rows {
        for column in 0..<width {
          // The block's numbers in a row, cut anew into columns.
          let (a, b) = (column * rows + row).quotientAndRemainder(dividingBy: width)
          target[row * columns + gate * width + column] = values[a * columns + gate * width + b]
        }
      }
    }
  }

  private func join(into target: UnsafeMutableBufferPointer<Float>, rows: Int) {
    var place = 0
    for row in 0..<rows {
      for array in arrays {
        let width = array.count / max(rows, 1)
        for column in 0..<width { target[place + column] = array.values[row * width + column] }
        place += width
      }
    }
  }
}

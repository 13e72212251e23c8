import Tensors

/// A random matrix with orthonormal rows or columns, whichever are fewer, times a factor; as Keras's
/// `Orthogonal`.
///
/// The idea is that of Saxe, McClelland and Ganguli 2014. Axes before the last count as rows. A recurrent kernel [units, gates·units] has orthonormal rows
/// across all gates; it is not one orthogonal block for each gate.
public struct Orthogonal: NamedInitializer, Equatable {
  /// Keras's name of the class.
  public static let className = "Orthogonal"
  /// The factor.
  public var gain: Double

  /// An orthogonal matrix times a factor.
  public init(gain: Double = 1) { self.gain = gain }

  /// Fills a parameter: Q of the QR decomposition of normal numbers, with R's diagonal positive.
  public func fill(
    _ target: UnsafeMutableBufferPointer<Float>, shape: [Int], random: inout RandomStream
  ) {
    let columns = max(shape.last ?? 1, 1)
    let rows = target.count / columns
    let (length, count) = (max(rows, columns), min(rows, columns))
    let reflections = Reflections(length: length, count: count) { random.normal() }
    // Without a transpose the vectors of the basis are columns of the target, else its rows.
    let (alongVector, betweenVectors) = rows < columns ? (1, columns) : (columns, 1)
    reflections.forEachBasisVector { vector, numbers in
      for index in 0..<length {
        target[index * alongVector + vector * betweenVectors] = Float(gain * numbers[index])
      }
    }
  }
}

import Tensors

/// A one at the place that a whole number names and zeros elsewhere, as Keras's `CategoryEncoding` with
/// the output mode `one_hot`.
///
/// The ones and zeros are made only for layers that need them: a product with them is a choice of the
/// kernel's rows, and that is what recurrent and dense layers do. A number that names no place gives
/// zeros alone, as in Keras.
public struct CategoryEncoding: Layer {
  /// Keras's name of the class.
  public static let className = "CategoryEncoding"
  /// The layer's name.
  public var name: String?
  /// How many places there are.
  public var numTokens: Int
  /// Whether a sequence of one number stays a sequence, which in Keras it does not.
  package var keepsSteps = false

  /// A layer of `numTokens` places.
  public init(_ numTokens: Int, name: String? = nil) {
    self.numTokens = numTokens
    self.name = name
  }

  /// Declares room for the numbers, time-major; an axis of length one becomes the places.
  public func build(
    _ inputs: [Value], _ blueprint: inout Blueprint
  ) throws(NetworkError) -> [Value] {
    let input = try single(inputs)
    guard numTokens > 0 else {
      throw NetworkError("num_tokens must be positive, not \(numTokens).")
    }
    let extents = input.shape.dimensions
    let categories = blueprint.scratch(perRow: input.shape.count)
    blueprint.append(CategoryOperation(input: input, categories: categories))
    let places = extents.last == 1 && !keepsSteps ? Array(extents.dropLast()) : extents
    return [
      Value(
        shape: Shape(places + [numTokens]), data: Extent(offset: 0, perRow: 0), gradient: nil,
        mask: input.mask, categories: categories)
    ]
  }
}

/// Puts the numbers where readers find those of one step together.
private struct CategoryOperation: Operation {
  let input: Value
  let categories: Extent

  func forward(_ pass: borrowing Pass) {
    let numbers = pass.matrix(input)
    let target = pass.scratch(categories, columns: 1)
    guard input.shape.dimensions.count == 1 else {
      return target.base.update(from: numbers.base, count: target.rows)
    }
    // A list of numbers is no sequence of vectors yet, so it comes as [rows, T].
    for step in 0..<numbers.columns {
      for row in 0..<pass.rows {
        target.base[step * pass.rows + row] = numbers.base[row * numbers.columns + step]
      }
    }
  }

  func backward(_ pass: borrowing Pass) {
    // Whole numbers have no slope.
    pass.gradient(input)?.fill(0)
  }
}

/// A layer that chooses rows of its kernel where its input is a one among zeros.
protocol CategoryReader: Layer {}

extension LSTM: CategoryReader {}
extension GRU: CategoryReader {}
extension SimpleRNN: CategoryReader {}
extension Dense: CategoryReader {}
extension Sequential: CategoryReader {}
extension Functional: CategoryReader {}

extension Blueprint {
  /// The value with its ones and zeros in memory.
  mutating func materialized(_ value: Value) -> Value {
    guard value.categories != nil else { return value }
    let output = self.value(value.shape, differentiable: false, mask: value.mask)
    append(OneHotOperation(input: value, output: output))
    return output
  }
}

private struct OneHotOperation: Operation {
  let input: Value
  let output: Value

  func forward(_ pass: borrowing Pass) {
    let y = pass.features(output)
    y.fill(0)
    guard let categories = pass.categories(input) else { return }
    for place in 0..<y.rows {
      guard let column = categories.index(place, below: y.columns) else { continue }
      y.base[place * y.stride + column] = 1
    }
  }

  func backward(_ pass: borrowing Pass) {}
}

/// The places of the ones of a value, in the order of its rows.
struct Categories {
  private let numbers: UnsafePointer<Float>
  /// How many there are.
  let count: Int

  init(_ numbers: UnsafePointer<Float>, count: Int) {
    (self.numbers, self.count) = (numbers, count)
  }

  /// The place of a row's one; nil where its number names none.
  func index(_ row: Int, below count: Int) -> Int? {
    let number = numbers[row]
    guard number > -1, number < Float(count) else { return nil }
    return min(Int(number), count - 1)
  }

  /// Those of some rows.
  func rows(_ range: Range<Int>) -> Categories {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return Categories(numbers + range.lowerBound, count: range.count)
  }
}

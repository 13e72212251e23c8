import Kernels
import Tensors

/// A product that treats each row alike, with its own parameters.
protocol RowProduct: Operation {
  var input: Value { get }
  var output: Value { get }
  /// Whether only the layer's own activation reads the output.
  var isPrivate: Bool { get }

  /// Computes rows of the output from rows of the input.
  func forward(_ x: Matrix, into y: Matrix, _ pass: borrowing Pass)

  /// Adds what rows say to the parameters' gradients, and computes the input's if it is wanted.
  func backward(_ x: Matrix, _ dy: Matrix, into dx: Matrix?, _ pass: borrowing Pass)
}

extension RowProduct {
  func forward(_ pass: borrowing Pass) {
    forward(pass.features(input), into: pass.features(output), pass)
  }

  func backward(_ pass: borrowing Pass) {
    guard let dy = pass.featureGradient(output) else { return }
    backward(pass.features(input), dy, into: pass.featureGradient(input), pass)
  }
}

/// The product in front of a softmax of which only the loss is wanted, some rows at a time: a block of
/// logits, and then their gradient in its place, stays in a cache until nobody needs it any more.
public struct LogitsProduct: Sendable {
  /// The operations that need not run: the product and the activation.
  public let ending: Network.Ending
  private let operation: any RowProduct

  init(_ operation: any RowProduct, _ ending: Network.Ending) {
    (self.operation, self.ending) = (operation, ending)
  }

  /// Calls `body` for one block after the other, with its rows and their logits; what it leaves there
  /// is their gradient if it returns true, and then goes on to the parameters and to what is before.
  ///
  /// A block has the rows that gradients are summed by, so that blocks change no bit.
  ///
  /// - Parameters:
  ///   - pass: the shard, which has run forward as far as the product's input.
  ///   - body: what is to be done with a block.
  public func forEachBlock(
    _ pass: borrowing Pass, _ body: (_ rows: Range<Int>, _ logits: Matrix) -> Bool
  ) {
    let (x, dx) = (pass.features(operation.input), pass.featureGradient(operation.input))
    for first in stride(from: 0, to: x.rows, by: rowsPerSum) {
      let rows = first..<min(first + rowsPerSum, x.rows)
      let block = pass.features(operation.output).rows(0..<rows.count)
      operation.forward(x.rows(rows), into: block, pass)
      guard body(rows, block) else { continue }
      operation.backward(x.rows(rows), block, into: dx?.rows(rows), pass)
    }
  }
}

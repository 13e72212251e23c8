/// Adds up `count` summands into the first of them, in the one order in which things are added here: a binary
/// tree, left + right, in which what is empty is skipped.
///
/// - Parameters:
///   - count: how many summands there are.
///   - first: the distance of neighbours in the lowest level that is left to do.
///   - add: gets the numbers of two summands, the second of which becomes their sum.
public func addPairwise(
  _ count: Int, from first: Int = 1, _ add: (_ right: Int, _ left: Int) -> Void
) {
  var distance = first
  while distance < count {
    for left in stride(from: 0, to: count - distance, by: 2 * distance) {
      add(left + distance, left)
    }
    distance *= 2
  }
}

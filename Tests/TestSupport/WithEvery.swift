import Testing

/// Runs `body` for every value, and names the value in what the test reports if the body throws.
///
/// - Parameters:
///   - label: what the value is, as the report should call it
///   - values: the values to try
///   - body: the checks
/// - Throws: what `body` throws, after the value has been reported.
public func withEvery<Values: Sequence>(
  _ label: String, in values: Values, _ body: (Values.Element) throws -> Void
) rethrows {
  for value in values {
    do {
      try body(value)
    } catch {
      Issue.record("with \(label) = \(value): \(error)")
      throw error
    }
  }
}

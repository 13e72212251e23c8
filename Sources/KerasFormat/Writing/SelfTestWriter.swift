import HDF5

extension SelfTest {
  /// Writes the group of the test.
  func write(to file: borrowing NewFile) throws(HDF5Error) {
    try file.setAttribute("tolerance", of: Self.group, to: .number(tolerance))
    try file.setAttribute("seed", of: Self.group, to: .integer(seed))
    for (kind, arrays) in [("inputs", inputs), ("outputs", outputs)] {
      for (number, array) in arrays.enumerated() {
        try file.write(array.values, shape: array.shape, to: "\(Self.group)/\(kind)/\(number)")
      }
    }
  }
}

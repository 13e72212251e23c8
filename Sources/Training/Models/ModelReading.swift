import HDF5
import KerasFormat
import Networks

extension SavedModel {
  /// Reads the model in a file: one of ours at once, since its checksum says that it is whole, and
  /// any other in a child process with limits.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - rows: the most rows of a shard, for the network.
  ///   - inputs: the shapes of one sample of each input, where the file leaves sizes open.
  /// - Throws: a sentence when the file is damaged, or we cannot honour it.
  init(of path: String, rows: Int = 1, inputs: [Shape]? = nil) throws {
    guard try Checkpoint.isOurs(path) else {
      try self.init(path: path, rows: rows, inputs: inputs)
      return
    }
    try self.init(reading: File(reading: path), rows: rows, inputs: inputs)
  }
}

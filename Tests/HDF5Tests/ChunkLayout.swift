import CHDF5
import Foundation

@testable import HDF5

/// A layout of a dataset that tests write with libhdf5 itself, since our writer makes only usual ones.
struct ChunkLayout: Sendable {
  enum Step: CaseIterable { case deflate, shuffle, fletcher32 }

  var kind = NumberKind.float32
  var shape = [10, 3]
  var chunk = [4, 3]
  /// In the order of packing.
  var steps: [Step] = [.shuffle, .deflate]
  /// Bytes in front of the HDF5 file.
  var userBlock = 0
  var isBigEndian = false
  var hasPlainEdges = false
  /// Rows from which on nothing is written.
  var writtenRows: Int?

  var rowCount: Int { shape.dropFirst().reduce(1, *) }
  var elementSize: Int { kind.size }

  /// Writes the dataset `/x` with such bytes as elements; returns after the file is closed.
  func write(_ values: [UInt8], to path: String, _ change: (hid_t) -> Void = { _ in }) {
    _ = library.attempt { () -> Int32 in
      let creation = H5Pcreate(chdf5_file_create())
      if userBlock > 0 { H5Pset_userblock(creation, hsize_t(userBlock)) }
      let file = H5Fcreate(path, chdf5_truncate(), creation, standard)
      let space = H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, nil)
      let list = self.list()
      let type = H5Tcopy(kind.memoryType)
      if isBigEndian { H5Tset_order(type, H5T_ORDER_BE) }
      let dataset = H5Dcreate2(file, "x", type, space, standard, list, standard)
      write(values, to: dataset, space)
      change(dataset)
      for id in [dataset, type, list, space] { H5Idec_ref(id) }
      H5Pclose(creation)
      return NewFile.closeWritten(file)
    }
  }

  private func list() -> hid_t {
    let list = H5Pcreate(chdf5_dataset_create())
    H5Pset_chunk(list, Int32(chunk.count), chunk.map { hsize_t($0) })
    for step in steps {
      switch step {
      case .deflate: H5Pset_deflate(list, 4)
      case .shuffle: H5Pset_shuffle(list)
      case .fletcher32: H5Pset_fletcher32(list)
      }
    }
    if hasPlainEdges { H5Pset_chunk_opts(list, UInt32(H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS)) }
    return list
  }

  private func write(_ values: [UInt8], to dataset: hid_t, _ space: hid_t) {
    let rows = writtenRows ?? shape[0]
    if rows == 0 { return }
    let start = shape.map { _ in hsize_t(0) }
    let size = ([rows] + shape.dropFirst()).map { hsize_t($0) }
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nil, size, nil)
    let memory = H5Screate_simple(Int32(size.count), size, nil)
    H5Dwrite(dataset, kind.memoryType, memory, space, standard, values)
    H5Sclose(memory)
  }
}

extension NumberKind {
  /// The bytes of a number.
  var size: Int {
    switch self {
    case .int8, .uint8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }
}

extension ChunkLayout {
  /// A layout drawn at random.
  init(_ random: inout some RandomNumberGenerator) {
    kind = NumberKind.allCases.randomElement(using: &random) ?? .float32
    let rank = Int.random(in: 1...4, using: &random)
    shape = (0..<rank).map { Int.random(in: $0 == 0 ? 5...40 : 1...9, using: &random) }
    chunk = shape.map { Int.random(in: 1...$0, using: &random) }
    // Half of them as people write them: whole rows.
    if Bool.random(using: &random) { chunk = [chunk[0]] + shape.dropFirst() }
    let count = Int.random(in: 1...3, using: &random)
    steps = Array(Step.allCases.shuffled(using: &random).prefix(count))
    userBlock = Int.random(in: 0..<5, using: &random) == 0 ? 512 : 0
    isBigEndian = Int.random(in: 0..<8, using: &random) == 0
    hasPlainEdges = Int.random(in: 0..<8, using: &random) == 0
    if Int.random(in: 0..<6, using: &random) == 0 {
      writtenRows = Int.random(in: 0...shape[0], using: &random)
    }
  }

  /// Elements of which some repeat, so that there is something to pack.
  func values(_ random: inout some RandomNumberGenerator) -> [UInt8] {
    (0..<shape.reduce(elementSize, *)).map { _ in
      Bool.random(using: &random) ? 1 : UInt8.random(in: 0...255, using: &random)
    }
  }
}

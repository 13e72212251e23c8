import CHDF5

/// A filter that packed the chunks of a dataset.
public struct Filter: Sendable, Equatable {
  /// The number by which the file names it.
  public let id: Int
  /// Its usual name.
  public let name: String
  /// Whether this build of libhdf5 can undo it.
  public let isAvailable: Bool
  /// What it was told when the chunks were packed: the bytes of an element for shuffle.
  let values: [UInt32]

  private static let names: [Int: String] = [
    1: "deflate (gzip)", 2: "shuffle", 3: "fletcher32", 4: "szip", 5: "nbit", 6: "scaleoffset",
    305: "lzo", 307: "bzip2", 32000: "lzf", 32001: "blosc", 32002: "mafisc", 32003: "snappy",
    32004: "lz4", 32008: "bitshuffle", 32013: "zfp", 32015: "zstd", 32017: "sz",
    32019: "fcidecomp", 32023: "sperr", 32024: "sz3", 32026: "blosc2",
  ]

  init(id: Int, storedName: String, isAvailable: Bool, values: [UInt32]) {
    self.id = id
    self.values = values
    name = Self.names[id] ?? (storedName.isEmpty ? "number \(id)" : storedName)
    self.isAvailable = isAvailable
  }
}

/// How the elements of a dataset lie in the file.
public struct Storage: Sendable, Equatable {
  /// The ways to store elements.
  public enum Layout: Sendable, Equatable {
    /// In the header of the dataset.
    case compact
    /// In one piece.
    case contiguous
    /// In chunks of the given shape.
    case chunked([Int])
    /// In other datasets, perhaps of other files; never read.
    case virtual
    /// In other files of any kind; never read.
    case external
  }
  /// The way the elements are stored.
  public let layout: Layout
  /// The filters of its chunks in the order of writing.
  public let filters: [Filter]
  /// Whether chunks that reach over an edge are stored as they are.
  let hasPlainEdges: Bool

  init(dataset: hid_t, _ location: Location) throws(HDF5Error) {
    let list = try Handle("cannot read the layout of", location, .damaged) {
      H5Dget_create_plist(dataset)
    }
    layout = try Self.layout(list.id, location)
    let count = try library.call("cannot read the filters of", location, .damaged) {
      H5Pget_nfilters(list.id)
    }
    var filters: [Filter] = []
    for index in 0..<UInt32(count) { filters.append(try Self.filter(list.id, index, location)) }
    self.filters = filters
    hasPlainEdges = library.attempt { chdf5_has_plain_edges(list.id) }.result != 0
  }

  private static func layout(_ list: hid_t, _ location: Location) throws(HDF5Error) -> Layout {
    let external = try library.call("cannot read the layout of", location, .damaged) {
      H5Pget_external_count(list)
    }
    if external > 0 { return .external }
    let layout = try library.call("cannot read the layout of", location, .damaged) {
      H5Pget_layout(list).rawValue
    }
    switch H5D_layout_t(rawValue: layout) {
    case H5D_COMPACT: return .compact
    case H5D_CONTIGUOUS: return .contiguous
    case H5D_VIRTUAL: return .virtual
    default:
      var sizes = [hsize_t](repeating: 0, count: 32)
      let rank = try library.call("cannot read the chunks of", location, .damaged) {
        H5Pget_chunk(list, 32, &sizes)
      }
      return .chunked(sizes.prefix(Int(rank)).map { Int(clamping: $0) })
    }
  }

  private static func filter(
    _ list: hid_t, _ index: UInt32, _ location: Location
  ) throws(HDF5Error) -> Filter {
    var flags: UInt32 = 0
    var count = 8
    var values = [UInt32](repeating: 0, count: count)
    var name = [CChar](repeating: 0, count: 128)
    let id = try library.call("cannot read the filters of", location, .damaged) {
      H5Pget_filter2(list, index, &flags, &count, &values, name.count, &name, nil)
    }
    let available = library.attempt { H5Zfilter_avail(id) }.result > 0
    let stored = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return Filter(
      id: Int(id), storedName: String(decoding: stored, as: UTF8.self), isAvailable: available,
      values: Array(values.prefix(count)))
  }
}

extension Storage {
  /// The reason why the elements cannot be read, or nil if they can.
  func refusal(_ location: Location) -> HDF5Error? {
    switch layout {
    case .virtual:
      return HDF5Error(
        .refused,
        "\(location) is a virtual dataset, whose values are in other files; virtual datasets are "
          + "not followed, so copy the values into one file with 'h5repack' or h5py")
    case .external:
      return HDF5Error(
        .refused,
        "\(location) keeps its values in another file; external storage is not followed, so copy "
          + "the values into one file with 'h5repack' or h5py")
    case .compact, .contiguous, .chunked: break
    }
    guard let filter = filters.first(where: { !$0.isAvailable }) else { return nil }
    return HDF5Error(
      .missingFilter,
      "\(location) is packed with the filter \(filter.name), which this libhdf5 does not have; "
        + "where the filter is installed run 'h5repack -f GZIP=4 old.h5 new.h5', or write it again "
        + "in h5py with compression=\"gzip\"")
  }
}

import CHDF5

/// Owns one libhdf5 identifier of any kind and releases it exactly once.
struct Handle: ~Copyable, Sendable {
  let id: hid_t

  init(
    _ doing: @autoclosure () -> String, _ location: Location,
    _ reason: HDF5Error.Reason = .failed, _ open: () -> hid_t
  ) throws(HDF5Error) {
    id = try library.call(doing(), location, reason, open)
  }

  /// Takes an identifier that an earlier call opened.
  init(owning id: hid_t) { self.id = id }

  deinit { library.release(id) }

  /// Releases the identifier and reports a failure: data below 64 KiB is only written here.
  ///
  /// After a failed close the identifier is left to the process's end. libhdf5 1.10 may have
  /// freed half of it, and a second attempt can crash.
  consuming func close(
    _ doing: String, _ location: Location, by release: (hid_t) -> Int32 = H5Idec_ref
  ) throws(HDF5Error) {
    let id = self.id
    discard self
    _ = try library.call(doing, location, .cannotWrite) { release(id) }
  }
}

import CHDF5
import Glibc
import Synchronization

/// The one door to libhdf5 in this process.
let library = Library()

/// Brings libhdf5 up: afterwards reading a file in memory needs nothing of the system but memory.
package func prepareHDF5() { _ = library.attempt { 0 } }

/// libhdf5's property list, dataspace and error stack "as usual", all of them 0 in every version.
let standard: hid_t = 0

/// Serializes every call into libhdf5 and turns its failures into errors.
///
/// libhdf5 has one lock of its own at best (Debian's build) and none at worst, so there is one
/// here. Bodies given to `call` contain only C calls: the lock is not recursive.
struct Library: ~Copyable, Sendable {
  private let lock = Mutex<Void>(())

  init() {
    Self.clearEnvironment()
    // First of all calls: after a failed close libhdf5's exit handler would crash (h5py #914).
    _ = H5dont_atexit()
    _ = H5open()
    // No plug-ins, so no file can make us load code, and no link that leads to another file.
    _ = H5PLset_loading_state(0)
    _ = H5Eset_auto2(standard, nil, nil)
    _ = H5Lunregister(H5L_TYPE_EXTERNAL)
    _ = H5Eclear2(standard)
  }

  /// Removes the variables by which the environment could redirect reads.
  private static func clearEnvironment() {
    for name in [
      "HDF5_PLUGIN_PATH", "HDF5_PLUGIN_PRELOAD", "HDF5_EXTFILE_PREFIX", "HDF5_EXT_PREFIX",
      "HDF5_VDS_PREFIX", "HDF5_DISABLE_VERSION_CHECK",
    ] { unsetenv(name) }
  }

  /// Runs C calls under the lock; a negative result becomes an error made from libhdf5's own words.
  ///
  /// - Parameters:
  ///   - doing: the beginning of the sentence, "cannot read".
  ///   - location: the object that it is done to.
  ///   - reason: the kind of failure to report.
  ///   - body: calls into libhdf5 and nothing else.
  /// - Returns: what `body` returned.
  /// - Throws: `HDF5Error` if that was negative.
  borrowing func call<R: BinaryInteger>(
    _ doing: @autoclosure () -> String, _ location: Location,
    _ reason: HDF5Error.Reason = .failed, _ body: () -> R
  ) throws(HDF5Error) -> R {
    let (result, detail) = attempt(body)
    guard result >= 0 else {
      throw HDF5Error(reason, "\(doing()) \(location): \(detail)")
    }
    return result
  }

  /// Runs C calls under the lock and returns their result with libhdf5's explanation of a failure.
  borrowing func attempt<R: BinaryInteger>(_ body: () -> R) -> (result: R, detail: String) {
    lock.withLock { _ in
      // The error stack belongs to the thread, and so does its habit of printing itself.
      _ = H5Eset_auto2(standard, nil, nil)
      let result = body()
      return (result, result < 0 ? ErrorStack.explanation() : "")
    }
  }

  /// Releases an identifier; used where a failure cannot lose data.
  borrowing func release(_ id: hid_t) {
    _ = attempt { H5Idec_ref(id) }
  }
}

/// What libhdf5 has to say about the call that just failed on this thread.
private enum ErrorStack {
  static func explanation() -> String {
    var texts: [String] = []
    _ = withUnsafeMutablePointer(to: &texts) { texts in
      H5Ewalk2(
        standard, H5E_WALK_UPWARD,
        { _, entry, context in
          if let text = entry?.pointee.desc {
            context?.assumingMemoryBound(to: [String].self).pointee.append(String(cString: text))
          }
          return 0
        }, texts)
    }
    _ = H5Eclear2(standard)
    let system = texts.lazy.compactMap(systemMessage).first
    return system ?? texts.first ?? "libhdf5 gives no reason"
  }

  /// The operating system's own words inside libhdf5's, "No space left on device".
  private static func systemMessage(_ text: String) -> String? {
    let marker = "error message = '"
    guard let start = text.range(of: marker) else { return nil }
    return String(text[start...].prefix { $0 != "'" })
  }
}

extension String {
  /// The position after the first occurrence of a text.
  fileprivate func range(of text: String) -> String.Index? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return index(start, offsetBy: text.count) }
      formIndex(after: &start)
    }
    return nil
  }
}

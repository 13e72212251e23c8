import CPlatform
import Glibc

/// Which program reads the files of strangers: the command `lockstep`, wherever it is.
enum ModelReaderProgram {
  /// The variable that names it for programs that only use our library.
  static let variable = "LOCKSTEP_JAIL"

  /// The program's path, as it is and as it is named in sentences.
  static func path() throws(KerasFormatError) -> String {
    let own = link("/proc/self/exe") ?? ""
    // By this name it is found even after the file was replaced.
    if isCommand(own) { return "/proc/self/exe" }
    if let named = getenv(variable).map({ String(cString: $0) }), !named.isEmpty {
      if isProgram(named) { return named }
      throw KerasFormatError(
        "Reading a model file: the variable \(variable) names '\(named)', which is no program; expected "
          + "the command 'lockstep'.")
    }
    let search = getenv("PATH").map { String(cString: $0) } ?? ""
    let folders =
      above(own) + above(code()) + search.split(separator: ":").map { String($0) }
    if let found = folders.map({ $0 + "/lockstep" }).first(where: isProgram) { return found }
    throw KerasFormatError(
      "Reading a model file: model files are read in a process of the command 'lockstep', which is "
        + "neither beside this program nor in PATH; install it or set \(variable) to its path.")
  }

  /// Whether a path is that of the command, also after the file was removed.
  private static func isCommand(_ path: String) -> Bool {
    let name = path.split(separator: "/").last ?? ""
    return name == "lockstep" || name == "lockstep (deleted)"
  }

  private static func isProgram(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      && access(path, X_OK) == 0
  }

  /// The folder of a file and the two above it: a test bundle lies below what it was built with.
  private static func above(_ path: String) -> [String] {
    var parts = path.split(separator: "/").dropLast()
    var folders: [String] = []
    while folders.count < 3, !parts.isEmpty {
      folders.append("/" + parts.joined(separator: "/"))
      parts.removeLast()
    }
    return folders
  }

  /// The file that this code was loaded from: in tests it is not the program that runs.
  private static func code() -> String {
    guard let name = lockstep_code_path() else { return "" }
    guard let full = realpath(name, nil) else { return String(cString: name) }
    defer { free(full) }
    return String(cString: full)
  }

  private static func link(_ path: String) -> String? {
    let target = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, filled in
      guard let base = buffer.baseAddress else { return }
      filled = max(
        0,
        readlink(
          path, UnsafeMutableRawPointer(base).assumingMemoryBound(to: CChar.self), buffer.count))
    }
    return target.isEmpty ? nil : String(decoding: target, as: UTF8.self)
  }
}

/// The directory that a path is in, `.` for a name alone.
///
/// Foundation's own `deletingLastPathComponent` traps on names of one letter (Swift 6.3, Linux).
///
/// - Parameter path: a path; slashes at its end do not count.
/// - Returns: the directory's path.
func parentDirectory(of path: String) -> String {
  let name = path.reversed().drop { $0 == "/" }
  guard let slash = name.firstIndex(of: "/") else { return path.hasPrefix("/") ? "/" : "." }
  let parent = String(name[slash...].drop { $0 == "/" }.reversed())
  return parent.isEmpty ? "/" : parent
}

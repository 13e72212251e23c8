import Foundation

/// What standard output is connected to.
struct Terminal: Sendable {
  /// Whether a person may be looking, so that lines can be drawn again.
  let isInteractive: Bool
  /// How many characters fit on a line.
  let columns: Int
  /// How many lines fit.
  let rows: Int

  /// The terminal of this process; `COLUMNS` comes first, then what the terminal itself says.
  init() {
    let environment = ProcessInfo.processInfo.environment
    isInteractive = isatty(STDOUT_FILENO) == 1 && environment["TERM"] != "dumb"
    let size = Self.size
    let wanted = environment["COLUMNS"].flatMap { Int($0) } ?? size?.columns ?? 80
    columns = min(max(wanted, 40), 1000)
    rows = max(size?.rows ?? 24, 4)
  }

  init(isInteractive: Bool, columns: Int, rows: Int = 24) {
    self.rows = rows
    self.isInteractive = isInteractive
    self.columns = columns
  }

  private static var size: (columns: Int, rows: Int)? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}

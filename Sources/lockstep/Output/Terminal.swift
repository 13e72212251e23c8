import Foundation

/// What standard output is connected to.
struct Terminal: Sendable {
  /// Whether a person may be looking, so that lines can be drawn again.
  let isInteractive: Bool
  /// How many characters fit on a line.
  let columns: Int

  /// The terminal of this process; `COLUMNS` comes first, then what the terminal itself says.
  init() {
    let environment = ProcessInfo.processInfo.environment
    isInteractive = isatty(STDOUT_FILENO) == 1 && environment["TERM"] != "dumb"
    let wanted = environment["COLUMNS"].flatMap { Int($0) } ?? Self.width ?? 80
    columns = min(max(wanted, 40), 1000)
  }

  init(isInteractive: Bool, columns: Int) {
    self.isInteractive = isInteractive
    self.columns = columns
  }

  private static var width: Int? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}

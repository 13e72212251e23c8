import Foundation

/// The program that draws.
struct Gnuplot {
  private let program: URL

  /// Looks for gnuplot on the path.
  init() throws {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    let places = folders.map { "\($0)/gnuplot" }
    guard let found = places.first(where: FileManager.default.isExecutableFile) else {
      throw CommandError(
        "pictures are drawn by gnuplot, which is not here; install it, on Debian and Ubuntu by "
          + "'apt-get install gnuplot-nox'", .unavailable)
    }
    program = URL(fileURLWithPath: found)
  }

  /// Draws a script as PNG and as SVG, and says where they are; folders that are missing are made.
  ///
  /// - Parameters:
  ///   - script: what to draw, data included.
  ///   - path: the pictures' path without the ending.
  ///   - isQuiet: whether the paths are left out of what is printed.
  /// - Throws: a sentence when a picture cannot be created or gnuplot refuses the script.
  func draw(_ script: String, as path: String, isQuiet: Bool = false) throws {
    for (ending, terminal) in [
      ("png", "pngcairo size 960,600 font \"sans,11\""), ("svg", "svg size 960,600 dynamic"),
    ] {
      let file = "\(path).\(ending)"
      try run(
        "set terminal \(terminal) noenhanced\nset output \(Self.quoted(file))\n\(script)", file)
      if !isQuiet { Output.line(file) }
    }
  }

  /// Draws a script as SVG for a page.
  ///
  /// - Parameters:
  ///   - script: what to draw, data included.
  ///   - width: units that the picture is wide.
  ///   - height: units that it is high.
  /// - Returns: what gnuplot's terminal `svg` gives.
  /// - Throws: a sentence when gnuplot refuses the script.
  func svg(_ script: String, width: Int, height: Int) throws -> String {
    let terminal = "set terminal svg size \(width),\(height) dynamic font \"sans-serif,13\""
    return try draw("\(terminal) noenhanced\n\(script)", "a picture")
  }

  private func run(_ script: String, _ file: String) throws {
    let files = FileManager.default
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    // A folder that cannot be made has no file either, and then the file's error is the one to tell.
    try? files.createDirectory(at: folder, withIntermediateDirectories: true)
    // What gnuplot cannot write it leaves out with a mere warning, so it is tried first.
    guard files.createFile(atPath: file, contents: nil) else {
      throw CommandError(
        "cannot create '\(file)': \(String(cString: strerror(errno)))", .output)
    }
    do { _ = try draw(script, "'\(file)'") } catch {
      try? FileManager.default.removeItem(atPath: file)
      throw error
    }
  }

  /// Has a script drawn, and gives what gnuplot printed.
  private func draw(_ script: String, _ title: String) throws -> String {
    let process = Process()
    let (input, output, errors) = (Pipe(), Pipe(), Pipe())
    process.executableURL = program
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // gnuplot reads all before it says much, so one after the other cannot block.
    input.fileHandleForWriting.write(Data(script.utf8))
    try input.fileHandleForWriting.close()
    let drawn = try output.fileHandleForReading.readToEnd() ?? Data()
    let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus != 0 else { return String(decoding: drawn, as: UTF8.self) }
    let lines = said.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    throw CommandError(
      "gnuplot could not draw \(title): \(lines.last { !$0.isEmpty } ?? "it did not say why")",
      .software)
  }

  /// A text as gnuplot wants it, shown as it is.
  static func quoted(_ text: String) -> String {
    let safe = text.replacingOccurrences(of: "'", with: "''").filter { !$0.isNewline }
    return "'\(safe)'"
  }
}

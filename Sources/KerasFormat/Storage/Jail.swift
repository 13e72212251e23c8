import CPlatform
import Glibc

/// A child process that reads one file, seen from the process that asked for it.
///
/// The child may crash, hang, or have been taken over by the file: nothing that it sends is
/// believed, and it is gone when this value is.
struct Jail: ~Copyable {
  private let name: String
  private let process: pid_t
  private let output: Int32
  private let seconds: Int
  private let deadline: ContinuousClock.Instant

  /// Starts the child.
  ///
  /// - Parameters:
  ///   - file: the open file, at its beginning.
  ///   - size: its length.
  ///   - name: what to call it in sentences.
  ///   - limits: how much it may ask for.
  ///   - work: what the child is to do, with what it needs to know beside the limits.
  /// - Throws: a sentence if no child can be started.
  init(
    reading file: Int32, size: Int, name: String, limits: ReadingLimits,
    work: [String] = [ModelReaderProcess.argument]
  ) throws(KerasFormatError) {
    let program = try ModelReaderProgram.path()
    var pipe: [Int32] = [-1, -1]
    let failure = lockstep_make_pipe(&pipe)
    guard failure == 0 else { throw Self.cannotStart(program, failure) }
    let arguments = [
      "lockstep", work[0], name, String(limits.fileBytes), String(limits.textBytes),
      String(limits.seconds),
    ]
    var process = pid_t(-1)
    let error = withCStrings(arguments + work.dropFirst()) {
      lockstep_start_reader(program, $0, file, pipe[1], &process)
    }
    close(pipe[1])
    guard error == 0 else {
      close(pipe[0])
      throw Self.cannotStart(program, error)
    }
    self.name = name
    self.process = process
    self.output = pipe[0]
    self.seconds = limits.seconds(file: size)
    // The child has its own clock; this one is for a child that stops it.
    let patience = LOCKSTEP_READER_PATIENCE * limits.seconds(file: size)
    deadline = ContinuousClock.now + .milliseconds(patience * 1000 + 700)
  }

  deinit {
    close(output)
    kill(process, SIGKILL)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
  }

  private static func cannotStart(_ program: String, _ code: Int32) -> KerasFormatError {
    KerasFormatError(
      "Reading a model file: the process '\(program)' that is to read it cannot be started: "
        + "\(String(cString: strerror(code))).")
  }

  /// Receives exactly as many bytes as there is room for.
  ///
  /// - Parameter room: where they go.
  /// - Throws: a sentence if they do not come, or not in time.
  func receive(into room: UnsafeMutableRawBufferPointer) throws(KerasFormatError) {
    var filled = 0
    while filled < room.count {
      try wait()
      let got = read(output, room.baseAddress.map { $0 + filled }, room.count - filled)
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { throw ended() }
      filled += got
    }
  }

  /// Receives bytes, whose number the child has said: memory is taken as they come.
  func receive(_ count: Int) throws(KerasFormatError) -> [UInt8] {
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: min(max(count, 0), 1 << 20))
    while bytes.count < count {
      let size = min(count - bytes.count, part.count)
      var failure: KerasFormatError?
      part.withUnsafeMutableBytes { room in
        do throws(KerasFormatError) {
          try receive(into: UnsafeMutableRawBufferPointer(rebasing: room[..<size]))
        } catch { failure = error }
      }
      if let failure { throw failure }
      bytes += part[..<size]
    }
    return bytes
  }

  /// Waits until there is something to read.
  private func wait() throws(KerasFormatError) {
    while true {
      let left = deadline - .now
      guard left > .zero else { throw tooSlow() }
      let milliseconds = left / .milliseconds(1)
      var request = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      let ready = poll(&request, 1, Int32(min(max(milliseconds, 1), 1e6)))
      if ready > 0 { return }
    }
  }

  /// Why the child has closed its output before it was done.
  private func ended() -> KerasFormatError {
    var status: Int32 = 0
    while waitpid(process, &status, WNOHANG) == 0 {
      if ContinuousClock.now > deadline { return tooSlow() }
      usleep(1000)
    }
    let signal = status & 0x7F
    if signal == SIGALRM || signal == SIGXCPU { return tooSlow() }
    if signal == 0, status >> 8 & 0xFF == 64 { return otherVersion() }
    return KerasFormatError(
      "The file '\(name)' is damaged or hostile: the process that was kept apart to read it crashed "
        + "or needed too much memory. Nothing of it was used; get the file again, or save it again."
    )
  }

  private func tooSlow() -> KerasFormatError {
    KerasFormatError(
      "The file '\(name)' is damaged or hostile: reading it took more than \(seconds) seconds. Nothing "
        + "of it was used; get the file again, or save it again.")
  }

  /// What the child sends makes no sense.
  func malformed() -> KerasFormatError {
    KerasFormatError(
      "The file '\(name)' is damaged or hostile: what the process sent that was kept apart to read it "
        + "makes no sense. Nothing of it was used; get the file again, or save it again.")
  }

  func otherVersion() -> KerasFormatError {
    KerasFormatError(
      "Reading '\(name)': the command 'lockstep' that was found to read it is of another version. "
        + "Install this version, or name its path in \(ModelReaderProgram.variable).")
  }
}

/// Calls with a list of C strings that ends with a null.
private func withCStrings<R>(
  _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R
) -> R {
  let copies = texts.map { UnsafePointer(strdup($0)) }
  defer { for copy in copies { free(UnsafeMutablePointer(mutating: copy)) } }
  return (copies + [nil]).withUnsafeBufferPointer { buffer in
    guard let base = buffer.baseAddress else { preconditionFailure("a list of one null at least") }
    return body(base)
  }
}

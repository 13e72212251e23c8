import CPlatform
import Glibc
import HDF5

/// The process that reads one file of a stranger and sends what it holds to the process that
/// started it.
///
/// It is this program started again. It reads the file from its standard input, gives up
/// every right that it does not need, and only then looks at a byte of it. What it sends:
///
///     magic, 8 bytes · 0 or 1, 8 · length, 8 · a packet or, after 1, a sentence · values, float32
public enum ModelReaderProcess {
  /// The first argument by which the program knows that it is to be this process.
  public static let argument = "__read-model"

  /// Names the form of what is sent, so that a program of another version is recognized.
  static let magic: [UInt8] = Array("LSKMODL1".utf8)

  /// Does the work and ends the process.
  ///
  /// - Parameter arguments: what follows `argument`: the file's name for sentences, then the
  ///   limits in bytes and seconds.
  public static func run(_ arguments: [String]) -> Never {
    let (image, limits) = begin(arguments)
    do {
      try send(ModelFile(image, name: arguments[0], limits: limits))
    } catch {
      send(status: 1, Array("\(error)".utf8))
    }
    _exit(0)
  }

  /// Does other work on the file, sends the text that comes of it, and ends the process.
  ///
  /// - Parameters:
  ///   - arguments: as above, and then what the work needs.
  ///   - work: gets the file.
  package static func run(_ arguments: [String], work: (FileImage) throws -> String) -> Never {
    let (image, _) = begin(arguments)
    do {
      send(status: 0, Array(try work(image).utf8))
    } catch {
      send(status: 1, Array("\(error)".utf8))
    }
    _exit(0)
  }

  /// Reads the file, and gives up every right.
  private static func begin(_ arguments: [String]) -> (FileImage, ReadingLimits) {
    guard arguments.count >= 4, let fileBytes = Int(arguments[1]),
      let textBytes = Int(arguments[2]), let seconds = Int(arguments[3])
    else { _exit(64) }
    var limits = ReadingLimits()
    (limits.fileBytes, limits.textBytes, limits.seconds) = (fileBytes, textBytes, seconds)
    var status = stat()
    guard fstat(STDIN_FILENO, &status) == 0, (0...limits.fileBytes).contains(Int(status.st_size))
    else { _exit(74) }
    let size = Int(status.st_size)
    lockstep_limit_reader(
      UInt64(ReadingLimits.memory(file: size)), UInt32(limits.seconds(file: size)))
    guard let image = read(size) else { _exit(74) }
    prepareHDF5()
    lockstep_confine_reader()
    return (image, limits)
  }

  /// The whole standard input; nil if the system does not give as many bytes.
  private static func read(_ size: Int) -> FileImage? {
    FileImage(size: size) { room in
      var filled = 0
      while filled < size {
        let got = Glibc.read(STDIN_FILENO, room.baseAddress.map { $0 + filled }, size - filled)
        if got < 0 && errno == EINTR { continue }
        if got <= 0 { break }
        filled += got
      }
      return filled
    }
  }

  private static func send(_ file: borrowing ModelFile) throws {
    send(status: 0, file.model.packet)
    for array in file.model.arrays {
      try file.values(of: array).withUnsafeBytes { write($0) }
    }
  }

  private static func send(status: Int, _ content: [UInt8]) {
    var head = PacketWriter()
    head.put(status)
    head.put(content.count)
    for part in [magic, head.bytes, content] { part.withUnsafeBytes { write($0) } }
  }

  /// Writes everything, or ends: the process that wanted it has gone.
  private static func write(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      let put = Glibc.write(STDOUT_FILENO, part.baseAddress, part.count)
      if put < 0 && errno == EINTR { continue }
      if put <= 0 { _exit(0) }
      rest = rest.dropFirst(put)
    }
  }
}

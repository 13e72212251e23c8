import Foundation

/// What computes: noted in checkpoints, since other processors may round other last digits.
enum Machine {
  /// The processor's name, as the system gives it.
  static let description: String = {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
    return name ?? "unknown processor"
  }()

  /// The system's name and release, such as `Linux 6.1.0`.
  static let system: String = {
    let release = (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)) ?? ""
    return "Linux \(release)".trimmingCharacters(in: .whitespacesAndNewlines)
  }()

  /// The most bytes of memory that this process has had.
  static var peakMemory: Int {
    var usage = rusage()
    guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
    return Int(usage.ru_maxrss) << 10
  }
}

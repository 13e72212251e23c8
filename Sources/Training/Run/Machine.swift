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
}

import Foundation

/// How much of the machine the control groups of this process grant: containers and services often
/// see all cores, and may use the time of a few.
struct CoreQuota {
  /// Cores' worth of time; nil for no limit.
  let cores: Double?

  /// Reads the limits of this process; what cannot be read limits nothing.
  ///
  /// - Parameters:
  ///   - root: where control groups are mounted.
  ///   - groups: the groups that the process is in, a line each, as `/proc/self/cgroup` has them.
  init(root: String = "/sys/fs/cgroup", groups: String = CoreQuota.ownGroups) {
    var found: [Double] = []
    for line in groups.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let controllers = fields[1].split(separator: ",")
      guard controllers.isEmpty || controllers.contains("cpu") else { continue }
      let mount = controllers.isEmpty ? root : "\(root)/\(fields[1])"
      for folder in Self.folders(of: String(fields[2]), in: mount) {
        found += [Self.limit(in: folder)].compactMap(\.self)
      }
    }
    cores = found.min()
  }

  private static var ownGroups: String { text("/proc/self/cgroup") ?? "" }

  /// A group's folder and those above it, since each of them limits it.
  private static func folders(of group: String, in mount: String) -> [String] {
    let names = group.split(separator: "/").map(String.init)
    return (0...names.count).map { ([mount] + names.prefix($0)).joined(separator: "/") }
  }

  /// The limit of one group, by the files of version 2 or of version 1.
  private static func limit(in folder: String) -> Double? {
    let numbers =
      text("\(folder)/cpu.max")?.split(whereSeparator: \.isWhitespace)
      .map { Double($0) ?? -1 }
      ?? ["quota", "period"].map { name in
        let number = text("\(folder)/cpu.cfs_\(name)_us")?.filter { !$0.isWhitespace }
        return number.flatMap { Double($0) } ?? -1
      }
    // `max`, or -1 in version 1, is no limit.
    guard numbers.count == 2, numbers[0] > 0, numbers[1] > 0 else { return nil }
    return numbers[0] / numbers[1]
  }

  private static func text(_ path: String) -> String? {
    try? String(contentsOfFile: path, encoding: .utf8)
  }
}

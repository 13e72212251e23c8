import Foundation
import KerasFormat
import Networks

/// What worker probes found, a small file for each machine and model: `~/.cache/lockstep/workers/….json`.
///
/// It only saves a second: one that cannot be read, or is not what was written, is as good as none, and
/// one that cannot be written is not missed.
struct WorkerCache {
  private let path: String
  private let cores: Int

  /// The place of a trainer's result.
  ///
  /// - Parameters:
  ///   - trainer: what is trained; its layers, shapes, shards and optimizer make the name of the file.
  ///   - shape: the extents of a sample.
  ///   - folder: where caches are; nil for nowhere.
  ///   - cores: how many cores there are to use.
  init?(_ trainer: Trainer, _ shape: SampleShape, in folder: String?, cores: Int) {
    guard let folder else { return nil }
    let description = Self.description(trainer, shape, cores)
    let digest = SHA256.digest(of: Array(description.utf8)).description
    path = "\(folder)/lockstep/workers/\(digest.prefix(32)).json"
    self.cores = cores
  }

  /// `$XDG_CACHE_HOME`, or `~/.cache`; nil where the environment names neither by an absolute path.
  static var standardFolder: String? {
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") { return folder }
    return environment["HOME"].flatMap { $0.hasPrefix("/") ? "\($0)/.cache" : nil }
  }

  /// All that a step's time depends on.
  private static func description(
    _ trainer: Trainer, _ shape: SampleShape, _ cores: Int
  ) -> String {
    let (network, settings) = (trainer.network, trainer.settings)
    let layers = network.summaries.map {
      "\($0.className) \($0.outputs) \($0.parameters) \($0.flops)"
    }
    let lines = [
      lockstepVersion, Machine.description, "\(cores) cores", shape.inputs.list, shape.targets.list,
      "\(settings.plan.batchSize) rows in \(settings.plan.shards) shards",
      "\(settings.accumulateSteps) \(settings.averaging)",
      "\(trainer.optimizer.name) \(trainer.optimizer.stateNames)",
      "\(network.parameterCount) \(network.workspaceCount)",
    ]
    return (lines + layers).joined(separator: "\n")
  }

  /// What was found before; nil where nothing was, or it cannot be told.
  func read() -> [(workers: Int, seconds: Double)]? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size < 1 << 16,
      let data = FileManager.default.contents(atPath: path),
      let json = try? JSON(parsing: String(decoding: data, as: UTF8.self)),
      let pairs = json["worker_seconds"]?.object?.pairs
    else { return nil }
    let times = pairs.compactMap { key, value -> (workers: Int, seconds: Double)? in
      guard let workers = Int(key), (1...cores).contains(workers), let seconds = value.double,
        seconds > 0, seconds.isFinite
      else { return nil }
      return (workers, seconds)
    }
    return times.count == pairs.count && times.count > 1 ? times : nil
  }

  /// Keeps what was found, if that is possible.
  func write(_ choice: WorkerChoice) {
    var object = JSONObject()
    for (key, value) in choice.fields { object[key] = value }
    object["machine"] = .string(Machine.description)
    let folder = parentDirectory(of: path)
    try? FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try? AtomicFile.write(JSON.object(object).description + "\n", to: path)
  }
}

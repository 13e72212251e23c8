import KerasFormat

/// How many workers a run has, and why.
public struct WorkerChoice: Sendable {
  /// How many work at the same time.
  public let count: Int
  /// Why so many, as a phrase.
  public let reason: String
  /// Seconds of a step with so many workers, where that was tried, on this day or an earlier one.
  public var times: [(workers: Int, seconds: Double)] = []

  /// A number that was fixed without trying any.
  init(_ count: Int, _ reason: String) { (self.count, self.reason) = (count, reason) }

  /// The fastest of those that were tried; of those within 3 % of it, the smallest.
  ///
  /// - Parameters:
  ///   - times: seconds of a step by the number of workers; at least one.
  ///   - origin: whether it was tried now, as a phrase.
  init(fastestOf times: [(workers: Int, seconds: Double)], _ origin: String) {
    precondition(!times.isEmpty, "nothing was tried")
    let least = times.reduce(.infinity) { min($0, $1.seconds) }
    let near = times.filter { $0.seconds <= 1.03 * least }.map(\.workers)
    count = near.min() ?? times[0].workers
    let each = times.sorted { $0.workers < $1.workers }.map { workers, seconds in
      "\(workers) \(workers == 1 ? "takes" : "take") \(Self.milliseconds(seconds))"
    }
    reason = "\(each.joined(separator: ", ")) a step, \(origin)"
    self.times = times
  }

  private static func milliseconds(_ seconds: Double) -> String {
    // Three digits, or whole milliseconds.
    let value = seconds * 1e3
    let digits = value < 1 ? 1000.0 : value < 10 ? 100 : value < 100 ? 10 : 1
    let rounded = (value * digits).rounded() / digits
    return digits == 1 ? "\(Int(min(rounded, 1e12))) ms" : "\(rounded) ms"
  }

  /// The fields of an event.
  var fields: [(String, JSON)] {
    var object = JSONObject()
    for (workers, seconds) in times { object["\(workers)"] = .double(seconds) }
    return [
      ("workers", .int(count)), ("workers_why", .string(reason)),
      ("worker_seconds", times.isEmpty ? nil : .object(object)),
    ]
  }
}

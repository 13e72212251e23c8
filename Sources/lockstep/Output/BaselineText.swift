import KerasFormat
import Training

extension [Baseline] {
  /// What stands behind a score: ` (last value 0.0123, mean 1.0000)`; nothing where there is none.
  func beside(_ metric: String) -> String {
    let parts = filter { $0.metric == metric }.map { "\($0.predictor) \(Format.metric($0.value))" }
    return parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
  }
}

extension Baseline {
  /// The baseline for programs.
  var object: JSONObject {
    var object = JSONObject()
    object["metric"] = .string(metric)
    object["predictor"] = .string(predictor)
    object["value"] = .double(value)
    return object
  }
}

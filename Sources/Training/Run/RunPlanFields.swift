import Foundation
import KerasFormat

extension RunPlan {
  /// What the log says when a run begins: enough to show it, and to do it again elsewhere.
  func fields(_ state: RunState, _ resumed: Int?) -> [(String, JSON)] {
    [
      ("step", .int(state.step)), ("resumed_from_step", resumed.map(JSON.int) ?? nil),
      ("time", .string(Date().formatted(.iso8601))),
      ("version", .string(lockstepVersion)), ("machine", .string(Machine.description)),
      ("cores", .int(Workers.cores)), ("system", .string(Machine.system)),
      ("data", .string(state.dataset)), ("seed", .int(Int(state.seed))), ("rows", .int(rows)),
      ("validation_rows", .int(validationRows)), ("batch_size", .int(batchSize)),
      ("update_rows", .int(updateRows)),
      ("shards", .int(shards)), ("steps_per_epoch", .int(stepsPerEpoch)),
      ("epochs", .int(epochs)), ("parameters", .int(parameters)), ("bytes", .int(bytes)),
      ("baselines", .array(baselines.map { .object(JSONObject($0.fields)) })),
    ] + workers.fields
  }
}

extension Baseline {
  /// The fields of an event.
  var fields: [(String, JSON)] {
    [
      ("metric", .string(metric)), ("predictor", .string(predictor)), ("value", .double(value)),
    ]
  }
}

extension JSONObject {
  /// An object of names with values.
  fileprivate init(_ pairs: [(String, JSON)]) {
    self.init()
    for (key, value) in pairs { self[key] = value }
  }
}

import Foundation
import HDF5
import KerasFormat
import Networks
import Tensors

/// One file that Keras opens as a model and that a run goes on from: Keras's whole-model layout, a
/// group `lockstep` for what Keras has no place for, and a trailer with a checksum.
///
///     /lockstep      @state: where the run is, as JSON
///     /lockstep/vocabulary    what the ids mean, where the model reads text
///     /lockstep/states        what stateful layers carry
///     /lockstep/best          the best weights so far, where they are kept
///     /lockstep/replicas/R/N  weights (0) and moments (1 …) of replica R, where replicas are apart
enum Checkpoint {
  private static let group = "lockstep"

  /// What a checkpoint is made of beside the numbers.
  struct Frame: Sendable {
    let model: ModelDescription
    let network: Network
    let objective: Objective
    let optimizer: any Optimizer
    /// What the ids mean, where the model reads text.
    var vocabulary: Vocabulary?
  }

  // MARK: Writing

  /// Builds the file in memory, with its trailer.
  static func image(
    _ snapshot: Snapshot, _ state: RunState, _ frame: Frame, learningRate: Double
  ) throws -> [[UInt8]] {
    let optimizer = frame.optimizer
    let saved = SavedModel(
      description: frame.model, network: frame.network, weights: snapshot.weights,
      training: frame.objective.config,
      optimizer: try OptimizerState(
        of: optimizer, step: state.iteration, learningRate: Float(learningRate),
        state: snapshot.moments, model: frame.network.name,
        parameters: frame.network.parameters.filter(\.isTrained)))
    let file = try NewFile(inMemory: "checkpoint")
    try saved.write(to: file)
    try file.setAttribute("state", of: group, to: .text(try state.encoded()))
    try frame.vocabulary?.write(to: file, group: Vocabulary.checkpointGroup, "entries")
    try write(snapshot.states, "states", to: file)
    try write(snapshot.best, "best", to: file)
    for (replica, arenas) in snapshot.replicas.enumerated() {
      for (index, arena) in arenas.enumerated() {
        try write(arena, "replicas/\(replica)/\(index)", to: file)
      }
    }
    let image = try file.image()
    return [image, Trailer.make(for: image)]
  }

  private static func write(
    _ arena: Arena, _ name: String, to file: borrowing NewFile
  ) throws {
    guard arena.count > 0 else { return }
    try file.write(
      UnsafeBufferPointer(arena[0..<arena.count]), shape: [arena.count], to: "\(group)/\(name)")
  }

  // MARK: Reading

  /// The state in a file whose trailer says that it is intact.
  ///
  /// - Parameter path: the file.
  /// - Returns: the state; nil when the file is whole and not a checkpoint of ours.
  /// - Throws: a sentence when the file cannot be read or is damaged.
  static func state(_ path: String) throws -> RunState? {
    let bytes = try contents(path)
    guard case .intact = Trailer.check(bytes) else { throw damaged(path, Trailer.check(bytes)) }
    let file = try File(bytes: bytes, name: path)
    guard let group = try? file.group(group),
      let text = try group.attributes.string("state")
    else { return nil }
    return try RunState.decoded(text, path: path)
  }

  /// Refuses a file that says by its trailer that it is not what was written; Keras's have none.
  ///
  /// - Parameter path: a file.
  /// - Returns: whether it is one of ours, and whole.
  /// - Throws: a sentence when it is one of ours, and damaged.
  static func isOurs(_ path: String) throws(TrainingError) -> Bool {
    guard let data = FileManager.default.contents(atPath: path) else { return false }
    switch Trailer.check([UInt8](data)) {
    case .intact: return true
    case .absent: return false
    case .damaged: throw damaged(path, .damaged)
    }
  }

  /// Puts the numbers of an intact file into a snapshot.
  static func read(
    _ path: String, into snapshot: Snapshot, _ frame: Frame
  ) throws -> RunState {
    let bytes = try contents(path)
    guard case .intact = Trailer.check(bytes) else { throw damaged(path, Trailer.check(bytes)) }
    let file = try File(bytes: bytes, name: path)
    let saved = try SavedModel(reading: file, inputs: frame.model.model.inputs)
    guard saved.network.parameters.map(\.slot) == frame.network.parameters.map(\.slot) else {
      throw TrainingError(
        "The checkpoint '\(path)' holds another model than the recipe describes.", kind: .data)
    }
    snapshot.weights.copy(from: saved.weights)
    let moments =
      try saved.optimizer?.moments(
        frame.optimizer.stateNames, of: frame.network.parameters.filter(\.isTrained),
        count: frame.network.parameterCount) ?? []
    guard moments.count == snapshot.moments.count else {
      throw TrainingError(
        "The checkpoint '\(path)' holds no state of \(frame.optimizer.name).", kind: .data)
    }
    for (target, source) in zip(snapshot.moments, moments) { target.copy(from: source) }
    let own = try file.group(group)
    try read(snapshot.states, "states", from: own)
    try read(snapshot.best, "best", from: own)
    for (replica, arenas) in snapshot.replicas.enumerated() {
      for (index, arena) in arenas.enumerated() {
        try read(arena, "replicas/\(replica)/\(index)", from: own)
      }
    }
    guard let text = try own.attributes.string("state") else {
      throw TrainingError("The checkpoint '\(path)' holds no run state.", kind: .data)
    }
    return try RunState.decoded(text, path: path)
  }

  private static func read(
    _ arena: Arena, _ name: String, from group: borrowing Group
  ) throws {
    guard arena.count > 0 else { return }
    let dataset = try group.dataset(name)
    let values = try dataset.read(as: Float.self, limit: arena.count)
    guard values.count == arena.count else {
      throw TrainingError(
        "The checkpoint's '\(name)' has \(values.count) numbers, and the run \(arena.count).",
        kind: .data)
    }
    _ = arena[0..<arena.count].update(from: values)
  }

  private static func contents(_ path: String) throws(TrainingError) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw TrainingError("The checkpoint '\(path)' cannot be read.", kind: .missing)
    }
    return [UInt8](data)
  }

  private static func damaged(_ path: String, _ verdict: Trailer.Verdict) -> TrainingError {
    TrainingError(
      verdict == .absent
        ? "'\(path)' does not end as a checkpoint of Lockstep does: it is cut, or another's file."
        : "'\(path)' is damaged: its checksum does not fit its bytes.", kind: .data)
  }
}

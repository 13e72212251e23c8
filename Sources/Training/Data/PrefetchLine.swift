import Dispatch
import HDF5

/// What prefetcher, queue and loans share: buffers that wait to be filled and batches that wait to
/// be used.
///
/// Each free buffer has one piece of work on the queue, so nothing is filled without a buffer, no
/// thread waits for one, and there is no loop to stop. Where batches are filled in no time, the work is done
/// by whoever gives a buffer back.
final class PrefetchLine: Sendable {
  private enum Delivery {
    case batch(Batch, DataPosition)
    case endOfEpoch
    case end
    case failure(any Error)

    var isBatch: Bool { if case .batch = self { true } else { false } }
  }

  private struct State {
    var free: [Batch]
    var position: DataPosition
    var deliveries: [Delivery] = []
    /// Nothing will be filled any more.
    var isOver = false
    var waited = Duration.zero
  }

  private let source: BatchSource
  private let fillsAtOnce: Bool
  private let end: Int
  private let state: Locked<State>
  /// Counts the deliveries.
  private let ready = DispatchSemaphore(value: 0)

  init(_ source: BatchSource, from position: DataPosition, before end: Int) {
    self.source = source
    fillsAtOnce = source.fillsAtOnce
    self.end = end
    let buffers = (0..<source.order.settings.buffers).map { _ in
      Batch(source.dataset.shape, capacity: source.batchCapacity)
    }
    state = Locked(State(free: buffers, position: position))
  }

  func start() {
    let count = state.withLock { state in
      enterEpoch(&state)
      return state.isOver ? 0 : state.free.count
    }
    for _ in 0..<count { schedule() }
  }

  func cancel() {
    state.withLock { state in
      state.deliveries.removeAll()
      state.isOver = true
      deliver(.end, &state)
    }
  }

  /// Waits for the work that was on the queue.
  func join() { source.queue.sync {} }

  func giveBack(_ batch: Batch) {
    let isNeeded = state.withLock { state in
      state.free.append(batch)
      return !state.isOver
    }
    guard isNeeded else { return }
    fillsAtOnce ? fillAtOnce() : schedule()
  }

  var waited: Duration { state.withLock { $0.waited } }

  /// How many batches wait to be used.
  var filled: Int { state.withLock { $0.deliveries.count { $0.isBatch } } }

  func next() throws -> BatchLoan? {
    waitForDelivery()
    switch take() {
    case .batch(let batch, let position): return BatchLoan(batch, position, self)
    case .endOfEpoch, .end: return nil
    case .failure(let error): throw error
    }
  }

  private func waitForDelivery() {
    if ready.wait(timeout: .now()) == .success { return }
    countAsWaiting { ready.wait() }
  }

  private func countAsWaiting(_ body: () -> Void) {
    let waited = ContinuousClock().measure(body)
    state.withLock { $0.waited += waited }
  }

  /// The oldest delivery; the last one of all stays.
  private func take() -> Delivery {
    state.withLock { state in
      guard let first = state.deliveries.first else {
        preconditionFailure("every signal has its delivery, or the last one of all")
      }
      switch first {
      case .batch, .endOfEpoch: state.deliveries.removeFirst()
      case .end, .failure: ready.signal()
      }
      return first
    }
  }

  private func schedule() { source.queue.async { self.fill() } }

  /// Fills on the caller's thread, behind what is on the queue.
  private func fillAtOnce() { countAsWaiting { source.queue.sync { fill() } } }

  private func fill() {
    let work = state.withLock { state -> (Batch, DataPosition)? in
      if state.isOver { return nil }
      return state.free.popLast().map { ($0, state.position) }
    }
    guard let (batch, position) = work else { return }
    do {
      try source.reader.fill(batch, at: position)
      let isNeeded = state.withLock { state in
        finish(batch, position, &state)
        return !state.isOver
      }
      // The batch is on its way before more is read, so that nobody waits for that.
      if isNeeded { source.reader.readAhead(after: position, before: end) }
    } catch {
      state.withLock { fail(error, &$0) }
    }
  }

  private func finish(_ batch: Batch, _ position: DataPosition, _ state: inout State) {
    if state.isOver { return }
    deliver(.batch(batch, position), &state)
    state.position.batch += 1
    enterEpoch(&state)
  }

  private func fail(_ error: any Error, _ state: inout State) {
    if state.isOver { return }
    state.isOver = true
    deliver(.failure(error), &state)
  }

  /// Goes on to the next epoch where one has ended, and ends where there is none.
  private func enterEpoch(_ state: inout State) {
    if state.position.epoch < end && state.position.batch >= source.order.batchCount {
      deliver(.endOfEpoch, &state)
      state.position = DataPosition(epoch: state.position.epoch + 1)
    }
    if state.position.epoch >= end {
      state.isOver = true
      deliver(.end, &state)
    }
  }

  private func deliver(_ delivery: Delivery, _ state: inout State) {
    state.deliveries.append(delivery)
    ready.signal()
  }
}

import Foundation
import Testing

/// Places that cannot be written, readers that go away, and those who interrupt.
@Suite("Output")
struct OutputTests {
  private func endless(_ job: Job) throws -> BackgroundCommand {
    let run = try BackgroundCommand(
      ["train", "small.yaml", "--run", "r", "--epochs", "1000000"], in: job.scratch.url)
    try run.wait("checkpoint") {
      let path = job.scratch.file("r/checkpoints")
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      return names.contains { $0.hasSuffix(".h5") }
    }
    return run
  }

  @Test func oneRunADirectory() throws {
    let job = try Job()
    let first = try endless(job)
    let second = try Command("train", "--resume", "r", in: job.scratch.url)
    #expect(second.status == 73)
    #expect(second.errors.contains("in use by process \(first.number)"), "\(second.errors)")
    first.send(SIGKILL)
    #expect(first.wait() == SIGKILL)
    let third = try Command(
      "train", "--resume", "r", "--epochs", "1", "--quiet", in: job.scratch.url)
    #expect(third.status == 0, "\(third.errors)")
  }

  @Test(.enabled("only root can make a small file system") { SmallDisk.isPossible })
  func aFullDisk() throws {
    let job = try Job()
    let disk = try SmallDisk(job.scratch.file("disk"), bytes: 1 << 20)
    try disk.fill(leaving: 0)
    let run = try job.train("--run", "disk/runs/r")
    #expect(run.status == 73 && run.errors.contains("KiB left"), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: job.scratch.file("disk/runs")))
    withExtendedLifetime(disk) {}
  }

  /// Training goes on without room, the end says that it could not be saved, and nothing is lost.
  @Test(.enabled("only root can make a small file system") { SmallDisk.isPossible })
  func aDiskThatBecomesFull() throws {
    let job = try Job()
    let disk = try SmallDisk(job.scratch.file("disk"), bytes: 1 << 20)
    try disk.fill(leaving: 200 << 10)
    let run = try job.train(
      "--run", "disk/r", "--set", "training.checkpoint={every_steps: 1, keep_last: 100}")
    #expect(run.status == 73 || run.status == 74, "\(run.status) \(run.errors)")
    #expect(run.errors.contains("No space left on device"), "\(run.errors)")
    #expect(run.output.contains("Training goes on"), "\(run.output)")
    try disk.clear()
    let resumed = try Command("train", "--resume", "disk/r", "--quiet", in: job.scratch.url)
    let whole = try job.train("--run", "whole", "--quiet")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(resumed.output.suffix(65) == whole.output.suffix(65))
    withExtendedLifetime(disk) {}
  }

  /// Root may write anywhere, so it becomes nobody first.
  @Test func aClosedDirectory() throws {
    let job = try Job()
    let run = try Shell(
      """
      mkdir -m 555 closed
      as=$([ "$(id -u)" = 0 ] && echo setpriv --reuid=65534 --regid=65534 --clear-groups)
      $as test -x "$LOCKSTEP" -a -r data.h5 || exit 99
      $as "$LOCKSTEP" train small.yaml --run closed/r
      """, in: job.scratch.url)
    if run.status == 99 { return }
    #expect(run.status == 73, "\(run.errors)")
    #expect(run.errors.contains("Permission denied"), "\(run.errors)")
    let path = job.scratch.file("closed")
    #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
  }

  @Test(arguments: [
    "\"$LOCKSTEP\" train small.yaml --run r --json | head -n 1 > /dev/null; exit ${PIPESTATUS[0]}",
    "\"$LOCKSTEP\" train small.yaml --run r --json > /dev/full",
    "\"$LOCKSTEP\" train small.yaml --run r --json >&- 2>&- <&-",
  ])
  func nobodyListens(_ script: String) throws {
    let job = try Job()
    let run = try Shell(script, in: job.scratch.url)
    #expect(run.status == 0, "\(run.errors)")
    let text = try String(contentsOfFile: job.scratch.file("r/history.csv"), encoding: .utf8)
    #expect(text.split(separator: "\n").count == 3)
    let log = try String(contentsOfFile: job.scratch.file("r/log.jsonl"), encoding: .utf8)
    #expect(log.contains("\"finished\""))
    #expect(FileManager.default.fileExists(atPath: job.scratch.file("r/model.h5")))
  }

  /// The second one leaves at once, and what was saved before is there.
  @Test(arguments: [SIGINT, SIGTERM])
  func twoSignals(_ signal: Int32) throws {
    let job = try Job()
    let run = try endless(job)
    run.send(signal)
    run.send(signal)
    // Two signals that come as one are one: then a checkpoint is written. Both leave the same code.
    #expect(run.wait() == 128 + signal)
    let resumed = try Command(
      "train", "--resume", "r", "--epochs", "1", "--quiet", in: job.scratch.url)
    #expect(resumed.status == 0, "\(resumed.errors)")
  }

  @Test func nothingIsLeftToDo() throws {
    let job = try Job()
    let first = try job.train("--run", "r")
    let again = try Command("train", "--resume", "r", in: job.scratch.url)
    #expect(first.status == 0 && again.status == 0, "\(again.errors)")
    #expect(again.output.contains("All 2 epochs are done"), "\(again.output)")
    #expect(again.output.suffix(65) == first.output.suffix(65))
  }
}

import Testing

@testable import lockstep

@Suite("The progress bar")
struct ProgressBarTests {
  @Test(arguments: 40...140)
  func fitsEveryWidth(_ columns: Int) {
    for done in [0, 1, 57, 100] {
      let bar = ProgressBar(
        done: done, total: 100, pace: "12s 3.4ms/step",
        facts: ["loss: 0.1234", "mae: 0.1234", "20.5k rows/s", "data 0%"])
      let line = bar.line(columns: columns)
      #expect(line.count < columns)
      #expect(line.contains("\(done)/100 ") && line.contains("3.4ms/step"))
      if bar.fits(columns: columns) { #expect(line.hasSuffix("data 0%")) }
    }
  }

  @Test func fillsUp() {
    let line = { (done: Int) in
      ProgressBar(done: done, total: 10, pace: "", facts: []).line(columns: 80)
    }
    #expect(line(0).count { $0 == "━" } == 0)
    #expect(line(5).count { $0 == "━" } == 10)
    #expect(line(10).count { $0 == "━" } == 20)
  }

  @Test func numbersAreShort() {
    #expect(Format.metric(0.01234) == "0.0123")
    #expect(Format.metric(0.00001234) == "1.2340e-05")
    #expect(Format.metric(.nan) == "nan")
    #expect(Format.count(1_234_567) == "1,234,567")
    #expect(Format.count(-999) == "-999")
    #expect(Format.bytes(1536) == "1.50 KiB")
    #expect(Format.step(0.00087) == "870us")
    #expect(Format.step(0.0021) == "2.10ms")
    #expect(Format.time(3725) == "1:02:05")
  }
}

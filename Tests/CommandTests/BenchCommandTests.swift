import Foundation
import KerasFormat
import Testing

@testable import lockstep

@Suite("lockstep bench")
struct BenchCommandTests {
  /// The objects that the command prints.
  private func rows(_ arguments: String...) throws -> [JSON] {
    let command = try Command(["bench"] + arguments + ["--json"])
    #expect(command.status == 0, "\(command.errors)")
    return try command.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
  }

  @Test func timesANetworkOfAnySizes() throws {
    let found = try rows(
      "--batch", "6", "--steps", "3", "--features", "2", "--units", "5,4", "--outputs", "1",
      "--repeats", "7", "--workers", "2")
    #expect(found.count == 1)
    #expect(found[0]["shape"] == "custom")
    #expect(found[0]["network"] == "[6, 3, 2] → LSTM(5) → LSTM(4) → Dense(1), Adam")
    #expect(found[0]["steps"] == 7)
    #expect(found[0]["workers"] == 2)
    for key in ["median_ms", "min_ms", "p99_ms", "gflops", "peak_gflops"] {
      #expect(found[0][key]?.double ?? 0 > 0, "\(key)")
    }
  }

  @Test func keepsWhatIsNotGiven() throws {
    let found = try rows("--shape", "charlm1", "--steps", "2", "--units", "3", "--repeats", "1")
    #expect(
      found.map { $0["network"] } == ["[1, 2] one-hot of 84 → LSTM(3) → Dense(84), SGD"])
  }

  @Test func timesAmongDenormals() throws {
    let found = try rows("--shape", "stock", "--denormals", "--repeats", "3")
    #expect(found.map { $0["steps"] } == [3])
  }

  @Test func timesAControlInTurnsWithSteps() throws {
    let found = try rows("--shape", "stock", "--control", "--repeats", "3")
    for key in ["control_median_ms", "control_p99_ms"] {
      #expect(found.first?[key]?.double ?? 0 > 0, "\(key)")
    }
    let told = try Command(["bench", "--shape", "stock", "--control", "--repeats", "3"])
    #expect(told.output.split(separator: "\n").dropFirst(2).first?.hasPrefix("registers ") == true)
  }

  @Test func timesTheKernelsOfAShape() throws {
    let found = try rows(
      "--shape", "wordlm", "--batch", "2", "--steps", "3", "--features", "5", "--units", "4,6",
      "--outputs", "7", "--kernels", "--seconds", "0.001")
    let expected = [
      ("1 input", "[6, 5] · [5, 16]"), ("1 recurrent", "[2, 4] · [4, 16]"), ("cell", "[2, 4]"),
      ("cell back", "[2, 4]"), ("1 recurrent back", "[2, 16] · [16, 4]"),
      ("1 recurrent kernel", "[6, 4]ᵀ · [6, 16]"), ("1 input kernel", "[6, 5]ᵀ · [6, 16]"),
      ("1 input back", "[6, 16] · [16, 5]"),
      ("2 input", "[6, 4] · [4, 24]"), ("2 recurrent", "[2, 6] · [6, 24]"), ("cell", "[2, 6]"),
      ("cell back", "[2, 6]"), ("2 recurrent back", "[2, 24] · [24, 6]"),
      ("2 recurrent kernel", "[6, 6]ᵀ · [6, 24]"), ("2 input kernel", "[6, 4]ᵀ · [6, 24]"),
      ("2 input back", "[6, 24] · [24, 4]"),
      ("dense", "[6, 6] · [6, 7]"), ("dense back", "[6, 7] · [7, 6]"),
      ("dense kernel", "[6, 6]ᵀ · [6, 7]"), ("softmax, loss", "[6, 7]"), ("Adam", "[508]"),
    ]
    #expect(found.map { $0["kernel"]?.string } == expected.map(\.0))
    #expect(found.map { $0["size"]?.string } == expected.map(\.1))
    for row in found {
      let isProduct = row["size"]?.string?.contains("·") == true
      #expect(row[isProduct ? "gflops" : "gbytes"]?.double ?? 0 > 0)
      #expect(row[isProduct ? "peak_gflops" : "peak_gbytes"]?.double ?? 0 > 0)
      #expect(row["share"]?.double ?? 0 > 0)
    }
  }

  @Test func countsTheParametersThatItsNetworksHave() throws {
    for shape in BenchShape.all {
      let network = try shape.model.network(rows: 1)
      #expect(network.parameterCount == shape.parameters, "\(shape.name)")
    }
  }

  @Test func timesAProduct() throws {
    let found = try rows("--product", "40", "--seconds", "0.001", "--workers", "3")
    #expect(found.map { $0["product"] } == [40])
    #expect(found.map { $0["workers"] } == [3])
    #expect(found[0]["gflops"]?.double ?? 0 > 0)
  }

  @Test func makesDenormals() {
    let shape = BenchShape(name: "s", batch: 50, steps: 4, features: 5, units: [2], outputs: 1)
    var usual = SyntheticData(shape, denormals: false)
    var small = SyntheticData(shape, denormals: true)
    let ordinary = usual.numbers(1000).count(where: \.isSubnormal)
    #expect(ordinary == 0)
    // Six powers of ten of 34 are denormal.
    let count = small.numbers(1000).count(where: \.isSubnormal)
    #expect((100..<300).contains(count), "\(count) of 1000")
  }

  @Test(arguments: [
    (["--units", "3,x"], "not '3,x'"),
    (["--units", "3,0"], "--units must be from 1"),
    (["--batch", "0"], "--batch must be from 1"),
    (["--steps", "100000", "--units", "100000"], "GB of memory"),
    (["--seconds", "1", "--repeats", "5"], "Choose --seconds or --repeats"),
    (["--repeats", "0"], "--repeats must be"),
    (["--product", "0"], "--product must be"),
    (["--kernels", "--denormals"], "go alone"),
    (["--product", "64", "--control"], "go alone"),
    (["--kernels", "--workers", "2"], "one core"),
  ])
  func mistakesAreSaid(_ arguments: [String], _ sentence: String) throws {
    let command = try Command(["bench"] + arguments)
    #expect(command.status == 64)
    #expect(command.errors.contains(sentence), "\(command.errors)")
  }
}

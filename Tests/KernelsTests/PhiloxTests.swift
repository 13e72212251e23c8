import Kernels
import Testing

@Suite struct PhiloxTests {
  typealias Words = (UInt32, UInt32, UInt32, UInt32)

  // The known answers that come with the authors' library (Random123, kat_vectors).
  @Test func knownAnswers() {
    let ones = UInt32.max
    #expect(
      philox(counter: (0, 0, 0, 0), key: (0, 0))
        == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      philox(counter: (ones, ones, ones, ones), key: (ones, ones))
        == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      philox(
        counter: (0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        key: (0xa409_3822, 0x299f_31d0))
        == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test(arguments: [1, 4, 15, 16, 17, 31, 32, 33, 63, 70])
  func uniformsAreTheUpperBitsOfTheAddressedBlock(count: Int) {
    var x = [Float](repeating: -1, count: count + 1)
    uniforms(count: count, row: 5, stream: 6, step: 7, key: (8, 9), into: &x)
    for j in 0..<count {
      let block = philox(counter: (UInt32(j / 4), 5, 6, 7), key: (8, 9))
      let words = [block.0, block.1, block.2, block.3]
      #expect(x[j] == Float(words[j % 4] >> 8) * 0x1p-24)
    }
    #expect(x[count] == -1)
  }

  @Test func aMaskDoesNotDependOnTheShard() {
    let (rows, columns) = (13, 37)
    func mask(_ first: Int, _ count: Int) -> [Float] {
      var mask = [Float](repeating: -1, count: count * columns)
      dropoutMask(
        rows: count, columns: columns, firstRow: first, rate: 0.3, key: (1, 2), step: 3, stream: 4,
        into: &mask)
      return mask
    }
    let whole = mask(100, rows)
    #expect(whole == mask(100, 5) + mask(105, 8))
    #expect(Set(whole) == [0, 1 / (1 - 0.3)])
  }

  @Test func theShareOfDroppedElementsIsTheRate() {
    let (rows, columns) = (400, 250)
    var mask = [Float](repeating: -1, count: rows * columns)
    for rate: Float in [0, 0.1, 0.5, 0.9] {
      dropoutMask(
        rows: rows, columns: columns, firstRow: 0, rate: rate, key: (11, 12), step: 1, stream: 0,
        into: &mask)
      let share = Float(mask.count { $0 == 0 }) / Float(mask.count)
      #expect(abs(share - rate) < 0.006)
    }
  }
}

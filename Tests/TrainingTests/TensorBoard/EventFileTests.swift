import Foundation
import Testing

@testable import Training

@Suite("Files for TensorBoard")
struct EventFileTests {
  /// The vectors of RFC 3720, B.4, and the check value of the catalogue of CRCs.
  @Test(
    arguments: [
      (Array("123456789".utf8), 0xE306_9283), ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
      ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43), (Array(0..<32), 0x46DD_794E),
      (Array((0..<32).reversed()), 0x113F_DB5C), ([], 0),
    ] as [([UInt8], UInt32)])
  func checksums(_ bytes: [UInt8], _ expected: UInt32) {
    #expect(CRC32C.checksum(of: bytes) == expected)
    let turned = expected >> 15 | expected << 17
    #expect(CRC32C.masked(of: bytes) == turned &+ 0xA282_EAD8)
  }

  @Test func framesARecord() {
    let frame = RecordFrame.bytes(of: Array("abc".utf8))
    #expect(frame.count == 8 + 4 + 3 + 4)
    #expect(Array(frame[0..<8]) == [3, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(frame[12..<15]) == Array("abc".utf8))
    let last = frame[15...].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    #expect(last == CRC32C.masked(of: Array("abc".utf8)))
  }

  /// The examples of the encoding's own description.
  @Test func encodesFields() {
    var message = ProtobufMessage()
    message.add(1, 150)
    #expect(message.bytes == [0x08, 0x96, 0x01])
    message.add(2, "testing")
    #expect(Array(message.bytes.dropFirst(3)) == [0x12, 0x07] + Array("testing".utf8))
    var negative = ProtobufMessage()
    negative.add(1, -2)
    #expect(negative.bytes == [0x08, 0xFE] + [UInt8](repeating: 0xFF, count: 8) + [0x01])
    var outer = ProtobufMessage()
    var inner = ProtobufMessage()
    inner.add(1, 1.0)
    outer.add(3, inner)
    #expect(outer.bytes == [0x1A, 9, 0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F])
  }

  @Test func histogramsCountEveryNumber() throws {
    let numbers: [Float] = (0..<1000).map { Float($0) / 7 } + [.nan, .infinity]
    let histogram = Histogram(numbers)
    #expect(histogram.buckets.count == 30)
    #expect(histogram.buckets.reduce(0) { $0 + $1.count } == 1000)
    #expect(histogram.buckets.first?.lower == 0)
    let last = try #require(histogram.buckets.last)
    #expect(abs(last.upper - Double(Float(999) / 7)) < 1e-9)
    for (left, right) in zip(histogram.buckets, histogram.buckets.dropFirst()) {
      #expect(abs(left.upper - right.lower) < 1e-9)
    }
    #expect(Histogram([2, 2, 2] as [Float]).buckets.map(\.count) == [3])
    #expect(Histogram([] as [Float]).buckets.isEmpty)
  }
}

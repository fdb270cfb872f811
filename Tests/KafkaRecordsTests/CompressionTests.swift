import NIOCore
import TestSupport
import Testing

@testable import KafkaProtocol
@testable import KafkaRecords

@Suite struct CompressionTests {
    static let packed = Compression.allCases.filter { $0 != .none }

    static func sample(_ count: Int) -> ByteBuffer {
        var random = SeededGenerator(seed: UInt64(count))
        return ByteBuffer(bytes: (0..<count).map { _ in UInt8.random(in: 0...15, using: &random) })
    }

    @Test("Bytes of any size survive", arguments: packed, [0, 1, 100, 4_096, 32_768, 200_000])
    func roundTrip(codec: Compression, size: Int) throws {
        let input = Self.sample(size)
        #expect(try codec.decompress(codec.compress(input), limit: max(size, 1)) == input)
    }

    @Test("Output beyond the limit is refused", arguments: packed)
    func limit(codec: Compression) throws {
        let input = ByteBuffer(repeating: 0, count: 1 << 20)
        let packed = try codec.compress(input)
        #expect(packed.readableBytes < 100_000)
        #expect(try codec.decompress(packed, limit: 1 << 20) == input)
        #expect(throws: RecordError.decompressedTooLarge(limit: (1 << 20) - 1)) {
            try codec.decompress(packed, limit: (1 << 20) - 1)
        }
    }

    @Test("A stream that is cut short is refused", arguments: packed)
    func truncation(codec: Compression) throws {
        let packed = try codec.compress(Self.sample(500))
        for length in 0..<packed.readableBytes {
            let cut = try #require(packed.getSlice(at: 0, length: length))
            // The frame of snappy has no end mark: cut between blocks it is a shorter, valid stream.
            if codec == .snappy, length == 16 { continue }
            #expect(throws: RecordError.decompressionFailed(codec)) { try codec.decompress(cut, limit: 1 << 20) }
        }
    }

    @Test("Damaged streams are refused or decompress within the limit", arguments: packed)
    func mutation(codec: Compression) throws {
        let packed = try codec.compress(Self.sample(2_000))
        var random = SeededGenerator(seed: 42)
        for _ in 0..<2_000 {
            var bytes = Array(packed.readableBytesView)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            do {
                #expect(try codec.decompress(ByteBuffer(bytes: bytes), limit: 10_000).readableBytes <= 10_000)
            } catch { /* refused, with the typed error */  }
        }
    }

    @Test("A raw snappy block, as librdkafka writes it, is read")
    func rawSnappy() throws {
        // Length 5, then a literal of 5 bytes.
        #expect(
            try Compression.snappy.decompress(ByteBuffer(hex: "051068656c6c6f"), limit: 5)
                == ByteBuffer(string: "hello"))
    }

    @Test("A snappy block that claims far more than it can hold is refused at once")
    func snappyBomb() {
        #expect(throws: RecordError.decompressionFailed(.snappy)) {
            try Compression.snappy.decompress(ByteBuffer(hex: "ffffff7f" + "00"), limit: 1 << 30)
        }
    }

    @Test("Random records are walked or refused, never more")
    func recordFuzz() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...40, using: &random)
            let payload = ByteBuffer(bytes: (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) & 0x8f })
            var reader = RecordReader(payload: payload, count: 2)
            do { while try reader.next() != nil {} } catch { /* refused, with the typed error */  }
            do { _ = try RecordReader(payload: payload, count: 2).checkAll(baseTimestamp: 0) } catch
            { /* refused, with the typed error */  }
        }
    }
}

import Testing

@testable import BrokerCore
@testable import BrokerStorage
@testable import KafkaProtocol
@testable import KafkaRecords

@Suite("Index of a segment")
struct SegmentIndexTests {
    private func segment(_ timestamps: [Int64]) -> Segment {
        var segment = Segment(baseOffset: 1000, createdAt: 0)
        for (index, timestamp) in timestamps.enumerated() {
            var header = RecordBatchHeader()
            header.baseOffset = 1000 + Int64(index) * 10
            header.lastOffsetDelta = 9
            header.batchLength = 40_000 - 12
            header.maxTimestamp = timestamp
            segment.append(header)
        }
        return segment
    }

    @Test("a position is at or before the batch of the offset, and no more than an interval and a batch away")
    func positions() {
        let segment = segment(Array(0..<100))
        #expect(segment.lastOffset == 1999)
        for offset in Int64(0)..<1000 {
            let exact = Int(offset / 10) * 40_000
            let found = segment.index.position(relativeOffset: offset)
            #expect(found <= exact && exact - found <= SegmentIndex.intervalBytes + 40_000)
        }
    }

    @Test("a timestamp is looked for from a place before which every record is older")
    func timestamps() {
        // Out of order, as producers' clocks are.
        let timestamps: [Int64] = (0..<100).map { Int64($0 * 10 - ($0 % 7) * 25) }
        let segment = segment(timestamps)
        for wanted in stride(from: Int64(0), to: 1000, by: 7) {
            guard let first = timestamps.firstIndex(where: { $0 >= wanted }) else { continue }
            #expect(segment.index.relativeOffset(timestamp: wanted) <= Int64(first) * 10)
        }
    }

    @Test("an index file gives back the segment, and refuses any changed byte")
    func file() throws {
        let segment = segment(Array(0..<20))
        let bytes = segment.encoded()
        let read = try Segment(decoding: bytes, file: "x")
        #expect(read == segment)
        for index in 0..<bytes.readableBytes {
            var damaged = bytes
            damaged.setInteger(damaged.getInteger(at: index, as: UInt8.self).map { $0 ^ 0x40 } ?? 0, at: index)
            #expect(throws: StorageError.self) { try Segment(decoding: damaged, file: "x") }
        }
    }
}

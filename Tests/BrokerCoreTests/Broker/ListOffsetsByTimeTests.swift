import NIOCore
import TestSupport
import Testing

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol
@testable import KafkaRecords

@Suite("Offsets by time")
struct ListOffsetsByTimeTests {
    /// Records 0, 1, ... at 10,000, 20,000, ... with a header that leaves the greatest timestamp out, as sarama sends it.
    private func batch(_ first: Int64, _ count: Int64, claimed: Int64, compression: Compression = .gzip) throws
        -> RecordBatch
    {
        var header = RecordBatchHeader()
        header.attributes = RecordAttributes(compression: compression)
        header.baseOffset = first
        header.baseTimestamp = (first + 1) * 10_000
        var builder = RecordBatchBuilder(header: header)
        var random = SeededGenerator(seed: UInt64(first))
        for offset in first..<first + count {
            let letters = (0..<200).map { _ in "abcdefghijklmnopqrstuvwxyz".randomElement(using: &random)! }
            builder.append(
                offset: offset, timestamp: (offset + 1) * 10_000, key: ByteBuffer(string: "k\(offset % 50)"),
                value: ByteBuffer(string: String(letters)))
        }
        return try builder.finish(maxTimestamp: claimed)
    }

    private func broker(configs: [String: String] = [:]) throws -> CoreHarness {
        var settings = CoreHarness.smallSettings
        settings.maintenanceIntervalMilliseconds = 1000
        let broker = try CoreHarness(settings: settings)
        _ = broker.createTopic("t", configs: configs)
        return broker
    }

    private func expectFound(
        _ broker: CoreHarness, _ offsets: some Sequence<Int64>, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for offset in offsets {
            let exact = broker.listOffset("t", timestamp: (offset + 1) * 10_000)
            #expect(
                exact?.offset == offset && exact?.timestamp == (offset + 1) * 10_000, sourceLocation: sourceLocation)
            #expect(
                broker.listOffset("t", timestamp: (offset + 1) * 10_000 - 1)?.offset == offset,
                sourceLocation: sourceLocation)
        }
    }

    @Test(
        "are found where producers leave the greatest timestamp out, in memory, in segments and after a restart",
        arguments: [-1, 0] as [Int64])
    func unset(claimed: Int64) throws {
        let broker = try broker()
        for first in stride(from: Int64(0), to: 400, by: 4) {
            broker.produce("t", 0, try batch(first, 4, claimed: claimed).bytes)
        }
        for round in 0..<2 {
            expectFound(broker, [0, 1, 5, 222, 396, 399])
            #expect(broker.listOffset("t", timestamp: 5_000_000)?.offset == -1)
            let newest = broker.listOffset("t", timestamp: -3)
            #expect(newest?.offset == 399 && newest?.timestamp == 4_000_000, "round \(round)")
            try broker.restart()
        }
    }

    @Test(
        "are found in a data directory whose headers an earlier version took as they came",
        arguments: [-1, 0] as [Int64])
    func oldHeaders(claimed: Int64) throws {
        let broker = try broker()
        for first in stride(from: Int64(0), to: 400, by: 4) {
            broker.produce("t", 0, try batch(first, 4, claimed: claimed, compression: .none).bytes)
        }
        broker.shutDown()
        let log = try #require(broker.core.topics["t"]?.partitions[0])
        try #require(log.segments.count > 3)
        for segment in log.segments.dropLast() { try unsetTimestamps(segment, of: log, to: claimed, broker.files) }
        try broker.restart()
        expectFound(broker, [0, 1, 5, 222, 396, 399])
        #expect(broker.listOffset("t", timestamp: -3)?.offset == 399)
    }

    /// Writes a segment's headers as they came, and leaves no index of this version.
    private func unsetTimestamps(_ segment: Segment, of log: PartitionLog, to claimed: Int64, _ files: SimulatedFiles)
        throws
    {
        let file = SegmentName.log(segment.baseOffset, in: log.directory)
        files.corrupt(file) { bytes in
            var start = 0
            while start < bytes.count {
                let header = bytes[start...].withUnsafeBytes { RecordBatchHeader(unchecked: $0) }
                var batch = ByteBuffer(bytes: bytes[start..<start + header.totalBytes])
                batch.setInteger(claimed, at: RecordBatchHeader.Field.maxTimestamp)
                let checksum = batch.withUnsafeReadableBytes { RecordBatch.computeChecksum($0) }
                batch.setInteger(checksum, at: RecordBatchHeader.Field.checksum)
                bytes.replaceSubrange(start..<start + header.totalBytes, with: batch.readableBytesView)
                start += header.totalBytes
            }
        }
        let index = SegmentName.index(segment.baseOffset, in: log.directory)
        try files.delete(index)
    }

    @Test("are found after compaction")
    func compacted() throws {
        let broker = try broker(configs: ["cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.1"])
        for first in stride(from: Int64(0), to: 400, by: 4) {
            broker.produce("t", 0, try batch(first, 4, claimed: -1, compression: .none).bytes)
        }
        for _ in 0..<6 {
            broker.advance(milliseconds: 1000)
            broker.settle()
        }
        let present = try broker.readAll("t").map(\.offset)
        #expect(present.count < 200)
        for asked in [0, 100, 395, 399] as [Int64] {
            let expected = try #require(present.first { $0 >= asked })
            #expect(broker.listOffset("t", timestamp: (asked + 1) * 10_000)?.offset == expected)
        }
        #expect(broker.listOffset("t", timestamp: -3)?.offset == 399)
    }

    @Test("the newest is a record, not the marker behind it, and lies within what may be read")
    func newest() throws {
        let broker = try broker()
        broker.produce("t", 0, try Batches.make(["old"], timestamp: 9_000))
        broker.produce("t", 0, try Batches.make(["new"], timestamp: 8_000))
        let producer = try #require(broker.initialize("id"))
        _ = broker.addPartitions("id", producer, "t", [0])
        let open = try Batches.make(["open"], timestamp: 10_000, producer: producer, sequence: 0, transactional: true)
        broker.produce("t", 0, open, transactionalID: "id")
        #expect(broker.listOffset("t", timestamp: -3)?.offset == 2)
        #expect(broker.listOffset("t", timestamp: -3, committedOnly: true)?.offset == 0)
        _ = broker.end("id", producer, commit: true)
        #expect(broker.listOffset("t", timestamp: -3, committedOnly: true)?.offset == 2)
        let request = DeleteRecordsRequest(topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, offset: 3)])]
        )
        _ = broker.send(request)
        broker.settle()
        #expect(broker.listOffset("t", timestamp: -3)?.offset == -1)
        broker.produce("t", 0, try Batches.make(["last"], timestamp: 5_000))
        #expect(broker.listOffset("t", timestamp: -3)?.offset == 4)
    }
}

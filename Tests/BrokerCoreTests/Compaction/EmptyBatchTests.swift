import NIOCore
import TestSupport
import Testing

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol
@testable import KafkaRecords

@Suite("Batches that compaction empties")
struct EmptyBatchTests {
    /// A batch of ten records of the same ten keys.
    private func put(_ broker: CoreHarness, _ round: Int, compression: Compression, producer: ProducerIdentity? = nil)
        throws
    {
        var random = SeededGenerator(seed: UInt64(round))
        let values = (0..<10).map {
            "\(round)-\($0)-"
                + String((0..<120).map { _ in "abcdefghijklmnopqrstuvwxyz".randomElement(using: &random)! })
        }
        let batch = try Batches.make(
            values, keys: (0..<10).map { "k\($0)" }, producer: producer, sequence: Int32(round * 10),
            compression: compression)
        #expect(broker.produce("t", 0, batch)?.errorCode == ErrorCode.none)
    }

    /// Every batch that a reader gets on its way from `start` to the end; fails if it comes to a stop before.
    private func fetchAll(_ broker: CoreHarness, from start: Int64 = 0, committedOnly: Bool = false) throws
        -> [RecordBatchHeader]
    {
        var headers: [RecordBatchHeader] = []
        var offset = start
        while true {
            let part = try #require(
                broker.fetch("t", from: offset, committedOnly: committedOnly, partitionMaxBytes: 4000))
            #expect(part.errorCode == .none)
            let end = committedOnly ? part.lastStableOffset : part.highWatermark
            var rest = try #require(part.records)
            guard rest.readableBytes > 0 else {
                #expect(offset == end, "a reader stops at \(offset) of \(end)")
                return headers
            }
            while let batch = try RecordBatch.next(from: &rest) {
                try batch.verifyChecksum()
                headers.append(batch.header)
                offset = batch.header.nextOffset
            }
        }
    }

    @Test(
        "none is left, in any compression, and a reader goes over the gap", arguments: Compression.allCases,
        [false, true])
    func compacted(compression: Compression, isIdempotent: Bool) throws {
        let broker = try CoreHarness.compacting()
        let producer = isIdempotent ? try #require(broker.initialize(nil)) : nil
        for round in 0..<60 { try put(broker, round, compression: compression, producer: producer) }
        broker.compact()
        let log = try #require(broker.core.topics["t"]?.partitions[0])
        #expect(log.compaction.compactedOffset > 200)
        for round in 0..<2 {
            let headers = try fetchAll(broker)
            #expect(headers.count < 40 && headers.allSatisfy { $0.recordCount > 0 }, "round \(round)")
            // In the gap, and at its very start.
            for start: Int64 in [1, 57, 100] {
                let first = try #require(try fetchAll(broker, from: start).first)
                #expect(first.recordCount > 0 && first.lastOffset >= start)
            }
            try broker.restart()
        }
        // The producer's sequence survives all of its batches.
        guard let producer else { return }
        let next = try Batches.make(["next"], producer: producer, sequence: 600, compression: compression)
        #expect(broker.produce("t", 0, next)?.baseOffset == 600)
        #expect(
            broker.produce("t", 0, try Batches.make(["gap"], producer: producer, sequence: 700))?.errorCode
                == .outOfOrderSequenceNumber)
    }

    @Test(
        "those of an older data directory, flagged as compressed, are never sent, and the next compaction removes them",
        arguments: Compression.allCases)
    func old(compression: Compression) throws {
        let broker = try CoreHarness.compacting()
        for round in 0..<30 { try put(broker, round, compression: .none) }
        broker.shutDown()
        let log = try #require(broker.core.topics["t"]?.partitions[0])
        try #require(log.segments.count > 2)
        for segment in log.segments.dropLast() { try emptyLikeOldVersions(segment, of: log, compression, broker.files) }
        try broker.restart()
        for committedOnly in [false, true] {
            let headers = try fetchAll(broker, committedOnly: committedOnly)
            #expect(!headers.isEmpty && headers.allSatisfy { $0.recordCount > 0 })
        }
        for round in 30..<60 { try put(broker, round, compression: compression) }
        broker.compact()
        for segment in broker.core.topics["t"]?.partitions[0].segments.dropLast() ?? [] {
            let file = SegmentName.log(segment.baseOffset, in: log.directory)
            var rest = ByteBuffer(bytes: try #require(broker.files.contents(file)))
            while let batch = try RecordBatch.next(from: &rest) { #expect(batch.header.recordCount > 0) }
        }
    }

    /// Leaves only the last batch of a segment, without its records and flagged as compressed.
    private func emptyLikeOldVersions(
        _ segment: Segment, of log: PartitionLog, _ compression: Compression, _ files: SimulatedFiles
    ) throws {
        let file = SegmentName.log(segment.baseOffset, in: log.directory)
        var rest = ByteBuffer(bytes: try #require(files.contents(file)))
        var last: RecordBatch?
        while let batch = try RecordBatch.next(from: &rest) { last = batch }
        // Compaction may have been here.
        guard var header = last?.header else { return }
        header.attributes = RecordAttributes(compression: compression)
        let empty = try RecordBatchBuilder(header: header).finish(
            lastOffsetDelta: header.lastOffsetDelta, maxTimestamp: header.maxTimestamp)
        try files.truncate(file, to: 0)
        try files.write(file, at: 0, [empty.bytes])
        try files.delete(SegmentName.index(segment.baseOffset, in: log.directory))
    }

    @Test("a reader gets to the end of a log whose last closed segment has only what could go")
    func end() throws {
        let broker = try CoreHarness.compacting(deleteRetention: 0)
        let producer = try #require(broker.initialize("id"))
        for index in 0..<80 as Range<Int32> {
            _ = broker.addPartitions("id", producer, "t", [0])
            let value = String(repeating: "v", count: 400)
            broker.produce(
                "t", 0,
                try Batches.make([value], keys: ["k"], producer: producer, sequence: index, transactional: true),
                transactionalID: "id")
            _ = broker.end("id", producer, commit: index % 2 == 0)
        }
        for _ in 0..<3 {
            broker.compact()
            for committedOnly in [false, true] { _ = try fetchAll(broker, committedOnly: committedOnly) }
            try broker.restart()
        }
    }

    @Test(
        "where nothing is left up to the end of what may be read, an empty batch that any client can take leads there")
    func gap() throws {
        let broker = try CoreHarness.compacting()
        let producer = try #require(broker.initialize("id"))
        let log = try #require(broker.core.topics["t"]?.partitions[0])
        for round in 0..<30 { try put(broker, round, compression: .none) }
        _ = broker.addPartitions("id", producer, "t", [0])
        let open = try Batches.make(
            [String(repeating: "o", count: 16_000)], producer: producer, sequence: 0, transactional: true)
        broker.produce("t", 0, open, transactionalID: "id")
        #expect(log.activeSegment.baseOffset == 300 && log.lastStableOffset == 300)
        broker.shutDown()
        for segment in log.segments.dropLast() { try emptyLikeOldVersions(segment, of: log, .gzip, broker.files) }
        try broker.restart()

        let headers = try fetchAll(broker, from: 120, committedOnly: true)
        let batch = try #require(headers.first)
        #expect(headers.count == 1 && batch.baseOffset == 120 && batch.nextOffset == 300 && batch.recordCount == 0)
        #expect(batch.attributes == RecordAttributes() && !batch.hasProducerID)
        #expect(try fetchAll(broker, from: 120).map(\.baseOffset) == [300])
    }

    @Test("tombstones stay for their time after the compaction that met them first, however old their records are")
    func tombstones() throws {
        let broker = try CoreHarness.compacting(deleteRetention: 60_000)
        func fill(_ text: String) throws {
            for index in 0..<120 {
                _ = broker.produce(
                    "t", 0, try Batches.make([text + String(repeating: "f", count: 200)], keys: ["f\(index)"]))
            }
            broker.compact()
        }
        func hasTombstone() throws -> Bool { try broker.readAll("t").contains { $0.key == "gone" && $0.value == nil } }
        _ = broker.produce("t", 0, try Batches.make(["value"], keys: ["gone"]))
        var header = RecordBatchHeader()
        header.baseTimestamp = 1_000
        var builder = RecordBatchBuilder(header: header)
        builder.append(offset: 0, timestamp: 1_000, key: ByteBuffer(string: "gone"), value: nil)
        _ = broker.produce("t", 0, try builder.finish().bytes)
        try fill("a")
        try fill("b")
        #expect(try hasTombstone())
        broker.advance(milliseconds: 60_000)
        try fill("c")
        #expect(try !hasTombstone())
        #expect(try !broker.readAll("t").contains { $0.key == "gone" })
    }
}

import NIOCore
import TestSupport
import Testing

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol
@testable import KafkaRecords

@Suite("Compaction")
struct CompactionTests {
    @Test("each key's latest record stays at its offset, in every compression", arguments: Compression.allCases)
    func latest(compression: Compression) throws {
        let broker = try CoreHarness.compacting()
        var latest: [String: (offset: Int64, value: String)] = [:]
        for index in 0..<400 {
            let key = "k\(index % 17)"
            let value = "\(index)-" + String(repeating: "v", count: 200)
            latest[key] = (try #require(try broker.put(key, value, compression: compression)), value)
        }
        broker.compact()
        let log = try #require(broker.core.topics["t"]?.partitions[0])
        if compression == .none { #expect(log.size < 40_000) }
        for _ in 0..<2 {
            let records = try broker.readAll("t")
            #expect(records.map(\.offset) == records.map(\.offset).sorted())
            for (key, last) in latest {
                #expect(records.contains(.init(offset: last.offset, key: key, value: last.value)))
            }
            let closedEnd = log.activeSegment.baseOffset
            let closed = records.filter { $0.offset < closedEnd }
            #expect(Set(closed.compactMap(\.key)).count == closed.count)
            #expect(broker.listOffset("t", timestamp: -1)?.offset == 400)
            try broker.restart()
        }
    }

    @Test("tombstones delete their keys and go themselves after their time")
    func tombstones() throws {
        let broker = try CoreHarness.compacting()
        for index in 0..<20 { _ = try broker.put("k\(index)", String(repeating: "v", count: 200)) }
        for index in 0..<10 { _ = try broker.put("k\(index)", nil) }
        for index in 0..<120 { _ = try broker.put("filler\(index)", String(repeating: "f", count: 200)) }
        broker.compact()
        // Now they are old; another round of records lets compaction look again.
        for index in 0..<120 { _ = try broker.put("filler\(index)", String(repeating: "g", count: 200)) }
        broker.compact()
        let keys = try broker.readAll("t").compactMap(\.key)
        for index in 0..<10 { #expect(!keys.contains("k\(index)")) }
        for index in 10..<20 { #expect(keys.contains("k\(index)")) }
    }

    @Test("aborted records go, committed ones stay, and readers are never confused")
    func transactions() throws {
        let broker = try CoreHarness.compacting()
        let producer = try #require(broker.initialize("id"))
        var sequence: Int32 = 0
        var expected: [String] = []
        for index in 0..<60 {
            _ = broker.addPartitions("id", producer, "t", [0])
            let value = "\(index)-" + String(repeating: "v", count: 300)
            broker.produce(
                "t", 0, try Batches.make([value], producer: producer, sequence: sequence, transactional: true),
                transactionalID: "id")
            sequence += 1
            let commit = index % 3 != 0
            if commit { expected.append(value) }
            _ = broker.end("id", producer, commit: commit)
        }
        for round in 0..<4 {
            if round == 2 { try broker.restart() }
            broker.compact()
            #expect(try broker.readAll("t", committedOnly: true).map(\.value) == expected, "round \(round)")
            for limit: Int32 in [400, 2000] {
                let read = try broker.readAll("t", committedOnly: true, maxBytes: limit)
                #expect(read.map(\.value) == expected, "round \(round), limit \(limit)")
            }
        }
        let log = try #require(broker.core.topics["t"]?.partitions[0])
        #expect(try broker.readAll("t").filter { $0.offset < log.activeSegment.baseOffset }.count < 45)
        #expect(log.transactions.aborted.allSatisfy { $0.lastOffset >= log.compaction.compactedOffset })
    }

    @Test("records of an open transaction, and what follows, are left alone")
    func openTransaction() throws {
        let broker = try CoreHarness.compacting()
        for index in 0..<30 { _ = try broker.put("k\(index % 3)", String(repeating: "a", count: 200)) }
        let producer = try #require(broker.initialize("id"))
        _ = broker.addPartitions("id", producer, "t", [0])
        let open = try Batches.make(["open"], producer: producer, sequence: 0, transactional: true)
        let first = try #require(broker.produce("t", 0, open, transactionalID: "id")?.baseOffset)
        for index in 0..<200 { _ = try broker.put("k\(index % 3)", String(repeating: "b", count: 200)) }
        broker.compact()
        let offsets = try broker.readAll("t").map(\.offset).filter { $0 >= first }
        #expect(offsets == Array(first..<first + 201))
    }

    @Test("small segments are merged")
    func merging() throws {
        let broker = try CoreHarness.compacting()
        for index in 0..<400 { _ = try broker.put("k\(index % 5)", String(repeating: "v", count: 300)) }
        broker.compact()
        let log = try #require(broker.core.topics["t"]?.partitions[0])
        // Some 130,000 bytes in segments of 16,384 at first.
        #expect(log.segments.count < 7)
        let files = broker.files.fileNames.filter { $0.hasPrefix(log.directory) && $0.hasSuffix(".log") }
        #expect(files.count == log.segments.count)
        #expect(!broker.files.fileNames.contains { $0.hasSuffix(CompactionJob.cleanedSuffix) })
    }

    @Test("more keys than fit in memory are compacted in several runs")
    func manyKeys() throws {
        let files = SimulatedFiles()
        var sources: [Segment] = []
        // Four segments of ten records; keys repeat every 20.
        for segment in 0..<4 {
            var bytes: [ByteBuffer] = []
            for index in 0..<10 {
                let number = segment * 10 + index
                var made = try Batches.make(["v\(number)"], keys: ["k\(number % 20)"])
                made.setInteger(Int64(number), at: 0)
                bytes.append(made)
            }
            let base = Int64(segment * 10)
            try files.write(SegmentName.log(base, in: "d"), at: 0, bytes)
            var source = Segment(baseOffset: base, createdAt: 0)
            source.size = bytes.reduce(0) { $0 + $1.readableBytes }
            source.lastOffset = base + 9
            sources.append(source)
        }
        func job(from dirty: Int64) -> CompactionJob {
            CompactionJob(
                directory: "d", sources: sources, dirtyFrom: dirty, now: 0, deleteRetentionMilliseconds: 0, aborted: [],
                droppableMarkersEnd: 0,
                segmentBytes: 10, maximumDecompressedBytes: 1 << 20, maximumKeys: 10)
        }
        let first = try #require(try job(from: 0).run(on: files) as? CompactionJob.Done)
        #expect(first.compactedOffset == 10)
        let rest = try #require(try job(from: 10).run(on: files) as? CompactionJob.Done)
        #expect(rest.compactedOffset == 20)
    }

    @Test("a disk error leaves the log as it was", arguments: 0..<12)
    func diskError(call: Int) throws {
        let broker = try CoreHarness.compacting()
        for index in 0..<200 { _ = try broker.put("k\(index % 5)", "\(index)" + String(repeating: "v", count: 300)) }
        broker.settle()
        for _ in 0..<call { broker.files.failNext("nothing", .noSpace) }
        broker.files.failNext(call % 2 == 0 ? ".cleaned" : ".index", .noSpace)
        broker.compact()
        let records = try broker.readAll("t")
        for key in 0..<5 { #expect(records.last { $0.key == "k\(key)" }?.offset == Int64(195 + key)) }
        try broker.restart()
        #expect(try broker.readAll("t") == records)
    }
}

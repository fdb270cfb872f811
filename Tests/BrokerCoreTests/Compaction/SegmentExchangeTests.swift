import NIOCore
import TestSupport
import Testing

@testable import BrokerCore
@testable import BrokerSimulation
@testable import BrokerStorage
@testable import KafkaProtocol
@testable import KafkaRecords

@Suite("Compacted segments take the place of others")
struct SegmentExchangeTests {
    /// A broker whose log is due to be merged, with the file of its second segment.
    ///
    /// - Parameter unique: whether some keys come once, so that of each segment something stays near its end.
    private func unmerged(unique: Bool = false) throws -> (CoreHarness, old: String) {
        let broker = try CoreHarness.compacting()
        for index in 0..<400 {
            let key = unique && index % 10 == 0 ? "u\(index)" : "k\(index % 5)"
            _ = try broker.put(key, "\(index)" + String(repeating: "v", count: 300))
        }
        let log = try #require(broker.core.topics["t"]?.partitions[0])
        return (broker, SegmentName.log(log.segments[1].baseOffset, in: log.directory))
    }

    /// Whether the files of the topic's log are those of its segments.
    private func hasNoOtherFiles(_ broker: CoreHarness) throws -> Bool {
        let log = try #require(broker.core.topics["t"]?.partitions[0])
        let files = broker.files.fileNames.filter { $0.hasPrefix(log.directory) && $0.hasSuffix(".log") }
        return files.sorted() == log.segments.map { SegmentName.log($0.baseOffset, in: log.directory) }
    }

    @Test("an old segment that cannot be removed goes later, and no start finds it", arguments: 0..<4)
    func oldSegmentThatStays(failures: Int) throws {
        let (broker, old) = try unmerged()
        let struck = broker.files.faultsStruck
        for _ in 0..<failures { broker.files.failNext(old, .inputOutput, .name) }
        broker.compact()
        #expect(broker.files.faultsStruck == struck + failures)
        #expect(!broker.files.fileNames.contains(old))
        #expect(try hasNoOtherFiles(broker))
        let records = try broker.readAll("t")
        try broker.restart()
        #expect(try broker.readAll("t") == records)
    }

    @Test("while an old segment cannot be removed, tombstones stay, so nothing that they delete comes back")
    func tombstonesOutliveOldSegments() throws {
        let (broker, old) = try unmerged()
        for _ in 0..<100 { broker.files.failNext(old, .inputOutput, .name) }
        for index in 0..<5 { _ = try broker.put("k\(index)", nil) }
        for index in 0..<120 { _ = try broker.put("filler\(index)", String(repeating: "f", count: 200)) }
        for _ in 0..<3 {
            broker.compact()
            for index in 0..<120 { _ = try broker.put("filler\(index)", String(repeating: "g", count: 200)) }
        }
        #expect(broker.files.fileNames.contains(old))
        try broker.restart()
        var latest: [String: String?] = [:]
        for record in try broker.readAll("t") { latest[record.key ?? ""] = record.value }
        for index in 0..<5 { #expect((latest["k\(index)"] ?? nil) == nil) }
        broker.files.clearFaults()
        for _ in 0..<3 { broker.compact() }
        #expect(try hasNoOtherFiles(broker))
    }

    /// What puts a segment in the place of several; everything before it is done.
    private func exchange(_ broker: CoreHarness) throws -> SegmentSwapJob {
        for _ in 0..<6 {
            broker.advance(milliseconds: 1000)
            repeat {
                broker.endOfTick()
                for step in broker.queues[.files]?.first?.steps ?? [] {
                    if case .job(let job) = step, let swap = job as? SegmentSwapJob,
                        swap.replacements.contains(where: { $0.replaced.count > 1 })
                    {
                        return swap
                    }
                }
            } while StorageLane.allCases.contains { broker.perform($0) }
        }
        throw StorageError(code: .inputOutput, file: "t", detail: "nothing is compacted")
    }

    /// Has the power go, starts a broker on the files, lets it compact, and expects what each key had at last.
    private func check(
        _ files: SimulatedFiles, _ random: inout SeededGenerator, _ expected: [String: String?], _ what: Comment
    ) throws {
        files.losePower(&random)
        let next = try CoreHarness(files: files)
        next.compact()
        #expect(try latest(next) == expected, what)
        #expect(next.core.topics["t"]?.partitions[0].damage == nil, what)
        #expect(try hasNoOtherFiles(next), what)
    }

    private func latest(_ broker: CoreHarness) throws -> [String: String?] {
        try broker.readAll("t").reduce(into: [:]) { $0[$1.key ?? ""] = $1.value }
    }

    @Test(
        "an exchange that dies at any call, a start, and a power loss after it lose no key", arguments: 0..<14,
        [false, true])
    func deathAndPowerLoss(calls: Int, unique: Bool) throws {
        let (broker, _) = try unmerged(unique: unique)
        let exchange = try exchange(broker)
        let before = broker.files.copy()
        let expected = try latest(broker)
        for seed in 0..<4 as Range<UInt64> {
            let files = before.copy()
            files.dieAfter(calls: calls)
            _ = try exchange.run(on: files)
            files.clearFaults()
            _ = try CoreHarness(files: files)
            var random = SeededGenerator(seed: seed)
            try check(files, &random, expected, "seed \(seed)")
        }
    }

    @Test(
        "an exchange that dies before its names are safe, and a start that dies at any call, lose no key",
        arguments: 0..<3 as Range<UInt64>)
    func deathOfAStart(seed: UInt64) throws {
        let (broker, _) = try unmerged(unique: true)
        let exchange = try exchange(broker)
        let before = broker.files.copy()
        let expected = try latest(broker)
        let isDone = 2 * exchange.replacements.count + 1
        var random = SeededGenerator(seed: seed)
        for calls in 0... {
            let files = before.copy()
            files.dieAfter(calls: isDone)
            _ = try exchange.run(on: files)
            files.dieAfter(calls: calls)
            // It throws where it dies.
            let started = try? CoreHarness(files: files)
            try check(files, &random, expected, "the start dies after \(calls) calls")
            if started != nil { return #expect(calls > 20) }
        }
    }

    @Test(
        "a power loss within the exchange of segments never leaves an index of one beside another that is as long",
        arguments: 0..<12)
    func indexOfAnother(calls: Int) throws {
        func batch(_ offset: Int64) throws -> ByteBuffer {
            var header = RecordBatchHeader()
            header.baseOffset = offset
            var builder = RecordBatchBuilder(header: header)
            builder.append(offset: offset, timestamp: 1, key: ByteBuffer(string: "k"), value: ByteBuffer(string: "v"))
            return try builder.finish().bytes
        }
        func segment(_ base: Int64, _ offset: Int64, at file: String, in files: SimulatedFiles) throws -> Segment {
            var bytes = try batch(offset)
            try files.write(file, at: 0, [bytes])
            try files.synchronize(file)
            var segment = Segment(baseOffset: base, createdAt: 0)
            segment.append(try #require(try RecordBatch.next(from: &bytes)).header)
            return segment
        }
        for seed in 0..<64 as Range<UInt64> {
            let files = SimulatedFiles()
            // Two segments of one record each become one that has the second record only, and so the first one's size.
            let old = try segment(0, 0, at: SegmentName.log(0, in: "d"), in: files)
            _ = try segment(1, 1, at: SegmentName.log(1, in: "d"), in: files)
            let index = SegmentName.index(0, in: "d")
            try files.write(index, at: 0, [old.encoded()])
            try files.synchronize(index)
            try files.synchronizeDirectory("d")
            let new = try segment(0, 1, at: "d/0.cleaned", in: files)
            #expect(new.size == old.size)

            files.dieAfter(calls: calls)
            _ = try SegmentSwapJob(
                directory: "d", replacements: [.init(replaced: [0, 1], segment: new, file: "d/0.cleaned")]
            ).run(on: files)
            var random = SeededGenerator(seed: seed)
            files.losePower(&random)
            let withoutIndex = files.copy()
            try withoutIndex.delete(index)
            let (told, scanned) = try (load(from: files), load(from: withoutIndex))
            #expect(told.lastOffset == scanned.lastOffset, "seed \(seed)")
        }
    }

    @Test(
        "a compaction that finds nothing to change makes safe what it found, since aborted transactions are forgotten because of it"
    )
    func nothingToChange() throws {
        for seed in 0..<16 as Range<UInt64> {
            let files = SimulatedFiles()
            let name = SegmentName.log(0, in: "d")
            try files.write(name, at: 0, [ByteBuffer(string: "old")])
            try files.synchronize(name)
            try files.synchronizeDirectory("d")
            // The work of a process that died before it had made the name safe.
            try files.write("d/0.cleaned", at: 0, [ByteBuffer(string: "new")])
            try files.synchronize("d/0.cleaned")
            try files.rename("d/0.cleaned", to: name)
            _ = try SegmentSwapJob(directory: "d", replacements: []).run(on: files)
            var random = SeededGenerator(seed: seed)
            files.losePower(&random)
            #expect(files.contents(name) == Array("new".utf8))
        }
    }

    private func load(from files: SimulatedFiles) throws -> Segment {
        try SegmentIndexFile.load(baseOffset: 0, directory: "d", from: files, now: 1) { Issue.record("\($0)") }
    }
}

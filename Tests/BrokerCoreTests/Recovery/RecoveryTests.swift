import NIOCore
import TestSupport
import Testing

@testable import BrokerCore
@testable import BrokerSimulation
@testable import BrokerStorage
@testable import KafkaProtocol

@Suite("Recovery")
struct RecoveryTests {
    private func broker() throws -> CoreHarness {
        let broker = try CoreHarness()
        _ = broker.createTopic("t")
        return broker
    }

    private func fill(_ broker: CoreHarness, _ range: Range<Int>, bytes: Int = 300) throws {
        for index in range {
            broker.produce("t", 0, try Batches.make(["\(index)-" + String(repeating: "v", count: bytes)]))
        }
    }

    private func numbers(_ broker: CoreHarness) throws -> [Int] {
        try broker.readAll("t").compactMap { $0.value?.split(separator: "-").first.flatMap { Int($0) } }
    }

    @Test("a new directory is set up, and found again")
    func new() throws {
        let broker = try CoreHarness()
        #expect(broker.report.isNew)
        broker.settle()
        let cluster = broker.core.metadata.clusterID
        try broker.restart()
        #expect(!broker.report.isNew)
        #expect(broker.core.metadata.clusterID == cluster)
    }

    @Test("after an abrupt stop everything acknowledged is there, whether or not segments were written")
    func abruptStop() throws {
        for count in [1, 5, 40, 200] {
            let broker = try broker()
            try fill(broker, 0..<count)
            try broker.restart()
            #expect(try numbers(broker) == Array(0..<count))
            try fill(broker, count..<count + 10)
            try broker.restart()
            #expect(try numbers(broker) == Array(0..<count + 10))
        }
    }

    @Test("a power loss takes nothing that was acknowledged", arguments: 0..<10)
    func powerLoss(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let broker = try broker()
        try fill(broker, 0..<150)
        broker.files.losePower(&random)
        try broker.restart()
        #expect(try numbers(broker) == Array(0..<150))
        #expect(broker.core.topics["t"]?.partitions[0].damage == nil)
    }

    @Test("a journal file that a dying broker had just made is not lost with the power once the next one uses it")
    func journalFileOfACrash() throws {
        for calls in 0..<6 {
            var random = SeededGenerator(seed: UInt64(calls))
            let broker = try broker()
            try fill(broker, 0..<100)
            // Dies within the commit that needs another file.
            for _ in 0..<40 where !broker.files.fileNames.contains("journal/1.journal") {
                broker.files.dieAfter(calls: calls)
                _ = broker.sendProduce("t", 0, try Batches.make([String(repeating: "-", count: 4000)]))
                broker.endOfTick()
                broker.perform(.journal)
                broker.files.clearFaults()
                try broker.restart()
            }
            let before = try broker.readAll("t").count
            for _ in 0..<40 { broker.produce("t", 0, try Batches.make([String(repeating: "+", count: 4000)])) }
            broker.files.losePower(&random)
            try broker.restart()
            #expect(try broker.readAll("t").count == before + 40)
            #expect(broker.report.findings.allSatisfy { !$0.contains("were kept") })
        }
    }

    @Test(
        "records whose journal was written but not synchronized are safe once the next start has shown them",
        arguments: 0..<10)
    func shownRecordsAreSafe(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let broker = try broker()
        try fill(broker, 0..<20)
        broker.files.failNext("journal", .inputOutput, .synchronize)
        let token = broker.sendProduce("t", 0, try Batches.make([String(repeating: "-", count: 3000)]))
        broker.endOfTick()
        broker.perform(.journal)
        #expect(broker.failure != nil && broker.produced(token) == nil)
        // Killed, not without power: the page cache still has it, though the kernel will not write it again by itself.
        try broker.restart()
        #expect(try broker.readAll("t").count == 21)
        broker.files.losePower(&random)
        try broker.restart()
        #expect(try broker.readAll("t").count == 21)
    }

    @Test(
        "a segment whose synchronization failed is not trusted again: the broker stops, and the journal brings everything back"
    )
    func failedSynchronization() throws {
        for seed in 0..<10 {
            var random = SeededGenerator(seed: UInt64(seed))
            let broker = try broker()
            broker.settle()
            try fill(broker, 0..<20)
            broker.files.failNext("topics", .inputOutput, .synchronize)
            broker.shutDown()
            #expect(broker.failure != nil)
            broker.files.losePower(&random)
            try broker.restart()
            #expect(try numbers(broker) == Array(0..<20))
        }
    }

    @Test(
        "the checkpoint that a start relies on does not go with the power, whoever gave it its name", arguments: 0..<16)
    func checkpointName(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let broker = try broker()
        let old = try #require(broker.files.contents(Checkpoint.file))
        try fill(broker, 0..<50)
        broker.shutDown()
        let new = try #require(broker.files.contents(Checkpoint.file))
        #expect(new != old)
        // As if the process had died when the new one had its name, before the directory was synchronized.
        broker.files.corrupt(Checkpoint.file) { $0 = old }
        try broker.files.synchronizeDirectory("")
        try broker.files.write(Checkpoint.temporaryFile, at: 0, [ByteBuffer(bytes: new)])
        try broker.files.synchronize(Checkpoint.temporaryFile)
        try broker.files.rename(Checkpoint.temporaryFile, to: Checkpoint.file)
        try broker.restart()
        broker.files.losePower(&random)
        #expect(broker.files.contents(Checkpoint.file) == new)
        try broker.restart()
        #expect(try numbers(broker) == Array(0..<50))
    }

    @Test("after a clean stop there is nothing to replay")
    func cleanStop() throws {
        let broker = try broker()
        try fill(broker, 0..<50)
        broker.shutDown()
        #expect(broker.isShutDown)
        try broker.restart()
        #expect(broker.report.replayedFrames == 0)
        #expect(try numbers(broker) == Array(0..<50))
    }

    @Test("a broker that finds no room for its last checkpoint stops all the same, and loses nothing")
    func stopOnFullDisk() throws {
        let broker = try broker()
        try fill(broker, 0..<50)
        for _ in 0..<50 {
            broker.files.failNext(".log", .noSpace)
            broker.files.failNext("checkpoint", .noSpace)
        }
        broker.shutDown()
        #expect(!broker.isShutDown)
        for _ in 0..<10 {
            broker.advance(milliseconds: 1000)
            broker.settle()
        }
        #expect(broker.isShutDown)
        broker.files.clearFaults()
        try broker.restart()
        #expect(try numbers(broker) == Array(0..<50))
    }

    @Test("a journal that is cut at any byte loses only what was in its last frame")
    func cutJournal() throws {
        let broker = try broker()
        try fill(broker, 0..<3, bytes: 20)
        let before = broker.core.commits.journal.position
        let token = broker.sendProduce("t", 0, try Batches.make(["3-last"]))
        broker.endOfTick()
        broker.perform(.journal)
        #expect(broker.produced(token) != nil)
        let after = broker.core.commits.journal.position
        let name = JournalFiles.name(before.file)
        for cut in before.offset..<after.offset {
            let files = broker.files.copy()
            files.corrupt(name) { bytes in for index in cut..<after.offset { bytes[index] ^= 0xff } }
            let recovered = try CoreHarness(files: files)
            #expect(try numbers(recovered) == [0, 1, 2], "cut at \(cut)")
            // And it goes on from there.
            #expect(recovered.produce("t", 0, try Batches.make(["3-again"]))?.baseOffset == 3)
        }
    }

    @Test("segments of a crash in the middle of a write are cut back and written again")
    func tornSegment() throws {
        let broker = try broker()
        try fill(broker, 0..<20)
        broker.advance(milliseconds: 2000)
        broker.settle()
        let name = try #require(broker.files.fileNames.first { $0.hasPrefix("topics/t/") && $0.hasSuffix(".log") })
        broker.files.corrupt(name) { bytes in
            bytes.removeLast(100)
            bytes += Array(repeating: 0xEE, count: 37)
        }
        try broker.restart()
        #expect(try numbers(broker) == Array(0..<20))
    }

    @Test("if the journal itself is damaged, whole batches in segments are kept")
    func damagedJournal() throws {
        let broker = try broker()
        broker.shutDown()
        try broker.restart()
        broker.settle()
        let start = broker.core.commits.journal.position
        try fill(broker, 0..<20)
        broker.advance(milliseconds: 2000)
        for lane in [StorageLane.files] { while broker.perform(lane) {} }
        broker.files.corrupt(JournalFiles.name(start.file)) { bytes in
            for index in start.offset..<start.offset + 200 { bytes[index] = 0 }
        }
        try broker.restart()
        #expect(try numbers(broker) == Array(0..<20))
        #expect(broker.report.findings.contains { $0.contains("were kept") })
    }

    @Test("a safely stored segment that has become shorter, or is gone, is reported and not served")
    func missingData() throws {
        for delete in [false, true] {
            let broker = try broker()
            try fill(broker, 0..<200)
            broker.shutDown()
            let logs = broker.files.fileNames.filter { $0.hasPrefix("topics/t/") && $0.hasSuffix(".log") }
            #expect(logs.count > 2)
            if delete {
                try broker.files.delete(logs[1])
            } else {
                broker.files.corrupt(logs[logs.count - 1]) { $0.removeLast(10) }
            }
            try broker.restart()
            #expect(!broker.report.findings.isEmpty)
            #expect(broker.fetch("t", from: 0)?.errorCode == .kafkaStorageError)
            #expect(broker.produce("t", 0, try Batches.make(["x"]))?.errorCode == .kafkaStorageError)
            // Other topics are served.
            #expect(broker.createTopic("u") == .some(.none))
            #expect(broker.produce("u", 0, try Batches.make(["x"]))?.errorCode == .some(.none))
        }
    }

    @Test("a changed byte within a segment is never handed out")
    func bitRot() throws {
        let broker = try broker()
        try fill(broker, 0..<200)
        broker.shutDown()
        let name = try #require(broker.files.fileNames.first { $0.hasPrefix("topics/t/") && $0.hasSuffix(".log") })
        broker.files.corrupt(name) { $0[200] ^= 1 }
        try broker.restart()
        #expect(broker.fetch("t", from: 0)?.errorCode == .corruptMessage)
        #expect(broker.fetch("t", from: 150)?.errorCode == .some(.none))
    }

    @Test("missing or damaged index files are made again")
    func indexes() throws {
        let broker = try broker()
        try fill(broker, 0..<300)
        broker.shutDown()
        let indexes = broker.files.fileNames.filter { $0.hasSuffix(".index") }
        #expect(indexes.count > 1)
        try broker.files.delete(indexes[0])
        broker.files.corrupt(indexes[1]) { $0[20] ^= 4 }
        try broker.restart()
        #expect(try numbers(broker) == Array(0..<300))
        #expect(broker.files.fileNames.filter { $0.hasSuffix(".index") } == indexes)
    }

    @Test("topics, settings and deletions survive")
    func topics() throws {
        let broker = try broker()
        _ = broker.createTopic("gone")
        broker.produce("gone", 0, try Batches.make(["x"]))
        let token = broker.send(DeleteTopicsRequest(topicNames: ["gone"]))
        broker.settle()
        #expect(broker.response(token, as: DeleteTopicsResponse.self)?.results.first?.errorCode == .some(.none))
        _ = broker.createTopic("kept", partitions: 3, configs: ["retention.ms": "1234"])
        try broker.restart()
        #expect(broker.core.metadata.topics.keys.sorted() == ["kept", "t"])
        #expect(broker.core.topics["kept"]?.partitions.count == 3)
        #expect(broker.core.topics["kept"]?.partitions[0].config.retentionMilliseconds == 1234)
        #expect(!broker.files.fileNames.contains { $0.hasPrefix("topics/gone") })
        // A topic of the same name is another one.
        _ = broker.createTopic("gone")
        #expect(try broker.readAll("gone").isEmpty)
        try broker.restart()
        #expect(try broker.readAll("gone").isEmpty)
    }

    @Test("a checkpoint that fails is tried again in a second, not at once and all the time")
    func failedCheckpoint() throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("t")
        broker.produce("t", 0, try Batches.make(["a"]))
        let before = broker.files.contents("checkpoint")
        broker.files.failNext("checkpoint", .noSpace)
        broker.core.beginCheckpoint()
        broker.settle()
        broker.advance(milliseconds: 999)
        broker.settle()
        #expect(broker.files.contents("checkpoint") == before)
        broker.advance(milliseconds: 1)
        broker.settle()
        #expect(broker.files.contents("checkpoint") != before)
        #expect(broker.warnings.count { $0.contains("checkpoint") } == 1)
    }

    @Test("a topic whose deletion was not durable comes back whole, also when a checkpoint was under way")
    func undurableDeletion() throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("t")
        broker.produce("t", 0, try Batches.make(["kept"]))
        broker.core.beginCheckpoint()
        let token = broker.send(DeleteTopicsRequest(topicNames: ["t"]))
        // Everything is done but the commit that has the deletion.
        broker.endOfTick()
        while broker.perform(.files) || broker.perform(.background) {}
        #expect(broker.response(token, as: DeleteTopicsResponse.self) == nil)
        var random = SeededGenerator(seed: 1)
        broker.files.losePower(&random)
        try broker.restart()
        #expect(broker.report.findings == [])
        #expect(try broker.readAll("t").map(\.value) == ["kept"])
    }

    @Test("a journal of many files is recycled and still replayed in order")
    func recycling() throws {
        let broker = try broker()
        for round in 0..<5 {
            try fill(broker, round * 100..<round * 100 + 100, bytes: 900)
            try broker.restart()
        }
        #expect(try numbers(broker) == Array(0..<500))
        broker.settle()
        #expect(broker.files.fileNames.count { $0.hasPrefix("journal/") } <= 4)
    }

    @Test("a checkpoint gives back what it was made of, and refuses any changed byte")
    func checkpointFile() throws {
        let broker = try broker()
        let producer = try #require(broker.initialize("id"))
        _ = broker.addPartitions("id", producer, "t", [0])
        broker.produce(
            "t", 0, try Batches.make(["a"], producer: producer, sequence: 0, transactional: true), transactionalID: "id"
        )
        broker.shutDown()
        let checkpoint = Checkpoint(
            journal: broker.core.commits.journal.position,
            logs: broker.core.logs.values.map(\.snapshot).sorted { $0.id < $1.id })
        let bytes = checkpoint.encoded()
        #expect(try Checkpoint(decoding: bytes) == checkpoint)
        for index in stride(from: 0, to: bytes.readableBytes, by: 3) {
            var damaged = bytes
            damaged.setInteger((damaged.getInteger(at: index, as: UInt8.self) ?? 0) ^ 0x20, at: index)
            #expect(throws: StorageError.self) { try Checkpoint(decoding: damaged) }
        }
        broker.files.corrupt(Checkpoint.file) { $0[8] ^= 1 }
        #expect(throws: StorageError.self) { try broker.restart() }
    }
}

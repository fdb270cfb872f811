import NIOCore
import Testing

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol

@Suite("Produce and fetch through the core")
struct ProduceAndFetchTests {
    private func broker(_ settings: BrokerSettings = CoreHarness.smallSettings) throws -> CoreHarness {
        let broker = try CoreHarness(settings: settings)
        #expect(broker.createTopic("t", partitions: 2) == .some(.none))
        return broker
    }

    @Test("what is produced is fetched, in order and with its offsets")
    func roundTrip() throws {
        let broker = try broker()
        #expect(broker.produce("t", 0, try Batches.make(["a", "b"]))?.baseOffset == 0)
        #expect(broker.produce("t", 0, try Batches.make(["c"]))?.baseOffset == 2)
        #expect(broker.produce("t", 1, try Batches.make(["x"]))?.baseOffset == 0)
        #expect(try broker.readAll("t").map(\.value) == ["a", "b", "c"])
        #expect(try broker.readAll("t").map(\.offset) == [0, 1, 2])
        #expect(try broker.readAll("t", 0, from: 1).map(\.value) == ["b", "c"])
        #expect(try broker.readAll("t", 1).map(\.value) == ["x"])
    }

    @Test("nothing is acknowledged or readable before it is on disk")
    func durability() throws {
        let broker = try broker()
        let produce = broker.sendProduce("t", 0, try Batches.make(["a"]))
        let fetch = broker.sendFetch("t", from: 0, maxWait: 500, connection: 2)
        broker.endOfTick()
        #expect(broker.produced(produce) == nil)
        #expect(broker.fetched(fetch) == nil)
        #expect(broker.listOffsetNow("t") == 0)
        broker.perform(.journal)
        #expect(broker.produced(produce)?.errorCode == .some(.none))
        #expect(broker.fetched(fetch)?.highWatermark == 1)
    }

    @Test("what comes while a commit is under way goes out together in the next")
    func groupCommit() throws {
        let broker = try broker()
        let first = broker.sendProduce("t", 0, try Batches.make(["a"]))
        broker.endOfTick()
        let others = try (0..<10).map { broker.sendProduce("t", Int32($0 % 2), try Batches.make(["b\($0)"])) }
        broker.endOfTick()
        #expect(broker.queues[.journal]?.count == 1)
        broker.perform(.journal)
        #expect(broker.produced(first) != nil)
        #expect(others.allSatisfy { broker.produced($0) == nil })
        #expect(broker.queues[.journal]?.count == 1)
        broker.perform(.journal)
        #expect(others.allSatisfy { broker.produced($0)?.errorCode == .some(.none) })
    }

    @Test(
        "a reader of old batches after a restart does not take new ones, which wait for their commit, for bytes in the file"
    )
    func readingBesideAnAppend() throws {
        let broker = try broker()
        broker.produce("t", 0, try Batches.make(["old"]))
        broker.shutDown()
        try broker.restart()
        let produce = broker.sendProduce("t", 0, try Batches.make(["new"]))
        let fetch = broker.sendFetch("t", from: 0, connection: 2)
        broker.settle()
        #expect(broker.fetched(fetch)?.errorCode == .some(.none))
        #expect((broker.fetched(fetch)?.records?.readableBytes ?? 0) > 0)
        #expect(broker.produced(produce)?.baseOffset == 1)
        #expect(try broker.readAll("t").map(\.value) == ["old", "new"])
        #expect(broker.warnings.isEmpty)
    }

    @Test("a fetch waits until there is enough, or its time is up")
    func longPoll() throws {
        let broker = try broker()
        let waiting = broker.sendFetch("t", from: 0, maxWait: 500, connection: 2)
        let demanding = broker.sendFetch("t", from: 0, maxWait: 500, minBytes: 100_000, connection: 3)
        broker.settle()
        #expect(broker.fetched(waiting) == nil)
        broker.produce("t", 0, try Batches.make(["a"]))
        #expect(try Batches.read(broker.fetched(waiting)?.records, from: 0).records.map(\.value) == ["a"])
        #expect(broker.fetched(demanding) == nil)
        broker.advance(milliseconds: 500)
        #expect(try Batches.read(broker.fetched(demanding)?.records, from: 0).records.map(\.value) == ["a"])
    }

    @Test("limits are kept, but the first batch always comes")
    func limits() throws {
        let broker = try broker()
        for index in 0..<5 { broker.produce("t", 0, try Batches.make([String(repeating: "\(index)", count: 500)])) }
        #expect(try Batches.read(broker.fetch("t", from: 0, maxBytes: 1)?.records, from: 0).next == 1)
        #expect(try Batches.read(broker.fetch("t", from: 0, partitionMaxBytes: 2400)?.records, from: 0).next == 2)
        #expect(try Batches.read(broker.fetch("t", from: 3, partitionMaxBytes: 10)?.records, from: 3).next == 4)
    }

    @Test("old segments are read from their files, across their borders")
    func coldReads() throws {
        let broker = try broker()
        var expected: [String] = []
        for index in 0..<300 {
            let value = "\(index)-" + String(repeating: "v", count: 400)
            expected.append(value)
            broker.produce("t", 0, try Batches.make([value]))
        }
        #expect(broker.core.topics["t"]?.partitions[0].segments.count ?? 0 > 5)
        #expect(broker.core.tails.bytes <= broker.settings.tailCacheBytes)
        for limit: Int32 in [1, 700, 5_000, 1 << 20] {
            #expect(try broker.readAll("t", maxBytes: limit).map(\.value) == expected)
        }
        #expect(try broker.readAll("t", 0, from: 137).first?.value == expected[137])
    }

    @Test("offsets outside of the log are refused")
    func outOfRange() throws {
        let broker = try broker()
        broker.produce("t", 0, try Batches.make(["a"]))
        #expect(broker.fetch("t", from: 2)?.errorCode == .offsetOutOfRange)
        #expect(broker.fetch("t", from: -1)?.errorCode == .offsetOutOfRange)
        #expect(broker.fetch("t", from: 1)?.errorCode == .some(.none))
        #expect(broker.fetch("t", 7, from: 0)?.errorCode == .unknownTopicOrPartition)
    }

    @Test("a refused batch names its records at fault, in the versions that have room for them (KIP-467)")
    func recordErrors() throws {
        let broker = try broker()
        _ = broker.createTopic("compacted", configs: ["cleanup.policy": "compact"])
        let answer = broker.produce("compacted", 0, try Batches.make(["a", "b", "c"], keys: [nil, "k", nil]))
        #expect(answer?.errorCode == .invalidRecord && answer?.baseOffset == -1)
        #expect(answer?.recordErrors.map(\.batchIndex) == [0, 2])
        #expect(answer?.recordErrors.first?.batchIndexErrorMessage == "a compacted topic takes only records with a key")
        #expect(broker.produce("compacted", 0, try Batches.make(["a"], keys: ["k"]))?.baseOffset == 0)
    }

    @Test("a damaged batch is refused and leaves the log as it was")
    func corrupt() throws {
        let broker = try broker()
        var records = try Batches.make(["a"])
        records.setInteger(UInt8(0x7f), at: records.writerIndex - 2)
        #expect(broker.produce("t", 0, records)?.errorCode == .corruptMessage)
        #expect(broker.produce("nowhere", 0, try Batches.make(["a"]))?.errorCode == .unknownTopicOrPartition)
        #expect(try broker.readAll("t").isEmpty)
    }

    @Test("a repeated batch is acknowledged with its first offset and not stored again")
    func idempotence() throws {
        let broker = try broker()
        let producer = try #require(broker.initialize(nil))
        let records = try Batches.make(["a", "b"], producer: producer, sequence: 0)
        #expect(broker.produce("t", 0, records)?.baseOffset == 0)
        #expect(broker.produce("t", 0, records)?.baseOffset == 0)
        let gap = try Batches.make(["x"], producer: producer, sequence: 5)
        #expect(broker.produce("t", 0, gap)?.errorCode == .outOfOrderSequenceNumber)
        #expect(try broker.readAll("t").map(\.value) == ["a", "b"])
        try broker.restart()
        #expect(broker.produce("t", 0, records)?.baseOffset == 0)
        #expect(broker.produce("t", 0, try Batches.make(["c"], producer: producer, sequence: 2))?.baseOffset == 2)
    }

    @Test("a repeated batch that is still on its way is acknowledged only when it is on disk")
    func duplicateInFlight() throws {
        let broker = try broker()
        let producer = try #require(broker.initialize(nil))
        let records = try Batches.make(["a"], producer: producer, sequence: 0)
        let first = broker.sendProduce("t", 0, records)
        broker.endOfTick()
        let second = broker.sendProduce("t", 0, records, connection: 2)
        broker.endOfTick()
        #expect(broker.produced(second) == nil)
        broker.perform(.journal)
        #expect(broker.produced(first)?.baseOffset == 0)
        #expect(broker.produced(second)?.baseOffset == 0)
    }

    @Test("with log append time the broker's clock counts")
    func logAppendTime() throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("l", configs: ["message.timestamp.type": "LogAppendTime"])
        let answer = broker.produce("l", 0, try Batches.make(["a"], timestamp: 5))
        #expect(answer?.logAppendTimeMilliseconds == broker.now.wall)
        #expect(broker.listOffset("l", timestamp: 6)?.offset == 0)
    }

    @Test("offsets are found by timestamp, in memory and in files")
    func byTimestamp() throws {
        let broker = try broker()
        for index in 0..<200 {
            broker.produce(
                "t", 0,
                try Batches.make([String(repeating: "x", count: 300), "y"], timestamp: Int64(1000 + index * 10)))
        }
        for index in stride(from: 0, to: 200, by: 13) {
            let found = broker.listOffset("t", timestamp: Int64(1000 + index * 10))
            #expect(found?.offset == Int64(index * 2) && found?.timestamp == Int64(1000 + index * 10))
            #expect(broker.listOffset("t", timestamp: Int64(1001 + index * 10))?.offset == Int64(index * 2 + 1))
        }
        #expect(broker.listOffset("t", timestamp: 1_000_000)?.offset == -1)
        #expect(broker.listOffset("t", timestamp: -1)?.offset == 400)
        #expect(broker.listOffset("t", timestamp: -2)?.offset == 0)
        #expect(broker.listOffset("t", timestamp: -3)?.offset == 399)
    }

    @Test("after the journal has failed nothing is acknowledged any more")
    func failedJournal() throws {
        let broker = try broker()
        broker.files.failNext("journal", .inputOutput)
        let token = broker.sendProduce("t", 0, try Batches.make(["a"]))
        broker.settle()
        #expect(broker.produced(token) == nil)
        #expect(broker.failure?.code == .inputOutput)
        _ = broker.sendProduce("t", 0, try Batches.make(["b"]), connection: 9)
        #expect(broker.closed[9] != nil)
        try broker.restart()
        #expect(try broker.readAll("t").count <= 1)
    }

    @Test("when the journal finds no space, producers wait until there is some")
    func noJournalSpace() throws {
        let broker = try broker()
        broker.files.failNext("journal", .noSpace)
        let token = broker.sendProduce("t", 0, try Batches.make(["a"]))
        broker.settle()
        #expect(broker.produced(token) == nil)
        #expect(broker.failure == nil)
        broker.advance(milliseconds: 1000)
        broker.settle()
        #expect(broker.produced(token)?.baseOffset == 0)
        try broker.restart()
        #expect(try broker.readAll("t").map(\.value) == ["a"])
    }

    @Test("old records can be read while new ones are being put together for the next commit")
    func readsBehindUndispatchedBatches() throws {
        let broker = try broker()
        broker.produce("t", 0, try Batches.make(["a", "b"]))
        try broker.restart()
        broker.settle()
        // Appended, but its commit is not dispatched: the segment file does not grow before that.
        _ = broker.sendProduce("t", 0, try Batches.make(["c"]))
        let token = broker.sendFetch("t", from: 0)
        broker.perform(.files)
        #expect(broker.fetched(token)?.errorCode == .some(.none))
        #expect(try Batches.read(broker.fetched(token)?.records, from: 0).records.map(\.value) == ["a", "b"])
    }

    @Test("a full disk delays segments, not acknowledgements; nothing is lost")
    func fullDisk() throws {
        let broker = try broker()
        for index in 0..<100 {
            if index % 5 == 0 { broker.files.failNext(".log", .noSpace) }
            let answer = broker.produce("t", 0, try Batches.make([String(repeating: "z", count: 300) + "\(index)"]))
            #expect(answer?.errorCode == .some(.none))
            broker.advance(milliseconds: 300)
            broker.settle()
        }
        broker.files.clearFaults()
        broker.advance(milliseconds: 2000)
        broker.settle()
        #expect(try broker.readAll("t").count == 100)
        try broker.restart()
        #expect(try broker.readAll("t").count == 100)
    }

    @Test("segments that find no space are tried again once a second, and it is said once")
    func fullDiskIsNotAskedAllTheTime() throws {
        let broker = try broker()
        for _ in 0..<1000 { broker.files.failNext(".log", .noSpace, .write) }
        // Far more than what is flushed at once, in every partition.
        for index in 0..<42 {
            let value = String(repeating: "z", count: 350) + "\(index)"
            #expect(broker.produce("t", Int32(index % 2), try Batches.make([value]))?.errorCode == .some(.none))
        }
        #expect((1...2).contains(broker.files.faultsStruck))
        broker.advance(milliseconds: 1000)
        broker.settle()
        #expect((2...4).contains(broker.files.faultsStruck))
        #expect(broker.warnings.count == 1)
        broker.files.clearFaults()
        broker.advance(milliseconds: 1000)
        broker.settle()
        #expect(broker.core.logs.values.allSatisfy { $0.unflushedBytes < broker.settings.flushBytes })
        try broker.restart()
        #expect(try (0..<2).reduce(0) { try $0 + broker.readAll("t", $1).count } == 42)
    }

    @Test(
        "a fetch is full by its epoch, whatever session it names; only the next of a session is refused",
        arguments: [0, 77])
    func fetchSessions(id: Int32) throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("t")
        broker.produce("t", 0, try Batches.make(["a"]))
        func fetch(epoch: Int32) -> FetchResponse? {
            var request = FetchRequest()
            request.sessionID = id
            request.sessionEpoch = epoch
            request.topics = [
                .init(topic: "t", partitions: [.init(partition: 0, fetchOffset: 0, partitionMaxBytes: 1 << 20)])
            ]
            let token = broker.send(request)
            broker.settle()
            return broker.response(token)
        }
        for epoch: Int32 in [0, -1] {
            #expect(fetch(epoch: epoch)?.errorCode == .some(.none))
            #expect(fetch(epoch: epoch)?.sessionID == 0)
            #expect(fetch(epoch: epoch)?.topics.first?.partitions.first?.records?.readableBytes ?? 0 > 0)
        }
        #expect(fetch(epoch: 1)?.errorCode == .fetchSessionIDNotFound)
    }

    @Test("a client that knows a later leader than there ever was is refused")
    func laterLeader() throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("t")
        var request = FetchRequest()
        request.topics = [
            .init(
                topic: "t",
                partitions: [.init(partition: 0, currentLeaderEpoch: 3, fetchOffset: 0, partitionMaxBytes: 100)])
        ]
        let token = broker.send(request)
        broker.settle()
        #expect(broker.fetched(token)?.errorCode == .unknownLeaderEpoch)
        var list = ListOffsetsRequest()
        list.topics = [.init(name: "t", partitions: [.init(partitionIndex: 0, currentLeaderEpoch: 3, timestamp: -1)])]
        let listed = broker.send(list)
        #expect(
            broker.response(listed, as: ListOffsetsResponse.self)?.topics.first?.partitions.first?.errorCode
                == .unknownLeaderEpoch)
    }
}

extension CoreHarness {
    /// The end of partition 0 as a consumer sees it, without letting the storage do anything.
    fileprivate func listOffsetNow(_ topic: String) -> Int64? {
        core.topics[topic]?.partitions[0].highWatermark
    }
}

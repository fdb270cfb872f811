import KafkaProtocol
import NIOCore
import TestSupport
import Testing

@testable import BrokerCore
@testable import BrokerStorage
@testable import KafkaRecords

/// What earlier versions have written must be read, and what is written must be read by them: byte for byte.
@Suite("What is stored has the same bytes in every version") struct StoredBytesTests {
    /// A file's bytes with the checksum of all before behind them.
    private func file(_ hex: String) -> ByteBuffer {
        var bytes = ByteBuffer(hex: hex)
        bytes.writeInteger(bytes.withUnsafeReadableBytes { CRC32C.checksum($0) })
        return bytes
    }

    private var segment: Segment {
        var segment = Segment(baseOffset: 5, createdAt: 0x0102)
        segment.size = 0x0304
        segment.lastOffset = 9
        segment.lastRecordOffset = 8
        segment.maxTimestamp = 0x0506
        segment.appendedAt = 0x0708
        segment.index.note(relativeOffset: 1, position: 2, maxTimestampBefore: .min)
        return segment
    }

    private let segmentHex =
        "0000000000000005" + "0000000000000304" + "0000000000000009" + "0000000000000008" + "0000000000000506"
        + "0000000000000102" + "0000000000000708" + "00000001" + "00000001" + "00000002" + "8000000000000000"

    @Test("an index file")
    func indexFile() throws {
        let bytes = file("4f494458" + "00000002" + segmentHex)
        #expect(segment.encoded() == bytes)
        #expect(try Segment(decoding: bytes, file: "x") == segment)
    }

    private var snapshot: LogSnapshot {
        var entry = ProducerEntry(epoch: 3, lastSeen: 4)
        entry.transactionFirstOffset = 6
        entry.remember(.init(firstSequence: 1, lastSequence: 2, baseOffset: 7, timestamp: -1))
        return LogSnapshot(
            id: 17, startOffset: 5, active: segment, producers: [.init(id: 1000, entry: entry)],
            openTransactions: [6], abortedTransactions: [.init(producerID: 8, firstOffset: 5, lastOffset: 6)],
            compactedOffset: 4)
    }

    private let headHex =
        "00000002" + "0000000000000100" + "0000000000000003" + "0a0b0c0d" + "00000001" + "00000011"
        + "0000000000000005" + "0000000000000004"
    private let tailHex =
        "00000001" + "00000000000003e8" + "0003" + "0000000000000004" + "0000000000000006" + "00000001" + "00000001"
        + "00000002" + "0000000000000007" + "ffffffffffffffff" + "00000001" + "0000000000000006" + "00000001"
        + "0000000000000008" + "0000000000000005" + "0000000000000006"

    @Test("a checkpoint, and one of the version before")
    func checkpoint() throws {
        let checkpoint = Checkpoint(
            journal: .init(file: 2, offset: 256, nextSequence: 3, previousChecksum: 0x0a0b_0c0d), logs: [snapshot])
        let bytes = file("4f434850" + "00000002" + headHex + segmentHex + tailHex)
        #expect(checkpoint.encoded() == bytes)
        #expect(try Checkpoint(decoding: bytes) == checkpoint)

        let oldSegment =
            "0000000000000005" + "0000000000000304" + "0000000000000009" + "0000000000000506" + "0000000000000102"
            + "00000001" + "00000001" + "00000002" + "8000000000000000"
        var old = checkpoint
        old.logs[0].active.lastRecordOffset = 9
        old.logs[0].active.appendedAt = Segment.unknownAppendTime
        #expect(try Checkpoint(decoding: file("4f434850" + "00000001" + headHex + oldSegment + tailHex)) == old)
        #expect(throws: StorageError.self) {
            try Checkpoint(decoding: file("4f434850" + "00000003" + headHex + segmentHex + tailHex))
        }
    }

    private static let changes: [(MetadataChange, key: String, value: String?)] = [
        (.setTopic(.init(name: "t", logs: [16, 17], configs: ["b": "2", "a": "1"])), "01000174", topicHex),
        (.deleteTopic("t"), "01000174", nil),
        (.setNextLogID(18), "03", "00000012"),
        (.setNextProducerID(1000), "04", "00000000000003e8"),
        (.setClusterID("c"), "05", "000163"),
    ]
    private static let topicHex = "000000020000001000000011" + "00000002000161000131000162000132"

    @Test("changes of the metadata", arguments: changes)
    func metadata(change: MetadataChange, key: String, value: String?) throws {
        let record = InternalRecord(key: ByteBuffer(hex: key), value: value.map { ByteBuffer(hex: $0) })
        #expect(change.record == record)
        #expect(try MetadataChange(record) == change)
    }

    @Test("a transactional id, and one of the first versions")
    func transaction() throws {
        var transaction = Transaction(id: "x", producerID: 9, epoch: 2, timeoutMilliseconds: 60_000, lastUpdate: 5)
        transaction.predecessor = ProducerIdentity(id: 7, epoch: 1)
        let first = "0000" + "0000000000000009" + "0002" + "0000ea60" + "01" + "0000000000000005"
        let key = ByteBuffer(hex: "0000" + "000178")
        let record = InternalRecord(key: key, value: ByteBuffer(hex: first + "0000000000000007" + "0001"))
        #expect(TransactionRecord.record(transaction, outcome: true) == record)
        #expect(TransactionRecord.tombstone("x") == InternalRecord(key: key, value: nil))
        let old = try #require(try TransactionRecord.read(.init(key: key, value: ByteBuffer(hex: first))))
        #expect(old.state?.predecessor == nil && old.state?.phase == .completed(commit: true))
    }

    @Test("a group with a member")
    func group() throws {
        let snapshot = GroupSnapshot(
            protocolType: "consumer", generation: 4, protocolName: "range", leader: nil, stateTimestamp: 6,
            members: [
                .init(
                    id: "m", instanceID: "i", clientID: "c", clientHost: "h", rebalanceTimeoutMilliseconds: 1,
                    sessionTimeoutMilliseconds: 2, subscription: ByteBuffer(hex: "aa"),
                    assignment: ByteBuffer(hex: "bbcc"))
            ])
        let value = ByteBuffer(
            hex: "0003" + "0008636f6e73756d6572" + "00000004" + "000572616e6765" + "ffff" + "0000000000000006"
                + "00000001" + "00016d" + "000169" + "000163" + "000168" + "00000001" + "00000002" + "00000001aa"
                + "00000002bbcc")
        #expect(ByteBuffer(wire: Int16(3), snapshot) == value)
        let record = InternalRecord(key: ByteBuffer(hex: "0002" + "000167"), value: value)
        guard case .group("g", let read) = try GroupRecord(record) else {
            Issue.record("it is not read as a group")
            return
        }
        #expect(read == snapshot)
    }
}

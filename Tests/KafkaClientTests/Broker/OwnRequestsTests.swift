import KafkaProtocol
import NIOCore
import TestSupport
import Testing

@testable import KafkaClient

/// The client does what foreign clients did for their fixtures. Where the protocol leaves no choice, it has to send the
/// same bytes.
@Suite(.timeLimit(.minutes(1))) struct OwnRequestsTests {
    /// How a kind of request is compared.
    private struct Comparison {
        let api: API
        /// Whether one of the client's requests is that of the foreign client, apart from what clients choose.
        let isSent: (_ theirs: ForeignFrame, _ ours: [ByteBuffer]) throws -> Bool

        /// - Parameter choose: takes over what is a client's choice, or was the broker's.
        init<Request: KafkaRequest>(_: Request.Type, _ choose: @escaping (inout Request, Request) -> Void) {
            api = Request.api
            isSent = { theirs, ours in
                let (header, wanted) = try readRequest(Request.self, theirs.bytes)
                return try ours.contains { frame in
                    var (_, body) = try readRequest(Request.self, frame)
                    choose(&body, wanted)
                    let sent = WireFrame.request(
                        body, version: header.version, correlationID: header.correlationID, clientID: header.clientID)
                    return WireFrame.joined(sent) == theirs.bytes
                }
            }
        }
    }

    private static func topicsAndRecords() -> [Comparison] {
        [
            Comparison(ApiVersionsRequest.self) {
                ($0.clientSoftwareName, $0.clientSoftwareVersion) = ($1.clientSoftwareName, $1.clientSoftwareVersion)
            },
            Comparison(MetadataRequest.self) {
                $0.allowAutoTopicCreation = $1.allowAutoTopicCreation
                $0.includeTopicAuthorizedOperations = $1.includeTopicAuthorizedOperations
            },
            Comparison(CreateTopicsRequest.self) { $0.timeoutMilliseconds = $1.timeoutMilliseconds },
            Comparison(FindCoordinatorRequest.self) { _, _ in },
            Comparison(InitProducerIDRequest.self) {
                $0.transactionTimeoutMilliseconds = $1.transactionTimeoutMilliseconds
            },
            Comparison(ProduceRequest.self) {
                $0.timeoutMilliseconds = $1.timeoutMilliseconds
                // Batches have tests of their own.
                if $0.topics.map(\.name) == $1.topics.map(\.name),
                    let records = $1.topics.first?.partitions.first?.records
                {
                    $0.topics[0].partitions[0].records = records
                }
            },
            Comparison(ListOffsetsRequest.self) {
                $0.isolationLevel = $1.isolationLevel
                $0.topics.takeOrder(of: $1.topics) { ours, theirs in
                    ours.partitionIndex == theirs.partitionIndex && ours.timestamp == theirs.timestamp
                }
            },
        ]
    }

    private static func groups() -> [Comparison] {
        [
            Comparison(JoinGroupRequest.self) {
                $0.sessionTimeoutMilliseconds = $1.sessionTimeoutMilliseconds
                $0.rebalanceTimeoutMilliseconds = $1.rebalanceTimeoutMilliseconds
                ($0.memberID, $0.protocols, $0.reason) = ($1.memberID, $1.protocols, $1.reason)
            },
            Comparison(SyncGroupRequest.self) {
                ($0.memberID, $0.generationID, $0.protocolName) = ($1.memberID, $1.generationID, $1.protocolName)
                $0.assignments = $1.assignments
            },
            Comparison(HeartbeatRequest.self) { ($0.memberID, $0.generationID) = ($1.memberID, $1.generationID) },
            Comparison(OffsetCommitRequest.self) {
                ($0.memberID, $0.generationIDOrMemberEpoch) = ($1.memberID, $1.generationIDOrMemberEpoch)
                $0.topics.takeNotes(of: $1.topics)
            },
            Comparison(OffsetFetchRequest.self) {
                $0.requireStable = $1.requireStable
                guard $0.groups.count == 1, let theirs = $1.groups.first?.topics else { return }
                $0.groups[0].topics?.takeOrder(of: theirs, ==)
            },
            Comparison(LeaveGroupRequest.self) {
                guard $0.members.count == 1, $1.members.count == 1 else { return }
                ($0.members[0].memberID, $0.members[0].reason) = ($1.members[0].memberID, $1.members[0].reason)
            },
        ]
    }

    private static func additions() -> [Comparison] {
        [
            Comparison(AddPartitionsToTxnRequest.self) {
                ($0.producerID, $0.producerEpoch) = ($1.producerID, $1.producerEpoch)
            },
            Comparison(AddOffsetsToTxnRequest.self) {
                ($0.producerID, $0.producerEpoch) = ($1.producerID, $1.producerEpoch)
            },
        ]
    }

    private static func transactions() -> [Comparison] {
        [
            Comparison(TxnOffsetCommitRequest.self) {
                ($0.producerID, $0.producerEpoch) = ($1.producerID, $1.producerEpoch)
                ($0.memberID, $0.generationID) = ($1.memberID, $1.generationID)
                $0.topics.takeNotes(of: $1.topics)
            },
            Comparison(EndTxnRequest.self) { ($0.producerID, $0.producerEpoch) = ($1.producerID, $1.producerEpoch) },
        ]
    }

    /// Version 2 of transactions (KIP-890) only Java's client has.
    @Test(arguments: [1, 2] as [Int16])
    func `Where the protocol leaves no choice, requests are those of Java's client and of librdkafka`(
        transactionVersion: Int16
    ) async throws {
        let additions = transactionVersion == 1 ? Self.additions() : []
        try await LocalBroker.run(seed: 1, transactionVersion: transactionVersion) { broker in
            let network = try #require(broker.network)
            network.heal()
            try await scenario(broker)
            let ours = Dictionary(grouping: network.requests) { frame in
                [
                    frame.getInteger(at: frame.readerIndex + 4) ?? Int16(-1),
                    frame.getInteger(at: frame.readerIndex + 6) ?? -1,
                ]
            }
            for comparison in Self.topicsAndRecords() + Self.groups() + Self.transactions() + additions {
                var compared = 0
                for theirs in ForeignFrame.java + ForeignFrame.confluent where theirs.key == comparison.api.key {
                    guard let sent = ours[[theirs.key, theirs.version]] else { continue }
                    // Without transactions of version 2 that version is for other records only.
                    if transactionVersion == 1, theirs.key == ProduceRequest.api.key, theirs.version >= 12 { continue }
                    #expect(try comparison.isSent(theirs, sent), "\(theirs)")
                    compared += 1
                }
                #expect(compared > 0, "\(comparison.api)")
            }
        }
    }

    /// As `scenario` in Tests/ForeignClients/frames.py, as far as requests are compared.
    private func scenario(_ broker: LocalBroker) async throws {
        let admin = try await broker.admin()
        let topic = NewTopic(
            name: "golden", partitions: 2, replicationFactor: 1, configuration: ["retention.ms": "3600000"])
        _ = try await admin.createTopics([topic])
        let place = TopicPartition(topic: "golden", partition: 0)
        for time in [OffsetTime.timestamp(1_700_000_000_000), .beginning, .end] {
            _ = try await admin.offsets(at: [place: time])
        }
        admin.close()
        let producer = try await broker.producer()
        _ = try await producer.send(producer.topic("golden"), key: nil, value: [1], partition: 0)
        await producer.close()
        for (group, instance) in [("golden-group", nil), ("golden-static", "golden-instance"), ("golden-copy", nil)] {
            let consumer = try await broker.consumer(group: group) { $0.groupInstanceID = instance }
            try await consumer.subscribe(["golden"])
            while try await consumer.poll().isEmpty { try Task.checkCancellation() }
            if group == "golden-group" { try await consumer.commit([place: 3]) }
            if group == "golden-copy" { try await transact(broker, try #require(await consumer.groupMetadata)) }
            let network = try #require(broker.network)
            let beats = { network.requests.filter { $0.getInteger(at: $0.readerIndex + 4) == Int16(12) }.count }
            let before = beats()
            while beats() == before {
                try Task.checkCancellation()
                _ = try await consumer.poll(timeout: .milliseconds(20))
            }
            await consumer.close()
        }
    }

    private func transact(_ broker: LocalBroker, _ member: ConsumerGroupMetadata) async throws {
        let producer = try await broker.producer { $0.transactionalID = "golden-transactions" }
        try await producer.initTransactions()
        let topic = try await producer.topic("golden")
        for commits in [true, false] {
            try await producer.beginTransaction()
            _ = try await producer.send(topic, key: nil, value: [1], partition: 0)
            if commits {
                let place = TopicPartition(topic: "golden", partition: 0)
                try await producer.sendOffsets([place: CommittedOffset(offset: 3)], of: member)
                try await producer.commitTransaction()
            } else {
                try await producer.abortTransaction()
            }
        }
        await producer.close()
    }
}

extension Array {
    /// Takes over the order of partitions, and what `isSame` does not look at.
    fileprivate mutating func takeOrder<Partition>(
        of theirs: Self, _ isSame: (Partition, Partition) -> Bool
    ) where Element == TopicPartitions<Partition> {
        guard map(\.name) == theirs.map(\.name) else { return }
        let (ours, others) = (flatMap(\.partitions), theirs.flatMap(\.partitions))
        guard ours.count == others.count, ours.allSatisfy({ own in others.contains { isSame(own, $0) } }) else {
            return
        }
        self = theirs
    }

    /// Takes over what a client may note beside a position.
    fileprivate mutating func takeNotes<Request: OffsetCommittingRequest>(of theirs: Self)
    where Element == TopicPartitions<CommittedPartition<Request>> {
        guard let note = theirs.first?.partitions.first else { return }
        self = mapPartitions { _, partition in
            .init {
                $0 = partition
                ($0.committedLeaderEpoch, $0.committedMetadata) = (note.committedLeaderEpoch, note.committedMetadata)
            }
        }
    }
}

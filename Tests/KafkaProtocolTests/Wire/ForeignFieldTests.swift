import KafkaProtocol
import TestSupport
import Testing

/// What foreign clients have said, as the types have it: a field that is read in the wrong place shows here, where it
/// may be written back to the same bytes. Tests/ForeignClients/frames.py has what they did.
@Suite struct ForeignFieldTests {
    private func requests<Request: KafkaRequest>(
        _ type: Request.Type
    ) throws -> [(frame: ForeignFrame, header: RequestHeader, body: Request)] {
        let frames = ForeignFrame.all.filter {
            $0.key == type.api.key && type.api.versions.contains($0.version)
        }
        try #require(frames.count >= 2)
        return try frames.map { frame in
            let (header, body) = try ForeignFrameTests.read(type, frame)
            #expect(header.version == frame.version)
            return (frame, header, body)
        }
    }

    private let groups: Set = ["golden-group", "golden-static", "golden-copy"]
    private let transactional = "golden-transactions"

    @Test func `Topics are created and asked for by their names`() throws {
        for (frame, _, body) in try requests(CreateTopicsRequest.self) {
            let topic = try #require(body.topics.first)
            #expect(body.topics.count == 1 && topic.name == "golden" && topic.numPartitions == 2, "\(frame)")
            #expect(topic.replicationFactor == 1 && topic.assignments.isEmpty && !body.validateOnly, "\(frame)")
            #expect(topic.configs.map(\.name) == ["retention.ms"], "\(frame)")
            #expect(topic.configs.map(\.value) == ["3600000"], "\(frame)")
        }
        for (frame, _, body) in try requests(MetadataRequest.self) {
            for topic in body.topics ?? [] { #expect(topic.name == "golden" && topic.topicID == .none, "\(frame)") }
        }
    }

    @Test func `Records are written to a partition, and read from it as a consumer reads`() throws {
        for (frame, _, body) in try requests(ProduceRequest.self) {
            #expect(body.topics.map(\.name) == ["golden"], "\(frame)")
            #expect(body.topics.first?.partitions.map(\.index) == [0], "\(frame)")
            #expect(body.acks == -1 && body.timeoutMilliseconds > 0, "\(frame)")
            #expect(body.transactionalID ?? transactional == transactional, "\(frame)")
        }
        for (frame, _, body) in try requests(FetchRequest.self) {
            #expect(body.replicaID == -1 && (0...1).contains(body.isolationLevel), "\(frame)")
            #expect(body.minBytes == 1 && body.maxWaitMilliseconds > 0 && body.maxBytes >= 1 << 20, "\(frame)")
            let partitions = body.topics.flatMap(\.partitions)
            #expect(!partitions.isEmpty && body.forgottenTopicsData.isEmpty && body.rackID.isEmpty, "\(frame)")
            #expect(partitions.allSatisfy { (0...3).contains($0.fetchOffset) }, "\(frame)")
            #expect(partitions.allSatisfy { $0.partitionMaxBytes >= 1 << 20 && $0.logStartOffset == -1 }, "\(frame)")
        }
        for (frame, _, body) in try requests(ListOffsetsRequest.self) {
            #expect(body.replicaID == -1 && body.topics.map(\.name) == ["golden"], "\(frame)")
            let times = body.topics.flatMap(\.partitions).map(\.timestamp)
            #expect(times.allSatisfy { [-1, -2, 1_700_000_000_000].contains($0) }, "\(frame)")
        }
    }

    @Test func `Members join, sync, beat and leave under the group's name`() throws {
        for (frame, _, body) in try requests(JoinGroupRequest.self) {
            #expect(groups.contains(body.groupID) && body.protocolType == "consumer", "\(frame)")
            #expect([nil, "golden-instance"].contains(body.groupInstanceID), "\(frame)")
            #expect(body.sessionTimeoutMilliseconds >= 6_000, "\(frame)")
        }
        for (frame, _, body) in try requests(SyncGroupRequest.self) {
            #expect(groups.contains(body.groupID) && body.generationID >= 1 && !body.memberID.isEmpty, "\(frame)")
            #expect(body.assignments.map(\.memberID) == [body.memberID], "\(frame)")
            #expect(frame.version < 5 || body.protocolType == "consumer", "\(frame)")
        }
        for (frame, _, body) in try requests(HeartbeatRequest.self) {
            #expect(groups.contains(body.groupID) && body.generationID >= 1 && !body.memberID.isEmpty, "\(frame)")
        }
        for (frame, _, body) in try requests(LeaveGroupRequest.self) {
            let members = frame.version < 3 ? [body.memberID] : body.members.map(\.memberID)
            #expect(groups.contains(body.groupID) && members.count == 1 && members != [""], "\(frame)")
        }
    }

    @Test func `A group's positions are committed and asked for`() throws {
        for (frame, _, body) in try requests(OffsetCommitRequest.self) {
            #expect(groups.contains(body.groupID) && body.topics.map(\.name) == ["golden"], "\(frame)")
            let partitions = body.topics.flatMap(\.partitions)
            #expect(partitions.first?.partitionIndex == 0 && partitions.first?.committedOffset == 3, "\(frame)")
        }
        for (frame, _, body) in try requests(OffsetFetchRequest.self) {
            let asked = frame.version < 8 ? [body.groupID] : body.groups.map(\.groupID)
            #expect(asked.count == 1 && groups.contains(asked[0]), "\(frame)")
            let topics = frame.version < 8 ? body.topics : body.groups[0].topics
            #expect(topics.map { $0.map(\.name) == ["golden"] } ?? true, "\(frame)")
        }
    }

    @Test func `Transactions are of their id, with their group's positions`() throws {
        for (frame, _, body) in try requests(FindCoordinatorRequest.self) {
            let names = frame.version < 4 ? [body.key] : body.coordinatorKeys
            #expect(names.count == 1, "\(frame)")
            #expect(body.keyType == 1 ? names == [transactional] : groups.contains(names[0]), "\(frame)")
        }
        for (frame, _, body) in try requests(InitProducerIDRequest.self) {
            #expect(body.transactionalID ?? transactional == transactional, "\(frame)")
            #expect(body.producerID == -1 && body.producerEpoch == -1, "\(frame)")
        }
        for (frame, _, body) in try requests(AddPartitionsToTxnRequest.self) {
            #expect(body.transactionalID == transactional && body.producerID >= 0, "\(frame)")
            #expect(body.topics == [.init(name: "golden", partitions: [0])], "\(frame)")
        }
        for (frame, _, body) in try requests(AddOffsetsToTxnRequest.self) {
            #expect(body.transactionalID == transactional && body.groupID == "golden-copy", "\(frame)")
        }
        for (frame, _, body) in try requests(TxnOffsetCommitRequest.self) {
            #expect(body.transactionalID == transactional && body.groupID == "golden-copy", "\(frame)")
            let partitions = body.topics.flatMap(\.partitions)
            #expect(partitions.map(\.partitionIndex) == [0] && partitions.map(\.committedOffset) == [3], "\(frame)")
        }
        for (frame, _, body) in try requests(EndTxnRequest.self) {
            #expect(body.transactionalID == transactional && body.producerID >= 0, "\(frame)")
        }
    }
}

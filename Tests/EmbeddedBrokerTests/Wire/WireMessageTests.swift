import NIOCore
import Testing

@testable import EmbeddedBroker

@Suite struct WireMessageTests {
    static let requestTypes: [APIKey: any WireRequest.Type] = [
        .produce: ProduceRequest.self,
        .fetch: FetchRequest.self,
        .listOffsets: ListOffsetsRequest.self,
        .metadata: MetadataRequest.self,
        .offsetCommit: OffsetCommitRequest.self,
        .offsetFetch: OffsetFetchRequest.self,
        .findCoordinator: FindCoordinatorRequest.self,
        .joinGroup: JoinGroupRequest.self,
        .heartbeat: HeartbeatRequest.self,
        .leaveGroup: LeaveGroupRequest.self,
        .syncGroup: SyncGroupRequest.self,
        .describeGroups: DescribeGroupsRequest.self,
        .listGroups: ListGroupsRequest.self,
        .saslHandshake: SaslHandshakeRequest.self,
        .apiVersions: ApiVersionsRequest.self,
        .createTopics: CreateTopicsRequest.self,
        .deleteTopics: DeleteTopicsRequest.self,
        .deleteRecords: DeleteRecordsRequest.self,
        .initProducerID: InitProducerIDRequest.self,
        .offsetForLeaderEpoch: OffsetForLeaderEpochRequest.self,
        .addPartitionsToTxn: AddPartitionsToTxnRequest.self,
        .addOffsetsToTxn: AddOffsetsToTxnRequest.self,
        .endTxn: EndTxnRequest.self,
        .writeTxnMarkers: WriteTxnMarkersRequest.self,
        .txnOffsetCommit: TxnOffsetCommitRequest.self,
        .describeACLs: DescribeACLsRequest.self,
        .describeConfigs: DescribeConfigsRequest.self,
        .alterConfigs: AlterConfigsRequest.self,
        .describeLogDirs: DescribeLogDirsRequest.self,
        .saslAuthenticate: SaslAuthenticateRequest.self,
        .createPartitions: CreatePartitionsRequest.self,
        .deleteGroups: DeleteGroupsRequest.self,
        .incrementalAlterConfigs: IncrementalAlterConfigsRequest.self,
        .offsetDelete: OffsetDeleteRequest.self,
        .describeCluster: DescribeClusterRequest.self,
        .describeProducers: DescribeProducersRequest.self,
        .describeTransactions: DescribeTransactionsRequest.self,
        .listTransactions: ListTransactionsRequest.self,
    ]

    static func decode<Message: WireMessage>(
        _: Message.Type, _ bytes: ByteBuffer, version: Int16
    ) throws -> Message {
        var reader = WireReader(bytes, flexible: Message.apiKey.isFlexible(version))
        let message = try Message(from: &reader, version: version)
        try reader.finish()
        return message
    }

    static func encode<Message: WireMessage>(_ message: Message, version: Int16) -> ByteBuffer {
        var writer = WireWriter(flexible: Message.apiKey.isFlexible(version))
        message.write(to: &writer, version: version)
        return WireFrame.joined(writer.finish())
    }

    /// Decodes and encodes again.
    static func roundTrip<Message: WireMessage>(
        _: Message.Type, _ bytes: ByteBuffer, version: Int16
    ) throws -> ByteBuffer {
        encode(try decode(Message.self, bytes, version: version), version: version)
    }

    static func roundTripResponse<Request: WireRequest>(
        of _: Request.Type, _ bytes: ByteBuffer, version: Int16
    ) throws -> ByteBuffer {
        try roundTrip(Request.Response.self, bytes, version: version)
    }

    static func type(_ key: APIKey) throws -> any WireRequest.Type { try #require(requestTypes[key]) }

    @Test("Every supported version of every API is covered")
    func coverage() {
        for key in APIKey.allCases {
            let versions = WireVectors.all.filter { $0.apiKey == key }.map(\.version)
            #expect(versions == Array(key.supportedVersions), "\(key)")
        }
    }

    @Test("Messages made by another encoder decode, and encode to the same bytes", arguments: WireVectors.all)
    func goldenBytes(vector: WireVectors) throws {
        let type = try Self.type(vector.apiKey)
        #expect(try Self.roundTrip(type, vector.request, version: vector.version) == vector.request)
        #expect(try Self.roundTripResponse(of: type, vector.response, version: vector.version) == vector.response)
    }

    @Test("Every message that is cut short is refused", arguments: WireVectors.all)
    func truncation(vector: WireVectors) throws {
        let type = try Self.type(vector.apiKey)
        for length in 0..<vector.request.readableBytes {
            let cut = try #require(vector.request.getSlice(at: 0, length: length))
            #expect(throws: WireError.self) { try Self.roundTrip(type, cut, version: vector.version) }
        }
        for length in 0..<vector.response.readableBytes {
            let cut = try #require(vector.response.getSlice(at: 0, length: length))
            #expect(throws: WireError.self) { try Self.roundTripResponse(of: type, cut, version: vector.version) }
        }
    }

    @Test("Whatever bytes come, a request is read or refused, and what is read can be written", arguments: WireVectors.all)
    func mutation(vector: WireVectors) throws {
        let type = try Self.type(vector.apiKey)
        var random = SeededGenerator(seed: UInt64(vector.apiKey.rawValue) << 8 | UInt64(vector.version))
        let interesting: [UInt8] = [0x00, 0x01, 0x7f, 0x80, 0xff]
        guard vector.request.readableBytes > 0 else { return }
        for _ in 0..<300 {
            var bytes = Array(vector.request.readableBytesView)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: bytes.indices, using: &random)
                bytes[index] = Bool.random(using: &random)
                    ? interesting[Int.random(in: 0..<5, using: &random)] : UInt8.random(in: 0...255, using: &random)
            }
            do {
                let again = try Self.roundTrip(type, ByteBuffer(bytes: bytes), version: vector.version)
                // What was read is a fixed point: writing it and reading it back changes nothing.
                #expect(try Self.roundTrip(type, again, version: vector.version) == again)
            } catch is WireError {}
        }
    }
}

import NIOCore

/// A request of any API, decoded.
enum BrokerRequest: Hashable, Sendable {
    case produce(ProduceRequest)
    case fetch(FetchRequest)
    case listOffsets(ListOffsetsRequest)
    case metadata(MetadataRequest)
    case offsetCommit(OffsetCommitRequest)
    case offsetFetch(OffsetFetchRequest)
    case findCoordinator(FindCoordinatorRequest)
    case joinGroup(JoinGroupRequest)
    case heartbeat(HeartbeatRequest)
    case leaveGroup(LeaveGroupRequest)
    case syncGroup(SyncGroupRequest)
    case describeGroups(DescribeGroupsRequest)
    case listGroups(ListGroupsRequest)
    case saslHandshake(SaslHandshakeRequest)
    case apiVersions(ApiVersionsRequest)
    case createTopics(CreateTopicsRequest)
    case deleteTopics(DeleteTopicsRequest)
    case deleteRecords(DeleteRecordsRequest)
    case initProducerID(InitProducerIDRequest)
    case offsetForLeaderEpoch(OffsetForLeaderEpochRequest)
    case addPartitionsToTxn(AddPartitionsToTxnRequest)
    case addOffsetsToTxn(AddOffsetsToTxnRequest)
    case endTxn(EndTxnRequest)
    case writeTxnMarkers(WriteTxnMarkersRequest)
    case txnOffsetCommit(TxnOffsetCommitRequest)
    case describeACLs(DescribeACLsRequest)
    case describeConfigs(DescribeConfigsRequest)
    case alterConfigs(AlterConfigsRequest)
    case describeLogDirs(DescribeLogDirsRequest)
    case saslAuthenticate(SaslAuthenticateRequest)
    case createPartitions(CreatePartitionsRequest)
    case deleteGroups(DeleteGroupsRequest)
    case incrementalAlterConfigs(IncrementalAlterConfigsRequest)
    case offsetDelete(OffsetDeleteRequest)
    case describeCluster(DescribeClusterRequest)
    case describeProducers(DescribeProducersRequest)
    case describeTransactions(DescribeTransactionsRequest)
    case listTransactions(ListTransactionsRequest)
    /// ApiVersions in a version that this broker does not know. It is answered in version 0 with
    /// ``ErrorCode/unsupportedVersion`` and the versions that it does know, see ``ApiVersions/unsupportedVersionResponse``.
    case unsupportedAPIVersions
}

extension BrokerRequest {
    /// Reads one frame (without its length prefix).
    ///
    /// Throws where the frame is malformed, unknown or of an unsupported version; the connection then has to be closed.
    static func decode(_ frame: ByteBuffer) throws(WireError) -> (header: RequestHeader, request: BrokerRequest) {
        var reader = WireReader(frame)
        let header = try RequestHeader(from: &reader)
        guard header.apiKey.supportedVersions.contains(header.apiVersion) else { return (header, .unsupportedAPIVersions) }
        let request = try BrokerRequest(from: &reader, apiKey: header.apiKey, version: header.apiVersion)
        // Bytes after the body are passed over, as Kafka does: librdkafka 2.0.2 ends some requests with tagged fields twice.
        return (header, request)
    }

    /// Reads the body; `reader` is at its start and set to its encoding, `version` is a supported one.
    init(from reader: inout WireReader, apiKey: APIKey, version: Int16) throws(WireError) {
        switch apiKey {
        case .produce: self = .produce(try ProduceRequest(from: &reader, version: version))
        case .fetch: self = .fetch(try FetchRequest(from: &reader, version: version))
        case .listOffsets: self = .listOffsets(try ListOffsetsRequest(from: &reader, version: version))
        case .metadata: self = .metadata(try MetadataRequest(from: &reader, version: version))
        case .offsetCommit: self = .offsetCommit(try OffsetCommitRequest(from: &reader, version: version))
        case .offsetFetch: self = .offsetFetch(try OffsetFetchRequest(from: &reader, version: version))
        case .findCoordinator: self = .findCoordinator(try FindCoordinatorRequest(from: &reader, version: version))
        case .joinGroup: self = .joinGroup(try JoinGroupRequest(from: &reader, version: version))
        case .heartbeat: self = .heartbeat(try HeartbeatRequest(from: &reader, version: version))
        case .leaveGroup: self = .leaveGroup(try LeaveGroupRequest(from: &reader, version: version))
        case .syncGroup: self = .syncGroup(try SyncGroupRequest(from: &reader, version: version))
        case .describeGroups: self = .describeGroups(try DescribeGroupsRequest(from: &reader, version: version))
        case .listGroups: self = .listGroups(try ListGroupsRequest(from: &reader, version: version))
        case .saslHandshake: self = .saslHandshake(try SaslHandshakeRequest(from: &reader, version: version))
        case .apiVersions: self = .apiVersions(try ApiVersionsRequest(from: &reader, version: version))
        case .createTopics: self = .createTopics(try CreateTopicsRequest(from: &reader, version: version))
        case .deleteTopics: self = .deleteTopics(try DeleteTopicsRequest(from: &reader, version: version))
        case .deleteRecords: self = .deleteRecords(try DeleteRecordsRequest(from: &reader, version: version))
        case .initProducerID: self = .initProducerID(try InitProducerIDRequest(from: &reader, version: version))
        case .offsetForLeaderEpoch: self = .offsetForLeaderEpoch(try OffsetForLeaderEpochRequest(from: &reader, version: version))
        case .addPartitionsToTxn: self = .addPartitionsToTxn(try AddPartitionsToTxnRequest(from: &reader, version: version))
        case .addOffsetsToTxn: self = .addOffsetsToTxn(try AddOffsetsToTxnRequest(from: &reader, version: version))
        case .endTxn: self = .endTxn(try EndTxnRequest(from: &reader, version: version))
        case .writeTxnMarkers: self = .writeTxnMarkers(try WriteTxnMarkersRequest(from: &reader, version: version))
        case .txnOffsetCommit: self = .txnOffsetCommit(try TxnOffsetCommitRequest(from: &reader, version: version))
        case .describeACLs: self = .describeACLs(try DescribeACLsRequest(from: &reader, version: version))
        case .describeConfigs: self = .describeConfigs(try DescribeConfigsRequest(from: &reader, version: version))
        case .alterConfigs: self = .alterConfigs(try AlterConfigsRequest(from: &reader, version: version))
        case .describeLogDirs: self = .describeLogDirs(try DescribeLogDirsRequest(from: &reader, version: version))
        case .saslAuthenticate: self = .saslAuthenticate(try SaslAuthenticateRequest(from: &reader, version: version))
        case .createPartitions: self = .createPartitions(try CreatePartitionsRequest(from: &reader, version: version))
        case .deleteGroups: self = .deleteGroups(try DeleteGroupsRequest(from: &reader, version: version))
        case .incrementalAlterConfigs: self = .incrementalAlterConfigs(try IncrementalAlterConfigsRequest(from: &reader, version: version))
        case .offsetDelete: self = .offsetDelete(try OffsetDeleteRequest(from: &reader, version: version))
        case .describeCluster: self = .describeCluster(try DescribeClusterRequest(from: &reader, version: version))
        case .describeProducers: self = .describeProducers(try DescribeProducersRequest(from: &reader, version: version))
        case .describeTransactions: self = .describeTransactions(try DescribeTransactionsRequest(from: &reader, version: version))
        case .listTransactions: self = .listTransactions(try ListTransactionsRequest(from: &reader, version: version))
        }
    }
}

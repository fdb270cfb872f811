import KafkaProtocol

// Who serves which request.

extension ProduceRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.produce } }
extension FetchRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.fetch } }
extension ListOffsetsRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.listOffsets } }
extension MetadataRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.describeMetadata } }
extension OffsetCommitRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.offsetCommit } }
extension OffsetFetchRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.offsetFetch } }
extension FindCoordinatorRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.findCoordinator } }
extension JoinGroupRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.joinGroup } }
extension HeartbeatRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.heartbeat } }
extension LeaveGroupRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.leaveGroup } }
extension SyncGroupRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.syncGroup } }
extension DescribeGroupsRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.describeGroups } }
extension ListGroupsRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.listGroups } }
extension SaslHandshakeRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.saslHandshake } }
extension ApiVersionsRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.apiVersions } }
extension CreateTopicsRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.createTopics } }
extension DeleteTopicsRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.deleteTopics } }
extension DeleteRecordsRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.deleteRecords } }
extension InitProducerIDRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.initProducerID } }
extension OffsetForLeaderEpochRequest: ServedRequest {
    static var handler: Handler<Self> { BrokerCore.offsetForLeaderEpoch }
}
extension AddPartitionsToTxnRequest: ServedRequest {
    static var handler: Handler<Self> { BrokerCore.addPartitionsToTxn }
}
extension AddOffsetsToTxnRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.addOffsetsToTxn } }
extension EndTxnRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.endTxn } }
extension WriteTxnMarkersRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.writeTxnMarkers } }
extension TxnOffsetCommitRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.txnOffsetCommit } }
extension DescribeACLsRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.describeACLs } }
extension DescribeConfigsRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.describeConfigs } }
extension AlterConfigsRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.alterConfigs } }
extension DescribeLogDirsRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.describeLogDirs } }
extension SaslAuthenticateRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.saslAuthenticate } }
extension CreatePartitionsRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.createPartitions } }
extension DeleteGroupsRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.deleteGroups } }
extension IncrementalAlterConfigsRequest: ServedRequest {
    static var handler: Handler<Self> { BrokerCore.incrementalAlterConfigs }
}
extension OffsetDeleteRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.offsetDelete } }
extension DescribeClusterRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.describeCluster } }
extension DescribeProducersRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.describeProducers } }
extension DescribeTransactionsRequest: ServedRequest {
    static var handler: Handler<Self> { BrokerCore.describeTransactions }
}
extension ListTransactionsRequest: ServedRequest { static var handler: Handler<Self> { BrokerCore.listTransactions } }

// MARK: Answers that are always the same

extension BrokerCore {
    /// A version that is not known is answered in version 0, with the versions of ApiVersions itself to ask in next
    /// (KIP-511).
    fileprivate func apiVersions(_ context: RequestContext, _ request: ApiVersionsRequest) {
        respond(context, context.header.isSupported ? ApiVersions.response : ApiVersions.unsupportedVersionResponse)
    }

    fileprivate func describeACLs(_ context: RequestContext, _ request: DescribeACLsRequest) {
        var answer = DescribeACLsResponse { $0.errorCode = .securityDisabled }
        answer.errorMessage = "the broker has no access control lists"
        respond(context, answer)
    }

    fileprivate func saslHandshake(_ context: RequestContext, _ request: SaslHandshakeRequest) {
        respond(context, SaslHandshakeResponse { $0.errorCode = .illegalSaslState })
    }

    fileprivate func saslAuthenticate(_ context: RequestContext, _ request: SaslAuthenticateRequest) {
        var answer = SaslAuthenticateResponse { $0.errorCode = .illegalSaslState }
        answer.errorMessage = "this listener does not use SASL"
        respond(context, answer)
    }
}

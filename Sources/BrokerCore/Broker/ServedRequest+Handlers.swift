import KafkaProtocol

// Who serves which request.

extension ProduceRequest: ServedRequest { package static var handler: Handler<Self> { Broker.produce } }
extension FetchRequest: ServedRequest { package static var handler: Handler<Self> { Broker.fetch } }
extension ListOffsetsRequest: ServedRequest { package static var handler: Handler<Self> { Broker.listOffsets } }
extension MetadataRequest: ServedRequest { package static var handler: Handler<Self> { Broker.describeMetadata } }
extension OffsetCommitRequest: ServedRequest { package static var handler: Handler<Self> { Broker.offsetCommit } }
extension OffsetFetchRequest: ServedRequest { package static var handler: Handler<Self> { Broker.offsetFetch } }
extension FindCoordinatorRequest: ServedRequest { package static var handler: Handler<Self> { Broker.findCoordinator } }
extension JoinGroupRequest: ServedRequest { package static var handler: Handler<Self> { Broker.joinGroup } }
extension HeartbeatRequest: ServedRequest { package static var handler: Handler<Self> { Broker.heartbeat } }
extension LeaveGroupRequest: ServedRequest { package static var handler: Handler<Self> { Broker.leaveGroup } }
extension SyncGroupRequest: ServedRequest { package static var handler: Handler<Self> { Broker.syncGroup } }
extension DescribeGroupsRequest: ServedRequest { package static var handler: Handler<Self> { Broker.describeGroups } }
extension ListGroupsRequest: ServedRequest { package static var handler: Handler<Self> { Broker.listGroups } }
extension SaslHandshakeRequest: ServedRequest { package static var handler: Handler<Self> { Broker.saslHandshake } }
extension ApiVersionsRequest: ServedRequest { package static var handler: Handler<Self> { Broker.apiVersions } }
extension CreateTopicsRequest: ServedRequest { package static var handler: Handler<Self> { Broker.createTopics } }
extension DeleteTopicsRequest: ServedRequest { package static var handler: Handler<Self> { Broker.deleteTopics } }
extension DeleteRecordsRequest: ServedRequest { package static var handler: Handler<Self> { Broker.deleteRecords } }
extension InitProducerIDRequest: ServedRequest { package static var handler: Handler<Self> { Broker.initProducerID } }
extension OffsetForLeaderEpochRequest: ServedRequest {
    package static var handler: Handler<Self> { Broker.offsetForLeaderEpoch }
}
extension AddPartitionsToTxnRequest: ServedRequest {
    package static var handler: Handler<Self> { Broker.addPartitionsToTxn }
}
extension AddOffsetsToTxnRequest: ServedRequest { package static var handler: Handler<Self> { Broker.addOffsetsToTxn } }
extension EndTxnRequest: ServedRequest { package static var handler: Handler<Self> { Broker.endTxn } }
extension WriteTxnMarkersRequest: ServedRequest { package static var handler: Handler<Self> { Broker.writeTxnMarkers } }
extension TxnOffsetCommitRequest: ServedRequest { package static var handler: Handler<Self> { Broker.txnOffsetCommit } }
extension DescribeACLsRequest: ServedRequest { package static var handler: Handler<Self> { Broker.describeACLs } }
extension DescribeConfigsRequest: ServedRequest { package static var handler: Handler<Self> { Broker.describeConfigs } }
extension AlterConfigsRequest: ServedRequest { package static var handler: Handler<Self> { Broker.alterConfigs } }
extension DescribeLogDirsRequest: ServedRequest { package static var handler: Handler<Self> { Broker.describeLogDirs } }
extension SaslAuthenticateRequest: ServedRequest {
    package static var handler: Handler<Self> { Broker.saslAuthenticate }
}
extension CreatePartitionsRequest: ServedRequest {
    package static var handler: Handler<Self> { Broker.createPartitions }
}
extension DeleteGroupsRequest: ServedRequest { package static var handler: Handler<Self> { Broker.deleteGroups } }
extension IncrementalAlterConfigsRequest: ServedRequest {
    package static var handler: Handler<Self> { Broker.incrementalAlterConfigs }
}
extension OffsetDeleteRequest: ServedRequest { package static var handler: Handler<Self> { Broker.offsetDelete } }
extension DescribeClusterRequest: ServedRequest { package static var handler: Handler<Self> { Broker.describeCluster } }
extension DescribeProducersRequest: ServedRequest {
    package static var handler: Handler<Self> { Broker.describeProducers }
}
extension DescribeTransactionsRequest: ServedRequest {
    package static var handler: Handler<Self> { Broker.describeTransactions }
}
extension ListTransactionsRequest: ServedRequest {
    package static var handler: Handler<Self> { Broker.listTransactions }
}

// MARK: Answers that depend on no state

extension Broker {
    /// A version that is not known is answered in version 0, with the versions of ApiVersions itself to ask in next
    /// (KIP-511).
    fileprivate func apiVersions(_ context: RequestContext, _ request: ApiVersionsRequest) {
        respond(
            context,
            context.header.isSupported
                ? ApiVersions.response(transactionVersion: settings.transactionVersion)
                : ApiVersions.unsupportedVersionResponse)
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

import KafkaProtocol

// Who answers which request.

extension ProduceRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.produce(context, self) }
}

extension FetchRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.fetch(context, self) }
}

extension ListOffsetsRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.listOffsets(context, self) }
}

extension MetadataRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.describeMetadata(context, self) }
}

extension OffsetCommitRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.offsetCommit(context, self) }
}

extension OffsetFetchRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.perform(core.groups.offsetFetch(self, context)) }
}

extension FindCoordinatorRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.findCoordinator(context, self) }
}

extension JoinGroupRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.joinGroup(context, self) }
}

extension HeartbeatRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.perform(core.groups.heartbeat(self, context, now: core.now)) }
}

extension LeaveGroupRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.perform(core.groups.leaveGroup(self, context, now: core.now)) }
}

extension SyncGroupRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.syncGroup(context, self) }
}

extension DescribeGroupsRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.perform(core.groups.describeGroups(self, context)) }
}

extension ListGroupsRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.perform(core.groups.listGroups(self, context)) }
}

extension SaslHandshakeRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.respond(context, SaslHandshakeResponse { $0.errorCode = .illegalSaslState }) }
}

extension CreateTopicsRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.createTopics(context, self) }
}

extension DeleteTopicsRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.deleteTopics(context, self) }
}

extension DeleteRecordsRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.deleteRecords(context, self) }
}

extension InitProducerIDRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.initProducerID(context, self) }
}

extension OffsetForLeaderEpochRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.offsetForLeaderEpoch(context, self) }
}

extension AddPartitionsToTxnRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.addPartitionsToTxn(context, self) }
}

extension AddOffsetsToTxnRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.addOffsetsToTxn(context, self) }
}

extension EndTxnRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.endTxn(context, self) }
}

extension WriteTxnMarkersRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.writeTxnMarkers(context, self) }
}

extension TxnOffsetCommitRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.txnOffsetCommit(context, self) }
}

extension DescribeConfigsRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.describeConfigs(context, self) }
}

extension AlterConfigsRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.alterConfigs(context, self) }
}

extension DescribeLogDirsRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.describeLogDirs(context, self) }
}

extension CreatePartitionsRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.createPartitions(context, self) }
}

extension DeleteGroupsRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.perform(core.groups.deleteGroups(self, context)) }
}

extension IncrementalAlterConfigsRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.incrementalAlterConfigs(context, self) }
}

extension OffsetDeleteRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.perform(core.groups.offsetDelete(self, context)) }
}

extension DescribeClusterRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.describeCluster(context, self) }
}

extension DescribeProducersRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.describeProducers(context, self) }
}

extension DescribeTransactionsRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.describeTransactions(context, self) }
}

extension ListTransactionsRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) { core.listTransactions(context, self) }
}

extension ApiVersionsRequest: ServedRequest {
    /// A version that is not known is answered in version 0, with the versions of ApiVersions itself to ask in next (KIP-511).
    func serve(_ core: BrokerCore, _ context: RequestContext) {
        core.respond(context, context.header.isSupported ? ApiVersions.response : ApiVersions.unsupportedVersionResponse)
    }
}

extension DescribeACLsRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) {
        var answer = DescribeACLsResponse { $0.errorCode = .securityDisabled }
        answer.errorMessage = "the broker has no access control lists"
        core.respond(context, answer)
    }
}

extension SaslAuthenticateRequest: ServedRequest {
    func serve(_ core: BrokerCore, _ context: RequestContext) {
        var answer = SaslAuthenticateResponse { $0.errorCode = .illegalSaslState }
        answer.errorMessage = "this listener does not use SASL"
        core.respond(context, answer)
    }
}

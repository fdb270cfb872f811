/// From requests to their handlers.
extension BrokerCore {
    /// A request has arrived.
    func handle(_ request: BrokerRequest, _ context: RequestContext, now: BrokerTime) {
        self.now = now
        guard failure == nil else {
            effects.append(.close(connection: context.token.connection, reason: "the broker's storage has failed"))
            return
        }
        route(request, context)
        wakeFetches()
    }

    /// A connection is gone; what it waited for is forgotten.
    func connectionClosed(_ connection: UInt64, now: BrokerTime) {
        self.now = now
        dropFetches(of: connection)
        dropGroupRequests(of: connection)
        stalledProduces.removeAll { $0.0.token.connection == connection }
    }

    private func route(_ request: BrokerRequest, _ context: RequestContext) {
        switch request {
        case .produce(let request): produce(context, request)
        case .fetch(let request): fetch(context, request)
        case .listOffsets(let request): listOffsets(context, request)
        case .metadata(let request): describeMetadata(context, request)
        case .findCoordinator(let request): findCoordinator(context, request)
        case .apiVersions: respond(context, ApiVersionsResponse(apis: ApiVersions.supported))
        case .unsupportedAPIVersions: respond(context, ApiVersions.unsupportedVersionResponse)
        case .offsetForLeaderEpoch(let request): offsetForLeaderEpoch(context, request)
        case .offsetCommit, .offsetFetch, .joinGroup, .heartbeat, .leaveGroup, .syncGroup, .describeGroups, .listGroups,
            .deleteGroups, .offsetDelete, .txnOffsetCommit:
            routeGroups(request, context)
        case .initProducerID(let request): initProducerID(context, request)
        case .addPartitionsToTxn(let request): addPartitionsToTxn(context, request)
        case .addOffsetsToTxn(let request): addOffsetsToTxn(context, request)
        case .endTxn(let request): endTxn(context, request)
        case .writeTxnMarkers(let request): writeTxnMarkers(context, request)
        case .describeTransactions(let request): describeTransactions(context, request)
        case .listTransactions(let request): listTransactions(context, request)
        case .describeProducers(let request): describeProducers(context, request)
        case .createTopics(let request): createTopics(context, request)
        case .deleteTopics(let request): deleteTopics(context, request)
        case .createPartitions(let request): createPartitions(context, request)
        case .deleteRecords(let request): deleteRecords(context, request)
        case .describeConfigs(let request): describeConfigs(context, request)
        case .alterConfigs(let request): alterConfigs(context, request)
        case .incrementalAlterConfigs(let request): incrementalAlterConfigs(context, request)
        case .describeCluster(let request): describeCluster(context, request)
        case .describeLogDirs(let request): describeLogDirs(context, request)
        case .describeACLs:
            let message = "the broker has no access control lists"
            respond(context, DescribeACLsResponse(errorCode: .securityDisabled, errorMessage: message))
        case .saslHandshake:
            respond(context, SaslHandshakeResponse(errorCode: .illegalSaslState))
        case .saslAuthenticate:
            let message = "this listener does not use SASL"
            respond(context, SaslAuthenticateResponse(errorCode: .illegalSaslState, errorMessage: message))
        }
    }
}

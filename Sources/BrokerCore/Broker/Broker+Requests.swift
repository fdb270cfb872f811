import KafkaProtocol

/// What comes from connections.
extension Broker {
    /// A request has arrived.
    package func handle(_ request: any ServedRequest, _ context: RequestContext, now: BrokerTime) {
        self.now = now
        guard failure == nil else {
            effects.append(.close(connection: context.token.connection, reason: "the broker's storage has failed"))
            return
        }
        request.serve(self, context)
        wakeFetches()
    }

    /// A connection is gone; what it waited for is forgotten.
    package func connectionClosed(_ connection: UInt64, now: BrokerTime) {
        self.now = now
        dropFetches(of: connection)
        dropGroupRequests(of: connection)
        commits.stalled.removeAll { $0.0.token.connection == connection }
    }
}

// Whoever is at hand, for requests that any broker answers.
extension ClusterCore {
    /// A node for `anyBroker`: a ready connection first, then one that is coming, then a broker without failures, then a
    /// bootstrap server without failures, at last whichever may be tried again first.
    ///
    /// So when all known brokers fail, the bootstrap servers are asked again.
    func anyNode(lane: Lane) -> Node.ID? {
        let current = linkOf.keys.filter { $0.lane == lane }.sorted { $0.node < $1.node }
            .compactMap { linkOf[$0].flatMap { links[$0] } }
        let ready = current.filter { $0.state == .ready && $0.throttledUntil <= now.monotonic }
        if let best = ready.filter({ $0.node.broker != nil }).min(by: isLessBusy) { return best.node }
        if let seed = ready.min(by: isLessBusy), nodes.count == settings.bootstrapServers.count { return seed.node }
        if let coming = current.first(where: { $0.state == .connecting }) { return coming.node }
        let ids = nodes.keys.sorted()
        let sound = ids.filter { nodes[$0]?.failures == 0 }
        let brokers = sound.filter { $0.broker != nil }
        if let chosen = (brokers.isEmpty ? sound : brokers).randomElement(using: &random) { return chosen }
        return ids.min { (nodes[$0]?.blockedUntil ?? .max) < (nodes[$1]?.blockedUntil ?? .max) }
    }

    private func isLessBusy(_ left: Link, _ right: Link) -> Bool {
        left.connection.inFlight.count + left.queue.count < right.connection.inFlight.count + right.queue.count
    }
}

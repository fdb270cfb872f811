import Foundation

extension BucketClient {
    /// Takes a configuration, if it is newer: opens and closes connections, and routes by it.
    mutating func adopt(_ new: ClusterConfig, from source: Endpoint) {
        guard phase == .open || phase == .closing, new.bucket?.name == settings.bucket else { return }
        if let config, new.version <= config.version { return }
        let network: ClusterNetwork
        do throws(CouchbaseError) {
            if let chosen = self.network {
                network = chosen
            } else {
                network = try ClusterNetwork.choose(settings.network, dialled: source.host, config: new)
            }
        } catch {
            actions.append(.unreachable(error))
            for id in homeless { end(id, .failure(error)) }
            return
        }
        self.network = network
        config = new
        let endpoints = new.dataNodes.map {
            $0.endpoint(of: .keyValue, encrypted: settings.isEncrypted, network: network)
        }
        let displaced = updateSlots(Set(endpoints.compactMap { $0 }))
        routes = endpoints.map { endpoint in endpoint.flatMap { slotIDs[$0] } }
        actions.append(.config(new, network))
        let waiting = homeless
        homeless.removeAll()
        for id in waiting { dispatch(id) }
        for id in displaced { dispatch(id) }
    }

    /// - Returns: operations that waited for a node that is gone.
    private mutating func updateSlots(_ wanted: Set<Endpoint>) -> [OperationID] {
        var displaced: [OperationID] = []
        for (id, slot) in slots.sorted(by: { $0.key < $1.key }) where !wanted.contains(slot.endpoint) {
            displaced += slot.waiting
            removeSlot(id, endpoint: slot.endpoint)
        }
        for endpoint in wanted.sorted(by: { ($0.host, $0.port) < ($1.host, $1.port) }) {
            let id = slotIDs[endpoint] ?? addSlot(endpoint, isSeed: false)
            slots[id]?.isSeed = false
            openLink(for: id)
        }
        return displaced
    }
}

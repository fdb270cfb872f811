extension BucketClient {
    /// Looks for the cluster.
    mutating func start(at moment: Moment) {
        guard phase == .idle else { return }
        self.moment = moment
        phase = .open
        lastReady = now
        schedule(.poll, at: now + settings.pollInterval)
        startSeedRound()
    }

    mutating func startSeedRound() {
        guard phase == .open, !isResolving else { return }
        seedRound += 1
        if let name = settings.serviceRecordName {
            isResolving = true
            actions.append(.resolve(name))
        } else {
            openSeeds(settings.seeds)
        }
    }

    /// The service records, or none.
    mutating func seedsResolved(_ endpoints: [Endpoint], at moment: Moment) {
        self.moment = moment
        guard phase == .open, isResolving else { return }
        isResolving = false
        openSeeds(endpoints.isEmpty ? settings.seeds : endpoints)
    }

    private mutating func openSeeds(_ endpoints: [Endpoint]) {
        lastReady = now
        for endpoint in endpoints.prefix(ConnectionString.maximumHosts) where slotIDs[endpoint] == nil {
            addSlot(endpoint, isSeed: true)
        }
        for id in slots.keys.sorted() where slots[id]?.isSeed == true && slots[id]?.link == nil {
            openLink(for: id)
        }
    }

    /// A seed has failed. When all have, the most telling error is the answer.
    mutating func checkSeeds() {
        guard config == nil, phase == .open, !isResolving, slots.values.allSatisfy({ $0.link == nil }) else { return }
        let errors = slots.sorted { $0.key < $1.key }.compactMap(\.value.lastError)
        let final: Set<CouchbaseError.Code> = [
            .authenticationFailure, .bucketNotFound, .unsupportedOperation, .invalidArgument,
        ]
        let telling = errors.first { final.contains($0.code) }
        let reasons = errors.map(\.message).joined(separator: "; ")
        let error = telling ?? CouchbaseError(.connectionFailure, "no node of the cluster can be reached: \(reasons)")
        actions.append(.unreachable(error))
        for id in homeless { operations[id]?.lastError = error }
        // Nobody's waiting makes a wrong password right.
        if telling != nil { for id in homeless { end(id, .failure(error)) } }
        for (id, slot) in slots where slot.isSeed { removeSlot(id, endpoint: slot.endpoint) }
        schedule(.seeds, at: now + Self.reopenDelay(after: seedRound + 3))
    }
}

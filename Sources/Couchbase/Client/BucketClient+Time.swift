import Foundation
import HeapModule

extension BucketClient {
    mutating func schedule(_ event: Timer.Event, at time: Duration) {
        timers.insert(Timer(time: time, sequence: takeID(), event: event))
    }

    /// When ``advance(to:)`` has something to do.
    mutating func nextDeadline() -> Duration? {
        // What has ended leaves its deadline behind: it must not wake anyone.
        while let next = timers.min, !isDue(next.event) { timers.removeMin() }
        return timers.min?.time
    }

    private func isDue(_ event: Timer.Event) -> Bool {
        switch event {
        case .deadline(let id): operations[id] != nil
        case .retry(let id): operations[id]?.state == .backingOff
        case .connected(let id): links[id].map { $0.connection.phase != .ready } ?? false
        case .lookedUp(let id): lookups[id] != nil
        case .reopen(let id): slots[id].map { $0.link == nil } ?? false
        case .lookUp(let name): collections[name] != nil
        case .seeds, .poll: phase == .open || phase == .closing
        }
    }

    /// Does what is due.
    mutating func advance(to moment: Moment) {
        self.moment = moment
        while let next = timers.min, next.time <= now {
            timers.removeMin()
            guard isDue(next.event) else { continue }
            handle(next.event)
        }
        // Between two long deadlines there may be thousands that have ended.
        if timers.count > 4 * (operations.count + slots.count + links.count) + 4_096 {
            timers = Heap(timers.unordered.filter { isDue($0.event) })
        }
    }

    private mutating func handle(_ event: Timer.Event) {
        switch event {
        case .deadline(let id): if let pending = operations[id] { end(id, .failure(pending.timeoutError)) }
        case .retry(let id): dispatch(id)
        case .reopen(let id): openLink(for: id)
        case .connected(let id):
            linkFailed(
                id,
                CouchbaseError(
                    .unambiguousTimeout,
                    "\(links[id]?.endpoint.description ?? "") did not answer within \(settings.connectTimeout)"))
        case .lookUp(let name): lookUp(name)
        case .lookedUp(let id): lookupLost(id)
        case .seeds: startSeedRound()
        case .poll: poll()
        }
    }

    /// Every few seconds: asks one node for a newer configuration, and idle nodes whether they are there.
    private mutating func poll() {
        schedule(.poll, at: now + settings.pollInterval)
        pollTicks += 1
        let ready = links.filter { $0.value.connection.phase == .ready && !$0.value.isRetired }.keys.sorted()
        for id in ready { checkLiveness(id) }
        for (place, id) in ready.enumerated() {
            guard let link = links[id] else { continue }
            let features = link.connection.features
            let isPushed = features.contains(.briefConfigPush) && features.contains(.duplex) && homeless.isEmpty
            let isTurn = place == pollTicks % ready.count && !isPushed
            guard isTurn || link.connection.isFetchingConfig else { continue }
            links[id]?.connection.forgetConfigRequest()
            fetchConfig(id)
        }
        if config != nil, ready.isEmpty, now - lastReady >= settings.lostInterval { startSeedRound() }
    }

    private mutating func checkLiveness(_ id: LinkID) {
        guard let link = links[id] else { return }
        if let probedAt = link.probedAt, link.lastReceived < probedAt {
            guard now - probedAt >= settings.probeTimeout else { return }
            linkFailed(id, CouchbaseError(.connectionFailure, "\(link.endpoint) does not answer any more"))
        } else if now - link.lastReceived >= settings.idleInterval {
            let now = now
            links[id]?.probedAt = now
            if let actions = links[id]?.connection.probe() { perform(actions, of: id) }
        }
    }

    mutating func fetchConfig(_ id: LinkID) {
        links[id]?.connection.knownVersion = config?.version
        if let actions = links[id]?.connection.fetchConfig() { queueBytes(actions, of: id) }
    }
}

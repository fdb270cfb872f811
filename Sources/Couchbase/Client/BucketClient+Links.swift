import SCRAM
import Foundation
import NIOCore

extension BucketClient {
    @discardableResult
    mutating func addSlot(_ endpoint: Endpoint, isSeed: Bool) -> SlotID {
        let id = Int(takeID())
        slots[id] = Slot(endpoint: endpoint, isSeed: isSeed)
        slotIDs[endpoint] = id
        return id
    }

    mutating func removeSlot(_ id: SlotID, endpoint: Endpoint) {
        if let link = slots[id]?.link { retire(link) }
        slots[id] = nil
        slotIDs[endpoint] = nil
    }

    mutating func openLink(for slotID: SlotID) {
        guard phase == .open || phase == .closing, let slot = slots[slotID], slot.link == nil else { return }
        let id = takeID()
        let connection = KVConnection(
            settings: KVConnection.Settings(
                host: slot.endpoint.host, credentials: settings.credentials, bucket: settings.bucket,
                isEncrypted: settings.isEncrypted, agent: settings.agent, nonce: settings.makeNonce(),
                connectTimeout: settings.connectTimeout, outstandingLimit: settings.outstandingLimit))
        links[id] = Link(
            slot: slotID, endpoint: slot.endpoint, openedAt: now, connection: connection, lastReceived: now)
        slots[slotID]?.link = id
        schedule(.connected(id), at: now + settings.connectTimeout)
        actions.append(.open(id, slot.endpoint))
    }

    /// The socket is open, encrypted where it has to be.
    mutating func opened(_ id: LinkID, at moment: Moment) {
        self.moment = moment
        guard let openedAt = links[id]?.openedAt, let actions = links[id]?.connection.start(now: openedAt) else {
            return
        }
        perform(actions, of: id)
    }

    /// The socket could not be opened, or is closed.
    mutating func closed(_ id: LinkID, error: CouchbaseError?, at moment: Moment) {
        self.moment = moment
        guard let link = links[id] else { return }
        linkFailed(
            id, error ?? CouchbaseError(.connectionFailure, "\(link.endpoint) closed the connection"),
            isOpen: false)
    }

    mutating func received(_ bytes: ByteBuffer, from id: LinkID, at moment: Moment) {
        self.moment = moment
        links[id]?.lastReceived = moment.now
        guard let actions = links[id]?.connection.received(bytes) else { return }
        perform(actions, of: id)
        settle(id)
    }

    mutating func solved(_ id: LinkID, _ result: Result<SCRAMTask.Answer, SCRAMError>, at moment: Moment) {
        self.moment = moment
        guard let actions = links[id]?.connection.solved(result) else { return }
        perform(actions, of: id)
    }

    mutating func writabilityChanged(_ id: LinkID, isWritable: Bool, at moment: Moment) {
        self.moment = moment
        links[id]?.isWritable = isWritable
        settle(id)
    }

    /// There may be room on the connection, or no reason any more to keep it.
    private mutating func settle(_ id: LinkID) {
        guard let link = links[id] else { return }
        if link.isRetired { return closeIfIdle(id) }
        while links[id]?.takesOperations == true, let next = slots[link.slot]?.waiting.popFirst() {
            dispatch(next)
        }
    }

    /// No more operations on it; those that are on it get their answers.
    mutating func retire(_ id: LinkID) {
        guard let link = links[id], !link.isRetired else { return }
        links[id]?.isRetired = true
        if slots[link.slot]?.link == id { slots[link.slot]?.link = nil }
        closeIfIdle(id)
    }

    /// The connection is no longer what it was: another takes its place.
    mutating func replace(_ id: LinkID) {
        guard let slot = links[id]?.slot else { return }
        retire(id)
        openLink(for: slot)
    }

    mutating func closeIfIdle(_ id: LinkID) {
        guard let link = links[id], link.isRetired, link.connection.outstandingCount == 0 else { return }
        links[id] = nil
        actions.append(.close(id))
    }

    /// The end of a connection. Each operation on it goes on elsewhere, or ends.
    mutating func linkFailed(_ id: LinkID, _ error: CouchbaseError, isOpen: Bool = true) {
        guard var link = links.removeValue(forKey: id) else { return }
        let failures = link.connection.close(error)
        if isOpen { actions.append(.close(id)) }
        if slots[link.slot]?.link == id {
            slots[link.slot]?.link = nil
            slots[link.slot]?.failures += 1
            slots[link.slot]?.lastError = error
            slots[link.slot]?.waiting.forEach { operations[$0]?.lastError = error }
            scheduleReopen(link.slot)
        }
        for case .failed(let operation, let reason) in failures { lost(operation, reason) }
        checkSeeds()
    }

    private mutating func scheduleReopen(_ id: SlotID) {
        // Seeds are tried in rounds.
        guard let slot = slots[id], !slot.isSeed else { return }
        schedule(.reopen(id), at: now + Self.reopenDelay(after: slot.failures))
    }

    func isReady(_ slot: SlotID) -> LinkID? {
        guard let id = slots[slot]?.link, links[id]?.connection.phase == .ready else { return nil }
        return id
    }

    // MARK: What a connection asks for

    mutating func perform(_ list: [KVConnection.Action], of id: LinkID) {
        for action in list {
            switch action {
            case .send(let bytes): queue(bytes, on: id)
            case .solve(let task): actions.append(.solve(id, task))
            case .ready: ready(id)
            case .config(let config):
                if let link = links[id] { adopt(config, from: link.endpoint) }
            case .answered(let operation, let response):
                answered(operation, response, from: id)
            case .failed(let operation, let error): lost(operation, error)
            case .close(let error): linkFailed(id, error)
            }
        }
    }

    mutating func queueBytes(_ list: [KVConnection.Action], of id: LinkID) {
        for case .send(let bytes) in list { queue(bytes, on: id) }
    }

    private mutating func queue(_ bytes: ByteBuffer, on id: LinkID) {
        guard links[id] != nil else { return }
        links[id]?.outgoing.writeImmutableBuffer(bytes)
        dirty.append(id)
    }

    mutating func flush() {
        for id in dirty {
            guard let bytes = links[id]?.outgoing, bytes.readableBytes > 0 else { continue }
            links[id]?.outgoing = ByteBuffer()
            actions.append(.send(id, bytes))
        }
        dirty.removeAll(keepingCapacity: true)
    }

    private mutating func ready(_ id: LinkID) {
        guard let link = links[id] else { return }
        lastReady = now
        slots[link.slot]?.failures = 0
        slots[link.slot]?.lastError = nil
        // A seed that is no node of the cluster, by this name, has done its work.
        if !routes.contains(link.slot), slots[link.slot]?.isSeed == true {
            removeSlot(link.slot, endpoint: link.endpoint)
        }
        for name in collections.keys.sorted(by: { $0.description < $1.description }) where collections[name]?.id == nil
        {
            lookUp(name)
        }
        settle(id)
    }
}

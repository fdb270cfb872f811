import Foundation

extension BucketClient {
    /// Takes an operation.
    /// - Returns: the id with which it ends.
    /// - Throws: ``CouchbaseError/Code/temporaryFailure`` where too many wait, ``CouchbaseError/Code/requestCanceled``
    ///   where the client is closed.
    mutating func submit(_ request: OperationRequest, at moment: Moment) throws(CouchbaseError) -> OperationID {
        self.moment = moment
        guard phase == .open else { throw CouchbaseError(.requestCanceled, "the cluster is closed") }
        guard operations.count < settings.operationLimit else {
            throw CouchbaseError(
                .temporaryFailure, "\(operations.count) operations have not ended yet, which is the limit")
        }
        let id = takeID()
        let deadline = now + request.timeout
        operations[id] = Pending(request: request, deadline: deadline)
        schedule(.deadline(id), at: deadline)
        dispatch(id)
        return id
    }

    /// Nobody waits for it any more. A mutation that was sent goes on: how it ends is worth knowing.
    mutating func cancel(_ id: OperationID, at moment: Moment) {
        self.moment = moment
        cancel(id)
    }

    private mutating func cancel(_ id: OperationID) {
        guard let pending = operations[id] else { return }
        if case .inFlight = pending.state, !pending.request.operation.isIdempotent { return }
        let message = "\(pending.request.operation.opcode) was cancelled"
        end(id, .failure(CouchbaseError(.requestCanceled, message)))
    }

    /// Sends an operation to where its key is, or lets it wait for what is missing.
    mutating func dispatch(_ id: OperationID) {
        guard var pending = operations[id] else { return }
        if case .inFlight = pending.state { return }
        guard let vbuckets = config?.bucket?.vbuckets else { return parkHomeless(id) }
        guard let collectionID = collectionID(pending.request.collection, for: id) else {
            operations[id]?.state = .parked
            return
        }
        pending.vbucket = vbuckets.vbucket(of: pending.request.key.utf8)
        pending.collectionID = collectionID
        let node = vbuckets.node(of: pending.vbucket, replica: pending.request.replica)
        guard pending.request.replica <= vbuckets.replicaCount else {
            let message = "the bucket has \(vbuckets.replicaCount) replicas, no replica \(pending.request.replica)"
            return end(id, .failure(CouchbaseError(.invalidArgument, message)))
        }
        guard let node, let slotID = routes[node] else { return parkHomeless(id) }
        guard let linkID = slots[slotID]?.link, links[linkID]?.takesOperations == true else {
            return park(id, in: slotID)
        }
        do throws(CouchbaseError) {
            guard let opaque = try links[linkID]?.submit(pending, id: id, collectionID: collectionID, date: moment.date)
            else {
                return park(id, in: slotID)
            }
            pending.state = .inFlight(linkID, opaque: opaque)
            operations[id] = pending
            dirty.append(linkID)
        } catch {
            end(id, .failure(error))
        }
    }

    private mutating func parkHomeless(_ id: OperationID) {
        operations[id]?.state = .parked
        if homeless.count > 2 * settings.operationLimit { homeless.removeAll { operations[$0]?.state != .parked } }
        homeless.append(id)
    }

    private mutating func park(_ id: OperationID, in slotID: SlotID) {
        operations[id]?.state = .parked
        if let error = slots[slotID]?.lastError { operations[id]?.lastError = error }
        // Those that have ended leave their ids behind.
        if slots[slotID].map({ $0.waiting.count > 2 * settings.operationLimit }) ?? false {
            slots[slotID]?.waiting.removeAll { operations[$0]?.state != .parked }
        }
        slots[slotID]?.waiting.append(id)
    }

    /// The end of an operation: there is exactly one.
    mutating func end(_ id: OperationID, _ result: Result<OperationResult, CouchbaseError>) {
        guard let pending = operations.removeValue(forKey: id) else { return }
        if case .inFlight(let linkID, let opaque) = pending.state {
            links[linkID]?.connection.forget(opaque)
            closeIfIdle(linkID)
        }
        actions.append(.completed(id, result))
        finishClosing()
    }

    /// Takes no more operations; the end is ``Action/closed``, at the latest with the last deadline.
    mutating func close(at moment: Moment) {
        self.moment = moment
        guard phase == .open || phase == .idle else { return }
        phase = .closing
        for id in operations.keys.sorted() { cancel(id) }
        finishClosing()
    }

    private mutating func finishClosing() {
        guard phase == .closing, operations.isEmpty else { return }
        phase = .closed
        for id in links.keys.sorted() { actions.append(.close(id)) }
        links = [:]
        slots = [:]
        slotIDs = [:]
        routes = []
        lookups = [:]
        collections = [:]
        timers = []
        actions.append(.closed)
    }
}

extension VBucketMap {
    func node(of vbucket: UInt16, replica: Int) -> Int? {
        replica == 0 ? activeNode(of: vbucket) : replicaNode(of: vbucket, replica: replica)
    }
}

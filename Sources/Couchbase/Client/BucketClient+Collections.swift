import NIOCore

extension BucketClient {
    private static let maximumCollections = 4_096
    private static let lookupTimeout = Duration.milliseconds(2_500)
    private static let lookupPause = Duration.milliseconds(50)

    /// The id of a collection; where it is not known yet, the operation waits for it.
    mutating func collectionID(_ name: CollectionName, for id: OperationID) -> UInt32? {
        if name == .default { return 0 }
        if let collection = collections[name] {
            if let number = collection.id { return number }
            collections[name]?.waiting.append(id)
            return nil
        }
        // More names than a cluster has collections: the cache starts again.
        if collections.count >= Self.maximumCollections { collections = collections.filter { $0.value.id == nil } }
        collections[name] = KnownCollection(waiting: [id])
        lookUp(name)
        return nil
    }

    /// The id is no longer what it was.
    mutating func forget(_ name: CollectionName, knownAs number: UInt32) {
        if collections[name]?.id == number { collections[name] = nil }
    }

    /// Asks any node, unless one is asked already or nobody waits any more.
    mutating func lookUp(_ name: CollectionName) {
        guard let collection = collections[name], collection.id == nil,
            !lookups.values.contains(where: { $0.name == name })
        else { return }
        let alive = collection.waiting.filter { operations[$0] != nil }
        guard !alive.isEmpty else {
            collections[name] = nil
            return
        }
        collections[name]?.waiting = alive
        let ready = routes.compactMap { slot in slot.flatMap { slots[$0]?.link } }
            .filter { links[$0]?.takesOperations == true }
        guard !ready.isEmpty else { return schedule(.lookUp(name), at: now + Self.lookupPause) }
        let linkID = ready[collection.attempts % ready.count]
        guard links[linkID]?.connection.features.contains(.collections) == true else {
            return fail(
                name, CouchbaseError(.featureNotAvailable, "the server has no collections but the default one"))
        }
        ask(linkID, for: name)
    }

    private mutating func ask(_ linkID: LinkID, for name: CollectionName) {
        let id = takeID()
        let request = RequestFrame(opcode: .getCollectionID, value: ByteBuffer(string: name.description))
        do throws(CouchbaseError) {
            guard let opaque = try links[linkID]?.submit(query: request, id: id) else { return }
            lookups[id] = Lookup(name: name, link: linkID, opaque: opaque)
            schedule(.lookedUp(id), at: now + Self.lookupTimeout)
            dirty.append(linkID)
        } catch {
            fail(name, error)
        }
    }

    mutating func lookupAnswered(_ id: OperationID, _ response: ResponseFrame, from linkID: LinkID) {
        guard let name = lookups.removeValue(forKey: id)?.name else { return }
        var extras = response.extras
        switch response.status {
        case .success:
            guard let (_, number) = extras.readMultipleIntegers(as: (UInt64, UInt32).self) else {
                return fail(name, CouchbaseError(.protocolViolation, "the id of the collection \(name) is missing"))
            }
            guard let waiting = collections[name]?.waiting else { return }
            collections[name] = KnownCollection(id: number)
            for operation in waiting { dispatch(operation) }
        case .unknownScope:
            let error = CouchbaseError(
                .scopeNotFound, "there is no scope \"\(name.scope)\"", status: response.status.rawValue)
            fail(name, error)
        case .unknownCollection:
            // The node may not have the newest manifest yet.
            let error = CouchbaseError(
                .collectionNotFound, "there is no collection \"\(name.collection)\" in the scope \"\(name.scope)\"",
                status: response.status.rawValue)
            lookAgain(name, error)
        default:
            let error = KeyValueOperation.get.error(for: response.status)
            let errorMap = links[linkID]?.connection.errorMap ?? ErrorMap()
            switch RetryRule.decide(response.status, for: .get, attempt: 0, errorMap: errorMap) {
            case .final: fail(name, error)
            case .retry: lookAgain(name, error)
            case .reconnect:
                replace(linkID)
                lookAgain(name, error)
            }
        }
    }

    /// No answer came, or none will.
    mutating func lookupLost(_ id: OperationID) {
        guard let lookup = lookups.removeValue(forKey: id) else { return }
        links[lookup.link]?.connection.forget(lookup.opaque)
        closeIfIdle(lookup.link)
        lookAgain(lookup.name, nil)
    }

    private mutating func lookAgain(_ name: CollectionName, _ error: CouchbaseError?) {
        guard let collection = collections[name], collection.id == nil else { return }
        if let error { for id in collection.waiting { operations[id]?.lastError = error } }
        collections[name]?.attempts += 1
        schedule(.lookUp(name), at: now + RetryRule.backoff(collection.attempts))
    }

    private mutating func fail(_ name: CollectionName, _ error: CouchbaseError) {
        guard let collection = collections.removeValue(forKey: name) else { return }
        for id in collection.waiting { end(id, .failure(error)) }
    }
}

import Couchbase
import OrderEvents
import OrderStore

extension CouchbaseOrderStore {
    /// Writes the batch's documents side by side. Each is replaced whole, by a higher revision only. A batch that fails
    /// may have been written in part; repeated, it writes the rest.
    public func apply(_ batch: StoreBatch) async throws {
        try await gate.pass(store: name) {
            guard !batch.isEmpty else { return }
            var scratch = JSONBytes(capacity: 16_384)
            try await write(
                batch.orders.map { document in
                    let key = StoredOrder.key(document.order.id)
                    return RevisionedWrite(
                        key: key, revision: document.revision, json: StoredOrder.encode(document, &scratch),
                        known: knownOrders[key])
                }, to: collections.orders, remembering: knownOrders)
            try await list(batch.aggregates)
            for (isTotal, collection) in [(false, collections.windows), (true, collections.totals)] {
                let aggregates = batch.aggregates.filter { ($0.window == .allTime) == isTotal }
                try await write(
                    aggregates.map { aggregate in
                        let key = StoredAggregate.key(aggregate.window, aggregate.partition)
                        return RevisionedWrite(
                            key: key, revision: aggregate.revision,
                            json: StoredAggregate.encode(aggregate, &scratch), known: knownAggregates[key])
                    }, to: collection, remembering: knownAggregates)
            }
        }
    }

    /// Runs the writes in rounds until each is done, or one cannot be.
    private func write(
        _ writes: [RevisionedWrite], to collection: DocumentCollection, remembering known: KnownStates
    ) async throws(OrderStoreError) {
        var writes = writes
        var open = Array(writes.indices)
        while !open.isEmpty {
            var failures: [CouchbaseError] = []
            for kind in [Round.mutations, .looks] {
                let places = open.filter { Round(writes[$0].step) == kind }
                guard !places.isEmpty else { continue }
                failures += await run(kind, places, &writes, collection)
            }
            var done: [(key: String, state: StoredState)] = []
            open = open.filter { place in
                guard case .done(let state) = writes[place].step else { return true }
                done.append((writes[place].key, state))
                return false
            }
            known.remember(done)
            if let failure = failures.first {
                known.forget(open.map { writes[$0].key })
                throw explain(failure)
            }
            if let stuck = open.first(where: { writes[$0].attempts >= RevisionedWrite.maximumAttempts }) {
                throw OrderStoreError(
                    .busy, "\(name): the document \(writes[stuck].key) is changed by others all the time; try again")
            }
        }
    }

    private enum Round {
        case mutations, looks

        init?(_ step: RevisionedWrite.Step) {
            switch step {
            case .insert, .replace: self = .mutations
            case .look: self = .looks
            case .done: return nil
            }
        }
    }

    /// One attempt of each of these writes. Returns the errors that are no answer to a single document.
    private func run(
        _ round: Round, _ places: [Int], _ writes: inout [RevisionedWrite], _ collection: DocumentCollection
    ) async -> [CouchbaseError] {
        var failures: [CouchbaseError] = []
        func fail(_ place: Int, _ error: CouchbaseError, _ writes: inout [RevisionedWrite]) {
            if let failure = RevisionedWrite.Failure(error) {
                writes[place].failed(failure)
            } else {
                failures.append(error)
            }
        }
        switch round {
        case .mutations:
            let mutations = places.map { writes[$0].mutation }
            let results = await collection.mutate(mutations, MutationSettings(durability: durability))
            for (place, result) in zip(places, results) {
                switch result {
                case .success(let written): writes[place].wrote(cas: written.cas)
                case .failure(let error): fail(place, error, &writes)
                }
            }
        case .looks:
            let results = await collection.lookupIn(places.map { writes[$0].key }, [.get("revision")])
            for (place, result) in zip(places, results) {
                switch result {
                case .success(let found): writes[place].saw(StoredState(found))
                case .failure(let error): fail(place, error, &writes)
                }
            }
        }
        return failures
    }
}

extension RevisionedWrite {
    /// What its step sends.
    fileprivate var mutation: DocumentMutation {
        if case .replace(let cas) = step { return .replace(key, json: json, cas: cas) }
        return .insert(key, json: json)
    }
}

extension StoredState {
    /// A document without a revision was not written by a sink: any revision replaces it.
    fileprivate init(_ found: LookupInResult) {
        self.init(cas: found.cas, revision: (try? found.content(0, as: Int64.self)) ?? -1)
    }
}

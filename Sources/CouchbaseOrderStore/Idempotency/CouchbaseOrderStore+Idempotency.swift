import Couchbase
import OrderEvents
import OrderStore

extension CouchbaseOrderStore {
    /// The server's clock may be behind the callers'.
    static let expirySlack = Duration.seconds(3_600)

    /// Takes the key with an insert. An insert whose answer was lost is looked at.
    public func reserveIdempotencyKey(
        _ key: String, requestHash: [UInt8], orderID: OrderID, now: Timestamp
    ) async throws -> IdempotencyOutcome {
        let mine = StoredKey(IdempotencyKey(key: key, requestHash: requestHash, orderID: orderID, reservedAt: now))
        return try await gate.pass(store: name) {
            try Self.check(key, requestHash)
            return try await reserve(StoredKey.documentKey(key), mine)
        }
    }

    private static func check(_ key: String, _ requestHash: [UInt8]) throws(OrderStoreError) {
        guard StoreLimits.idempotencyKeyBytes.contains(key.utf8.count), requestHash.count <= 64 else {
            throw OrderStoreError(
                .invalidArgument,
                "an idempotency key has 1 to 255 bytes and its request's hash at most 64; "
                    + "these have \(key.utf8.count) and \(requestHash.count)")
        }
    }

    private func reserve(_ key: String, _ mine: StoredKey) async throws(OrderStoreError) -> IdempotencyOutcome {
        let oldest = mine.reserved_at - settings.idempotencyHorizon.components.seconds * 1_000
        var settings = MutationSettings(
            expiry: .after(self.settings.idempotencyHorizon + Self.expirySlack), durability: durability)
        // The state of a reservation whose horizon has passed; nil while there is none.
        var forgotten: UInt64?
        for _ in 0..<RevisionedWrite.maximumAttempts {
            do throws(CouchbaseError) {
                if let forgotten {
                    settings.cas = forgotten
                    try await collections.idempotencyKeys.replace(key, mine, settings)
                } else {
                    settings.cas = 0
                    try await collections.idempotencyKeys.insert(key, mine, settings)
                }
                return .reserved
            } catch {
                guard RevisionedWrite.Failure(error) != nil else { throw explain(error) }
            }
            forgotten = nil
            guard let (stored, cas) = try await stored(key) else { continue }
            if stored.holder == mine.holder { return .reserved }
            if stored.reserved_at < oldest {
                forgotten = cas
                continue
            }
            guard stored.request_hash == mine.request_hash else { return .mismatch }
            guard let order = OrderID(stored.order_id) else {
                throw OrderStoreError(.corrupt, "\(name): a stored idempotency key has no order")
            }
            return stored.completed_at == nil ? .inProgress(order) : .completed(order)
        }
        throw contended
    }

    /// Notes the key's order as accepted. The first note stays; so a note whose answer was lost is made again.
    public func completeIdempotencyKey(_ key: String, now: Timestamp) async throws {
        try await gate.pass(store: name) {
            let key = StoredKey.documentKey(key)
            let settings = MutationSettings(preservesExpiry: true, durability: durability)
            for _ in 0..<RevisionedWrite.maximumAttempts {
                do throws(CouchbaseError) {
                    let note = try MutateInSpec.insert("completed_at", now.millisecondsSinceEpoch)
                    try await collections.idempotencyKeys.mutateIn(key, [note], settings)
                    return
                } catch {
                    if error.code == .documentNotFound || error.code == .pathExists { return }
                    guard error.isAmbiguous else { throw explain(error) }
                }
            }
            throw contended
        }
    }

    /// Gives back the reservation that is there now, unless it is completed, and no later one.
    public func releaseIdempotencyKey(_ key: String) async throws {
        try await gate.pass(store: name) {
            let key = StoredKey.documentKey(key)
            var holder: String?
            for _ in 0..<RevisionedWrite.maximumAttempts {
                guard let (stored, cas) = try await stored(key), stored.completed_at == nil,
                    holder == nil || holder == stored.holder
                else { return }
                holder = stored.holder
                do throws(CouchbaseError) {
                    try await collections.idempotencyKeys.remove(
                        key, MutationSettings(cas: cas, durability: durability))
                    return
                } catch {
                    guard RevisionedWrite.Failure(error) != nil else { throw explain(error) }
                }
            }
            throw contended
        }
    }

    func stored(_ key: String) async throws(OrderStoreError) -> (key: StoredKey, cas: UInt64)? {
        guard let found = try found(await collections.idempotencyKeys.get([key])[0]) else { return nil }
        return (try decode(found), found.cas)
    }

    func decode(_ found: GetResult) throws(OrderStoreError) -> StoredKey {
        do throws(CouchbaseError) {
            return try found.content(as: StoredKey.self)
        } catch {
            throw OrderStoreError(.corrupt, "\(name): a stored idempotency key cannot be read: \(error)")
        }
    }

    var contended: OrderStoreError {
        OrderStoreError(.busy, "\(name): an idempotency key is changed by others all the time; try again")
    }
}

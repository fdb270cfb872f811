import Couchbase
import Foundation
import OrderEvents
import OrderStore

extension CouchbaseOrderStore: CopyableStore {
    private static let keysStatement = """
        SELECT RAW META(k).id FROM `\(StoreSchema.idempotencyKeys)` AS k \
        USE INDEX (`\(StoreIndex.keys.rawValue)` USING GSI) \
        WHERE META(k).id > $above ORDER BY META(k).id LIMIT $limit
        """

    /// In the order of the keys' digests; a place is the last digest of the page before.
    public func idempotencyKeys(
        after place: String?, limit: Int, now: Timestamp
    ) async throws -> IdempotencyKeyPage {
        try await gate.pass(store: name) {
            try checkPage(limit)
            let oldest = now.advanced(byMilliseconds: -settings.idempotencyHorizon.components.seconds * 1_000)
            let digests = try await rows(Self.keysStatement, ["above": place ?? "", "limit": limit], as: String.self)
            var page = IdempotencyKeyPage(keys: [], next: digests.count < limit ? nil : digests.last)
            for stored in try await storedKeys(digests) {
                guard let key = try stored.record(of: name) else {
                    page.unnamed += 1
                    continue
                }
                if key.reservedAt >= oldest { page.keys.append(key) }
            }
            return page
        }
    }

    /// Reads them by their digests, side by side.
    public func idempotencyKeys(named keys: [String]) async throws -> [IdempotencyKey] {
        try await gate.pass(store: name) {
            if keys.isEmpty { return [] }
            try checkPage(keys.count)
            return try await storedKeys(keys.map(StoredKey.documentKey)).compactMap { try $0.record(of: name) }
        }
    }

    private func storedKeys(_ digests: [String]) async throws(OrderStoreError) -> [StoredKey] {
        var keys: [StoredKey] = []
        for result in await collections.idempotencyKeys.get(digests) {
            // What has expired since it was listed is gone.
            guard let found = try found(result) else { continue }
            keys.append(try decode(found))
        }
        return keys
    }

    /// Writes them side by side. Each expires when it would have, had it been reserved here.
    public func keep(_ keys: [IdempotencyKey]) async throws {
        try await gate.pass(store: name) {
            if keys.isEmpty { return }
            try checkPage(keys.count)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, key) in keys.enumerated() {
                    if number >= Self.keptTogether { _ = try await group.next() }
                    group.addTask { try await self.keep(key) }
                }
                try await group.waitForAll()
            }
        }
    }

    private static let keptTogether = 64

    private func keep(_ key: IdempotencyKey) async throws(OrderStoreError) {
        let end = key.reservedAt.advanced(
            byMilliseconds: (settings.idempotencyHorizon + Self.expirySlack).components.seconds * 1_000)
        let expiry = Date(timeIntervalSince1970: Double(end.millisecondsSinceEpoch) / 1_000)
        // It has been forgotten already.
        guard expiry > Date() else { return }
        let mine = StoredKey(key)
        let digest = StoredKey.documentKey(key.key)
        for _ in 0..<RevisionedWrite.maximumAttempts {
            let found = try await stored(digest)
            if let found, let there = try found.key.record(of: name), !there.isReplaced(by: key) { return }
            let settings = MutationSettings(cas: found?.cas ?? 0, expiry: .at(expiry), durability: durability)
            do throws(CouchbaseError) {
                if found == nil {
                    try await collections.idempotencyKeys.insert(digest, mine, settings)
                } else {
                    try await collections.idempotencyKeys.replace(digest, mine, settings)
                }
                return
            } catch {
                // Others write it as well, or it may have been written: it is looked at.
                guard RevisionedWrite.Failure(error) != nil else { throw explain(error) }
            }
        }
        throw contended
    }

    private func checkPage(_ count: Int) throws(OrderStoreError) {
        guard (1...StoreLimits.maximumPage).contains(count) else {
            throw OrderStoreError(
                .invalidArgument, "a page has 1 to \(StoreLimits.maximumPage) keys, \(count) were asked for")
        }
    }
}

import OrderEvents

extension SQLiteOrderStore {
    /// Takes the key, in the same transaction as other requests for keys that wait.
    public func reserveIdempotencyKey(
        _ key: String, requestHash: [UInt8], orderID: OrderID, now: Timestamp
    ) async throws -> IdempotencyOutcome {
        try checkOpen()
        guard StoreLimits.idempotencyKeyBytes.contains(key.utf8.count), requestHash.count <= 64 else {
            throw OrderStoreError(
                .invalidArgument,
                "an idempotency key has 1 to 255 bytes and its request's hash at most 64; "
                    + "these have \(key.utf8.count) and \(requestHash.count)")
        }
        return try await idempotency.perform(
            .reserve(key: key, requestHash: requestHash, orderID: orderID, now: now))
    }

    /// Notes the key's order as accepted, in the same transaction as other requests that wait.
    public func completeIdempotencyKey(_ key: String, now: Timestamp) async throws {
        try checkOpen()
        _ = try await idempotency.perform(.complete(key: key, now: now))
    }

    /// Gives the key back, in the same transaction as other requests that wait.
    public func releaseIdempotencyKey(_ key: String) async throws {
        try checkOpen()
        _ = try await idempotency.perform(.release(key: key))
    }
}

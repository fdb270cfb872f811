import OrderEvents
import OrderStore
import Testing

extension OrderStoreConformance {
    private static let now = StoreSamples.start
    private static let order = OrderID(7)!
    private static let other = OrderID(8)!

    static let idempotency = [
        StoreCheck("a key is reserved once, and tells its order to those who come later") { store in
            func reserve(_ orderID: OrderID, hash: [UInt8] = [1, 2]) async throws -> IdempotencyOutcome {
                try await store.reserveIdempotencyKey("k", requestHash: hash, orderID: orderID, now: now)
            }
            #expect(try await reserve(order) == .reserved)
            #expect(try await reserve(other) == .inProgress(order))
            #expect(try await reserve(other, hash: [9]) == .mismatch)
            try await store.completeIdempotencyKey("k", now: now)
            #expect(try await reserve(other) == .completed(order))
            #expect(try await reserve(other, hash: []) == .mismatch)
            // Completed, it can no longer be given back.
            try await store.releaseIdempotencyKey("k")
            #expect(try await reserve(other) == .completed(order))
            try await store.completeIdempotencyKey("unknown", now: now)
            try await store.releaseIdempotencyKey("unknown")
        },
        StoreCheck("a key that is given back can be reserved again, with another request") { store in
            #expect(try await store.reserveIdempotencyKey("k", requestHash: [1], orderID: order, now: now) == .reserved)
            try await store.releaseIdempotencyKey("k")
            #expect(try await store.reserveIdempotencyKey("k", requestHash: [2], orderID: other, now: now) == .reserved)
        },
        StoreCheck("a key is forgotten after a day, completed or not") { store in
            let day: Int64 = 86_400_000
            for key in ["a", "b"] {
                #expect(
                    try await store.reserveIdempotencyKey(key, requestHash: [1], orderID: order, now: now) == .reserved)
            }
            try await store.completeIdempotencyKey("b", now: now)
            let within = now.advanced(byMilliseconds: day)
            #expect(
                try await store.reserveIdempotencyKey("a", requestHash: [1], orderID: other, now: within)
                    == .inProgress(order))
            #expect(
                try await store.reserveIdempotencyKey("b", requestHash: [1], orderID: other, now: within)
                    == .completed(order))
            let after = now.advanced(byMilliseconds: day + 1)
            for key in ["a", "b"] {
                #expect(
                    try await store.reserveIdempotencyKey(key, requestHash: [3], orderID: other, now: after)
                        == .reserved)
            }
        },
        StoreCheck("of many who ask for a key at once, one gets it") { store in
            try await withThrowingTaskGroup(of: IdempotencyOutcome.self) { group in
                for number in 1...200 as ClosedRange<Int64> {
                    group.addTask {
                        try await store.reserveIdempotencyKey(
                            "key \(number % 4)", requestHash: [1], orderID: OrderID(number)!, now: now)
                    }
                }
                var reserved = 0
                for try await outcome in group where outcome == .reserved { reserved += 1 }
                #expect(reserved == 4)
            }
        },
        StoreCheck("any text is a key, within its length") { store async throws in
            for key in ["é🙂", "a\u{0}b", "'; DROP TABLE orders; --", String(repeating: "x", count: 255)] {
                #expect(
                    try await store.reserveIdempotencyKey(key, requestHash: [], orderID: order, now: now) == .reserved)
                #expect(
                    try await store.reserveIdempotencyKey(key, requestHash: [], orderID: order, now: now)
                        == .inProgress(order))
            }
            for key in ["", String(repeating: "x", count: 256), String(repeating: "é", count: 128)] {
                let error = await #expect(throws: OrderStoreError.self) {
                    try await store.reserveIdempotencyKey(key, requestHash: [], orderID: order, now: now)
                }
                #expect(error?.code == .invalidArgument)
            }
        },
    ]

    static let life = [
        StoreCheck("a closed store says so to every call, and may be closed again") { store in
            try await store.apply(StoreBatch(orders: [StoreSamples(seed: 31).edge]))
            try await store.close()
            try await store.close()
            func expectClosed(_ call: () async throws -> Void) async {
                do {
                    try await call()
                    Issue.record("a closed store answered")
                } catch {
                    #expect((error as? OrderStoreError)?.code == .closed)
                }
            }
            await expectClosed { try await store.ping() }
            await expectClosed { try await store.apply(StoreBatch()) }
            await expectClosed { try await store.apply(StoreBatch(orders: [StoreSamples(seed: 31).edge])) }
            await expectClosed { _ = try await store.newestOrders(limit: 1, until: .latest) }
            await expectClosed { _ = try await store.totals() }
            await expectClosed { try await store.scan { _ in } }
            await expectClosed { try await store.completeIdempotencyKey("k", now: now) }
        }
    ]
}

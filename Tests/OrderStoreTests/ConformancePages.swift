import OrderEvents
import OrderStore
import Testing

extension OrderStoreConformance {
    static let pages = [
        StoreCheck("the newest orders are those with the highest identities") { store in
            var samples = StoreSamples(seed: 11)
            #expect(try await store.newestOrders(limit: 10).isEmpty)
            let all = samples.documents([5, 900, 3, 77, 12, 901])
            try await store.apply(StoreBatch(orders: all))
            #expect(try await store.newestOrders(limit: 4).map(\.order.id.rawValue) == [901, 900, 77, 12])
            #expect(try await store.newestOrders(limit: 1_000).count == 6)
        },
        StoreCheck("pages show each order once, whatever is written between them") { store in
            var samples = StoreSamples(seed: 12)
            try await store.apply(StoreBatch(orders: samples.documents((1...200).map { $0 * 2 })))
            var shown: [Int64] = []
            var cursor: OrderCursor?
            repeat {
                let page = try await store.orders(matching: .all, after: cursor, limit: 7)
                shown += page.items.map(\.order.id.rawValue)
                cursor = page.next.flatMap { OrderCursor($0.text) }
                // New orders above, and changes of those already shown and those to come.
                let next = Int64(1_000 + shown.count)
                try await store.apply(StoreBatch(orders: samples.documents([next, 2, 400, 200], revision: next)))
            } while cursor != nil
            #expect(shown == (1...200).map { $0 * 2 }.reversed())
        },
        StoreCheck("a filter finds exactly the orders that match it") { store in
            var samples = StoreSamples(seed: 13)
            let all = samples.documents(1...400)
            try await store.apply(StoreBatch(orders: all))
            for _ in 0..<60 {
                let filter = samples.filter()
                let expected = all.filter(filter.matches).map(\.order.id.rawValue).reversed()
                var found: [Int64] = []
                var cursor: OrderCursor?
                repeat {
                    let page = try await store.orders(matching: filter, after: cursor, limit: 13)
                    #expect(page.items.allSatisfy(filter.matches))
                    #expect(page.items.count <= 13)
                    found += page.items.map(\.order.id.rawValue)
                    cursor = page.next
                } while cursor != nil
                #expect(found == Array(expected), "\(filter)")
            }
        },
        StoreCheck("alerts come latest first, page by page, also within one millisecond") { store in
            var samples = StoreSamples(seed: 14)
            let all = samples.documents(1...300)
            try await store.apply(StoreBatch(orders: all))
            let expected = all.filter { $0.fraud != nil }.sorted { left, right in
                (left.fraud!.detectedAt, left.order.id) > (right.fraud!.detectedAt, right.order.id)
            }
            var found: [OrderDocument] = []
            var cursor: OrderCursor?
            repeat {
                let page = try await store.alerts(after: cursor, limit: 9)
                found += page.items
                cursor = page.next.flatMap { OrderCursor($0.text) }
            } while cursor != nil
            #expect(found == expected)
        },
        StoreCheck("a limit or cursor out of range is an invalid argument") { store in
            for limit in [0, -1, StoreLimits.maximumPage + 1, Int.max] {
                await #expect(throws: OrderStoreError.self) { try await store.newestOrders(limit: limit) }
                await #expect(throws: OrderStoreError.self) {
                    try await store.orders(matching: .all, after: nil, limit: limit)
                }
                await #expect(throws: OrderStoreError.self) { try await store.alerts(after: nil, limit: limit) }
            }
            let error = await #expect(throws: OrderStoreError.self) {
                try await store.alerts(after: OrderCursor("5"), limit: 10)
            }
            #expect(error?.code == .invalidArgument)
            #expect(error?.isRetriable == false)
        },
    ]
}

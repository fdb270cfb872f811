import OrderEvents
import OrderStore
import Testing

extension OrderStoreConformance {
    static let pages = [
        StoreCheck(
            "the newest orders are those that were created last, and of one millisecond those with the highest identities"
        ) { store in
            var samples = StoreSamples(seed: 11)
            #expect(try await store.newestOrders(limit: 10, until: .latest).isEmpty)
            let all = OrderSort.newestFirst.sorted(samples.documents([5, 900, 3, 77, 406, 901, 750_000_000_000_000]))
            try await store.apply(StoreBatch(orders: all))
            #expect(try await store.newestOrders(limit: 4, until: .latest) == Array(all[..<4]))
            #expect(try await store.newestOrders(limit: 1_000, until: .latest) == all)
            for moment in all.map(\.order.createdAt) + [.epoch] {
                for moment in [moment, moment.advanced(byMilliseconds: 1)] {
                    let expected = all.filter { $0.order.createdAt <= moment }
                    #expect(try await store.newestOrders(limit: 1_000, until: moment) == expected)
                }
            }
        },
        StoreCheck("pages show each order once in each order of a list, whatever is written between them") { store in
            var samples = StoreSamples(seed: 12)
            var next: Int64 = 1_000
            for sort in OrderSort.allCases {
                let first = samples.documents((1...200).map { $0 * 2 }, revision: next)
                try await store.apply(StoreBatch(orders: first))
                var listed: [OrderDocument] = []
                try await store.scan { listed.append($0) }
                let expected = sort.sorted(listed).map(\.order.id)
                var shown: [OrderID] = []
                var cursor: OrderCursor?
                repeat {
                    let page = try await store.orders(matching: .all, sort: sort, after: cursor, limit: 7)
                    shown += page.items.map(\.order.id)
                    cursor = page.next.flatMap { OrderCursor($0.text) }
                    // New orders above, below and between, and changes of those already shown and those to come.
                    next += 1
                    try await store.apply(StoreBatch(orders: samples.documents([next, 2, 400, 200], revision: next)))
                } while cursor != nil
                let known = Set(expected)
                #expect(shown.filter(known.contains) == expected, "\(sort)")
                #expect(Set(shown).count == shown.count)
            }
        },
        StoreCheck("orders of one millisecond have pages that meet") { store in
            var samples = StoreSamples(seed: 15)
            var all = samples.documents(1...90)
            for place in all.indices {
                all[place].order.createdAt = StoreSamples.start.advanced(byMilliseconds: Int64(place / 40))
            }
            try await store.apply(StoreBatch(orders: all))
            for sort in OrderSort.allCases {
                var shown: [OrderDocument] = []
                var cursor: OrderCursor?
                repeat {
                    let page = try await store.orders(matching: .all, sort: sort, after: cursor, limit: 7)
                    shown += page.items
                    cursor = page.next
                } while cursor != nil
                #expect(shown == sort.sorted(all), "\(sort)")
            }
        },
        StoreCheck("a filter finds exactly the orders that match it") { store in
            var samples = StoreSamples(seed: 13)
            let all = samples.documents(1...400)
            try await store.apply(StoreBatch(orders: all))
            for round in 0..<80 {
                let filter = samples.filter()
                let sort = OrderSort.allCases[round % 4]
                var found: [OrderDocument] = []
                var cursor: OrderCursor?
                repeat {
                    let page = try await store.orders(matching: filter, sort: sort, after: cursor, limit: 13)
                    #expect(page.items.count <= 13)
                    found += page.items
                    cursor = page.next
                } while cursor != nil
                #expect(found == sort.sorted(all.filter(filter.matches)), "\(filter) \(sort)")
            }
        },
        StoreCheck("a list read backwards from any page is the same list") { store in
            var samples = StoreSamples(seed: 17)
            let all = samples.documents(1...150)
            try await store.apply(StoreBatch(orders: all))
            for (sort, filter) in zip(OrderSort.allCases, [.all, samples.filter(), .all, samples.filter()]) {
                let expected = sort.sorted(all.filter(filter.matches))
                var position: PagePosition?
                var pages: [Page<OrderDocument>] = []
                repeat {
                    let page = try await store.orders(matching: filter, sort: sort, at: position, limit: 11)
                    pages.append(page)
                    position = page.next.flatMap { OrderCursor($0.text) }.map { .after($0) }
                } while position != nil
                #expect(pages.flatMap(\.items) == expected)
                #expect(pages[0].previous == nil)
                var back = pages[pages.count - 1].items
                position = pages[pages.count - 1].previous.map { .before($0) }
                while let there = position {
                    let page = try await store.orders(matching: filter, sort: sort, at: there, limit: 7)
                    back = page.items + back
                    // And forward again from there: what was read before comes next.
                    if let next = page.next, let known = back.dropFirst(page.items.count).first {
                        let forward = try await store.orders(matching: filter, sort: sort, at: .after(next), limit: 1)
                        #expect(forward.items.first == known)
                    }
                    position = page.previous.map { .before($0) }
                }
                #expect(back == expected, "\(sort) \(filter)")
            }
        },
        StoreCheck("amounts of all currencies are compared by their decimals, ends included") { store in
            var samples = StoreSamples(seed: 18)
            var all = samples.documents(1...6)
            let amounts = [("JPY", 300), ("USD", 30_000), ("KWD", 300_000), ("CLF", 3_000_000), ("USD", 29_999)]
            for (place, amount) in amounts.enumerated() {
                all[place].order.amount = Money(minorUnits: Int64(amount.1), currency: Currency(code: amount.0)!)
            }
            all[5].order.amount = Money(minorUnits: Money.maximumMinorUnits, currency: Currency(code: "JPY")!)
            try await store.apply(StoreBatch(orders: all))
            func found(_ low: Int64?, _ high: Int64?) async throws -> [Int64] {
                try await store.orders(
                    matching: OrderFilter(minimumAmount: low, maximumAmount: high), sort: .newestFirst, after: nil,
                    limit: 10
                ).items.map(\.order.id.rawValue).sorted()
            }
            #expect(try await found(3_000_000, 3_000_000) == [1, 2, 3, 4])
            #expect(try await found(3_000_001, nil) == [6])
            #expect(try await found(nil, 2_999_900) == [5])
            #expect(try await found(nil, .max).count == 6)
            #expect(try await found(0, 0).isEmpty)
        },
        StoreCheck("an order that changes its created_at moves in the lists") { store in
            var samples = StoreSamples(seed: 16)
            var all = samples.documents(1...30)
            try await store.apply(StoreBatch(orders: all))
            for place in all.indices {
                all[place].order.createdAt = StoreSamples.start.advanced(byMilliseconds: Int64(place))
                all[place].revision = 2
            }
            for _ in 0..<2 { try await store.apply(StoreBatch(orders: all)) }
            for sort in OrderSort.allCases {
                #expect(
                    try await store.orders(matching: .all, sort: sort, after: nil, limit: 100).items == sort.sorted(all)
                )
            }
            #expect(try await store.counts().orders == 30)
            // Older revisions change nothing, whatever their created_at.
            try await store.apply(StoreBatch(orders: samples.documents(1...30)))
            #expect(try await store.newestOrders(limit: 100, until: .latest) == OrderSort.newestFirst.sorted(all))
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
                await #expect(throws: OrderStoreError.self) {
                    try await store.newestOrders(limit: limit, until: .latest)
                }
                await #expect(throws: OrderStoreError.self) {
                    try await store.orders(matching: .all, sort: .newestFirst, after: nil, limit: limit)
                }
                await #expect(throws: OrderStoreError.self) { try await store.alerts(after: nil, limit: limit) }
            }
            let foreign: [(any Error)?] = [
                await #expect(throws: OrderStoreError.self) {
                    try await store.alerts(after: OrderCursor("5"), limit: 10)
                },
                await #expect(throws: OrderStoreError.self) {
                    try await store.orders(matching: .all, sort: .newestFirst, after: OrderCursor("5"), limit: 10)
                },
                await #expect(throws: OrderStoreError.self) {
                    try await store.orders(matching: .all, sort: .lowestIDFirst, after: OrderCursor("5-5"), limit: 10)
                },
            ]
            for error in foreign.map({ $0 as? OrderStoreError }) {
                #expect(error?.code == .invalidArgument)
                #expect(error?.isRetriable == false)
            }
        },
    ]
}

import OrderEvents
import OrderStore
import Testing
import TestSupport

/// What every order store must do, whatever is behind it: a backend's tests run each check on a new, empty store.
struct StoreCheck: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Only for a store that shows a batch whole or not at all.
    let isAboutWholeBatches: Bool
    let run: @Sendable (any OrderStore) async throws -> Void

    init(
        _ sentence: String, isAboutWholeBatches: Bool = false,
        _ run: @escaping @Sendable (any OrderStore) async throws -> Void
    ) {
        testDescription = sentence
        self.isAboutWholeBatches = isAboutWholeBatches
        self.run = run
    }
}

/// Runs one check on a store of its own.
func orderStoreConformance(_ check: StoreCheck, make: () async throws -> any OrderStore) async throws {
    let store = try await make()
    do {
        try await check.run(store)
    } catch {
        try await store.close()
        throw error
    }
    try await store.close()
}

enum OrderStoreConformance {
    static let checks = documents + refunds + pages + aggregates + idempotency + life

    static let documents = [
        StoreCheck("a document reads back whole") { store in
            var samples = StoreSamples(seed: 1)
            let all = samples.documents(1...300)
            try await store.apply(StoreBatch(orders: all))
            for document in all { #expect(try await store.order(document.order.id) == document) }
            #expect(try await store.order(OrderID(301)!) == nil)
            #expect(try await store.order(OrderID(OrderID.maximum)!) == nil)
        },
        StoreCheck("several documents are read at once, those that do not exist left out") { store in
            var samples = StoreSamples(seed: 9)
            let all = samples.documents(1...100)
            try await store.apply(StoreBatch(orders: all))
            let found = try await store.orders(((50...150).map { OrderID($0)! }).reversed())
            #expect(Set(found) == Set(all[49...]))
            #expect(try await store.orders([OrderID]()).isEmpty)
        },
        StoreCheck("the ends of all ranges are kept") { store in
            var document = StoreSamples(seed: 2).edge
            try await store.apply(StoreBatch(orders: [document]))
            #expect(try await store.order(document.order.id) == document)
            #expect(try await store.newestOrders(limit: 1, until: .latest) == [document])
            document.order.amount.minorUnits = 0
            document.revision = OrderID.maximum
            try await store.apply(StoreBatch(orders: [document]))
            #expect(try await store.order(document.order.id) == document)
        },
        StoreCheck("only a higher revision replaces a document, however often a batch comes") { store in
            var samples = StoreSamples(seed: 3)
            let second = samples.documents(1...50, revision: 2)
            let first = samples.documents(1...50, revision: 1)
            let other = samples.documents(1...50, revision: 2)
            for batch in [second, second, first, other] { try await store.apply(StoreBatch(orders: batch)) }
            for document in second { #expect(try await store.order(document.order.id) == document) }
            #expect(try await store.counts().orders == 50)
            let third = samples.documents(1...25, revision: 3)
            try await store.apply(StoreBatch(orders: third))
            for document in third { #expect(try await store.order(document.order.id) == document) }
            #expect(try await store.counts().orders == 50)
            #expect(try await store.counts().flagged == Int64((third + second[25...]).filter { $0.fraud != nil }.count))
        },
        StoreCheck("an empty batch changes nothing") { store in
            try await store.apply(StoreBatch())
            #expect(try await store.counts() == StoreCounts(orders: 0, flagged: 0, windows: 0))
            try await store.ping()
        },
        StoreCheck("any order of batches ends with the highest revision of each document") { store in
            var samples = StoreSamples(seed: 4)
            var random = SeededGenerator(seed: 5)
            var model: [Int64: OrderDocument] = [:]
            for _ in 0..<60 {
                let ids = Set((0..<20).map { _ in Int64(random.next() % 100) + 1 })
                let batch = ids.map { samples.document($0, revision: Int64(random.next() % 30)) }
                for document in batch where (model[document.order.id.rawValue]?.revision ?? -1) < document.revision {
                    model[document.order.id.rawValue] = document
                }
                try await store.apply(StoreBatch(orders: batch))
            }
            var scanned: [OrderDocument] = []
            try await store.scan { scanned.append($0) }
            #expect(scanned == model.values.sorted { $0.order.id < $1.order.id })
            #expect(try await store.counts().orders == Int64(model.count))
            #expect(try await store.orderCount() == Int64(model.count))
        },
        StoreCheck("a scan goes through every document once, by identity, and stops with its reader's error") { store in
            var samples = StoreSamples(seed: 6)
            let all = samples.documents(1...9_000)
            try await store.apply(StoreBatch(orders: all.reversed()))
            var seen = 0
            try await store.scan { document in
                if document != all[seen] { Issue.record("document \(seen) is \(document)") }
                seen += 1
            }
            #expect(seen == all.count)
            struct Enough: Error {}
            var counted = 0
            await #expect(throws: Enough.self) {
                try await store.scan { _ in
                    counted += 1
                    if counted == 10 { throw Enough() }
                }
            }
            #expect(counted == 10)
        },
    ]
}

extension StoreSamples {
    /// The largest of everything.
    var edge: OrderDocument {
        let order = Order(
            id: OrderID(OrderID.maximum)!, customerID: OrderID.maximum,
            amount: Money(minorUnits: Money.maximumMinorUnits, currency: Currency(code: "CLF")!),
            country: CountryCode(code: "ZW")!, status: .cancelled, createdAt: .latest)
        return OrderDocument(
            order: order,
            fraud: FraudAlert(
                orderID: order.id, customerID: order.customerID, reason: .highAmountRiskyCountry, amount: order.amount,
                country: order.country, detectedAt: .latest),
            createdSeenAt: .epoch, confirmedSeenAt: .latest, cancelledSeenAt: .latest, revision: OrderID.maximum - 1,
            updatedAt: .latest)
    }
}

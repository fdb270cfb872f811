import OrderEvents
import OrderStore
import Testing

extension OrderStoreConformance {
    private static func expectRefunds(_ store: any OrderStore, _ documents: [OrderDocument]) async throws {
        var sums: [Currency: RefundsDue] = [:]
        for due in documents.compactMap(\.refundDue) {
            var sum = sums[due.currency] ?? RefundsDue(currency: due.currency, orders: 0, amount: 0)
            sum.orders += 1
            sum.amount += MinorUnits(due.minorUnits)
            sums[due.currency] = sum
        }
        #expect(try await store.refundsDue() == sums.values.sorted { $0.currency < $1.currency })
        let page = try await store.orders(
            matching: OrderFilter(payment: .refundDue), sort: .lowestIDFirst, after: nil, limit: 1_000)
        #expect(page.items == documents.filter { $0.refundDue != nil }.sorted { $0.order.id < $1.order.id })
    }

    static let refunds = [
        StoreCheck("what is owed back is the paid amount of the cancelled orders, as they change") { store in
            try await expectRefunds(store, [])
            var samples = StoreSamples(seed: 61)
            var documents = samples.documents(1...600)
            #expect(documents.contains { $0.refundDue != nil && $0.payment?.amount != $0.order.amount })
            try await store.apply(StoreBatch(orders: documents))
            try await expectRefunds(store, documents)
            // Refunded, cancelled, paid again: all of it moves.
            documents = samples.documents(1...600, revision: 2)
            try await store.apply(StoreBatch(orders: documents))
            try await expectRefunds(store, documents)
            for place in documents.indices {
                documents[place].payment?.status = .refunded
                documents[place].revision = 3
            }
            try await store.apply(StoreBatch(orders: documents))
            try await expectRefunds(store, documents)
            #expect(try await store.refundsDue().isEmpty)
        },
        StoreCheck("more may be owed back than 64 bits hold") { store in
            var order = StoreSamples(seed: 2).edge.order
            order.status = .cancelled
            order.amount = Money(minorUnits: Money.maximumMinorUnits, currency: .usd)
            let documents = (1...9_300 as ClosedRange<Int64>).map { id in
                var mine = order
                mine.id = OrderID(id)!
                return OrderDocument(
                    order: mine,
                    payment: Payment(
                        orderID: mine.id, customerID: mine.customerID, status: .paid, amount: mine.amount,
                        country: mine.country, processedAt: .epoch),
                    revision: 1, updatedAt: .epoch)
            }
            try await store.apply(StoreBatch(orders: documents))
            #expect(
                try await store.refundsDue()
                    == [
                        RefundsDue(
                            currency: .usd, orders: 9_300,
                            amount: MinorUnits(9_300) * MinorUnits(Money.maximumMinorUnits))
                    ])
        },
    ]
}

import Couchbase
import CouchbaseTesting
import OrderEvents
import OrderStore
import Testing

@testable import CouchbaseOrderStore

@Suite("Couchbase order store", .serialized)
struct CouchbaseOrderStoreTests {
    private static let checks = OrderStoreConformance.checks.filter { !$0.isAboutWholeBatches }

    @Test("it conforms to what every order store must do", .timeLimit(.minutes(5)), arguments: checks)
    func conformance(_ check: StoreCheck) async throws {
        try await StoreOnCluster.withScope { settings in
            try await orderStoreConformance(check) { try await StoreOnCluster.open(settings) }
        }
    }

    /// Printed for whoever runs it against a real cluster.
    @Test("the cluster says its version")
    func version() async throws {
        try await StoreOnCluster.withStore { store in
            let version = try #require(try await store.rows("SELECT RAW ds_version()", as: String.self).first)
            print("Couchbase version: \(version)")
        }
    }

    @Test("what was applied is there for another process, and writes of both meet")
    func otherProcess() async throws {
        try await StoreOnCluster.withScope { settings in
            var samples = StoreSamples(seed: 41)
            let first = try await StoreOnCluster.open(settings)
            let second = try await StoreOnCluster.open(settings)
            try await first.apply(StoreBatch(orders: samples.documents(1...100)))
            // The first remembers states that are no longer so.
            let newer = samples.documents(1...100, revision: 3)
            try await second.apply(StoreBatch(orders: newer))
            try await first.apply(StoreBatch(orders: samples.documents(1...100, revision: 2)))
            for store in [first, second] {
                #expect(Set(try await store.orders(newer.map(\.order.id))) == Set(newer))
            }
            let newest = samples.documents(50...150, revision: 4)
            try await first.apply(StoreBatch(orders: newest))
            #expect(Set(try await second.orders(newest.map(\.order.id))) == Set(newest))
            #expect(try await second.counts().orders == 150)
            try await first.close()
            try await second.close()
        }
    }

    @Test(
        "writes are durable by majority where the bucket has replicas, and as it is said",
        .disabled(if: StoreOnCluster.isReal, "its replicas are not known"))
    func durability() async throws {
        try await StoreOnCluster.withScope { settings in
            for (durability, level) in [
                (CouchbaseStoreSettings.Durability.automatic, DurabilityLevel.majority), (.none, nil),
                (.persistToMajority, .persistToMajority),
            ] as [(CouchbaseStoreSettings.Durability, DurabilityLevel?)] {
                var settings = settings
                settings.durability = durability
                let store = try await StoreOnCluster.open(settings)
                #expect(store.durability == level)
                try await store.close()
            }
            #expect(CouchbaseStoreSettings.Durability.automatic.level(replicas: 0) == nil)
        }
    }

    @Test("a list is found in the index that has its order")
    func plans() async throws {
        try await StoreOnCluster.withStore { store in
            var filters = StoreSamples(seed: 3)
            for filter in [.all] + (0..<40).map({ _ in filters.filter() }) {
                for sort in OrderSort.allCases {
                    let statement = OrderListStatement(filter, sort: sort, after: nil, limit: 10)
                    var options = QueryOptions(arguments: statement.arguments)
                    options.scope = store.scope
                    let plan = try await store.cluster.query("EXPLAIN " + statement.text, options)
                    let text = String(buffer: try #require(try await plan.next()))
                    #expect(text.contains("IndexScan3") && text.contains("orders_"), "\(text)")
                }
            }
        }
    }

    @Test("amounts come back to the last digit, whatever the Query service makes of numbers")
    func exactAmounts() async throws {
        try await StoreOnCluster.withStore { store in
            var document = StoreSamples(seed: 5).edge
            document.order.amount = Money(minorUnits: Money.maximumMinorUnits - 1, currency: Currency(code: "CLF")!)
            try await store.apply(StoreBatch(orders: [document]))
            let page = try await store.orders(
                matching: OrderFilter(minimumAmount: .max / 2), sort: .newestFirst, after: nil, limit: 1)
            #expect(page.items.isEmpty)
            #expect(try await store.newestOrders(limit: 1, until: .latest) == [document])
        }
    }
}

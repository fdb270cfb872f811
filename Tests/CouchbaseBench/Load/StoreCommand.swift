import ArgumentParser
import Couchbase
import CouchbaseOrderStore
import Foundation
import Logging
import NIOCore
import OrderEvents
import OrderStore

/// The order store's path for batches, as the sink uses it: orders, and the windows and totals that they change.
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Writes orders in batches through the order store, and says how fast.")

    @OptionGroup var cluster: ClusterFlags
    @Option(help: "Orders in all.") var orders = 200_000
    @Option(help: "Orders of a batch.") var batch = 1_000
    @Option(help: "How often each order is written: 2 where its payment comes in a later batch.") var writes = 1
    @Option(help: "Orders a second; 0 for as many as there can be.") var rate = 0
    @Option(help: "The scope.") var scope = "orders"

    struct Result: Encodable {
        let orders: Int
        let writes: Int
        let batches: Int
        let seconds: Double
        let cpuSeconds: Double
        let p50BatchMilliseconds: Double
        let p99BatchMilliseconds: Double
        /// Behind the rate, at the end.
        let secondsBehind: Double
    }

    private static let partitions: Int32 = 6
    private static let start = Timestamp(millisecondsSinceEpoch: 1_705_314_600_000)

    func run() async throws {
        var settings = CouchbaseStoreSettings(
            host: cluster.patient, username: cluster.user, password: cluster.password, bucket: cluster.bucket)
        settings.scope = scope
        settings.makesSchema = false
        var logger = Logger(label: "store")
        logger.logLevel = .warning
        let store = try await CouchbaseOrderStore.open(settings, logger: logger)
        let generator = OrderGenerator(seed: 1)
        var (latencies, revision) = ([Duration](), Int64(0))
        let cpu = ProcessUsage.cpuSeconds
        let began = ContinuousClock.now
        var behind = Duration.zero
        for first in stride(from: 0, to: orders, by: batch) {
            if rate > 0 {
                let due = began + .seconds(Double(first) / Double(rate))
                if due > .now { try await Task.sleep(until: due) }
                behind = max(.zero, .now - due)
            }
            for write in 1...writes {
                revision += 1
                let began = ContinuousClock.now
                try await store.apply(contents(generator, first..<min(first + batch, orders), write, revision))
                latencies.append(began.duration(to: .now))
            }
        }
        let seconds = began.duration(to: .now).seconds
        let used = ProcessUsage.cpuSeconds - cpu
        latencies.sort()
        func percentile(_ part: Double) -> Double {
            latencies[min(Int(Double(latencies.count) * part), latencies.count - 1)].seconds * 1_000
        }
        try Output.print(
            Result(
                orders: orders, writes: writes, batches: latencies.count, seconds: seconds, cpuSeconds: used,
                p50BatchMilliseconds: percentile(0.5), p99BatchMilliseconds: percentile(0.99),
                secondsBehind: behind.seconds))
        try await store.close()
    }

    /// A batch as analytics makes it: 10,000 orders a minute, and each partition's window and totals once.
    private func contents(
        _ generator: OrderGenerator, _ numbers: Range<Int>, _ write: Int, _ revision: Int64
    ) -> StoreBatch {
        let documents = numbers.map { number in
            let created = Self.start.advanced(byMilliseconds: Int64(number) * 6)
            let order = generator.order(at: Int64(number), createdAt: created)
            var document = OrderDocument(order: order, revision: Int64(write), updatedAt: created)
            if write == writes {
                document.payment = Payment(
                    orderID: order.id, customerID: order.customerID, status: .paid, amount: order.amount,
                    country: order.country, processedAt: created.advanced(byMilliseconds: 15))
            }
            return document
        }
        let minute = Self.start.advanced(byMilliseconds: Int64(numbers.lowerBound) * 6).startOfMinute
        let aggregates = (0..<Self.partitions).flatMap { partition in
            [AggregateWindow.minute(start: minute), .allTime].map { window in
                var tally = Tally()
                tally.orders = Int64(numbers.upperBound)
                return Aggregate(
                    window: window, partition: partition,
                    cells: [AggregateCell(country: .unitedStates, currency: .usd, tally: tally)], late: 0,
                    revision: revision, updatedAt: minute)
            }
        }
        return StoreBatch(orders: documents, aggregates: aggregates)
    }
}

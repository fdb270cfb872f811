import OrderEvents
import StreamProcessing
import StreamTesting
import Telemetry
import Testing

@testable import OrderServices

extension ProcessorTests {
    @Suite struct SinkProcessorTests {
        private func service(_ log: MemoryLog, _ store: MemoryOrderStore, homes: [Int32]? = nil) -> MemoryService {
            MemoryService(SinkProcessor.definition, log: log, homes: homes) { SinkProcessor(store: store) }
        }

        private func document(_ id: Int64, revision: Int64, _ status: OrderStatus = .created) -> AnalyticsEvent {
            .order(
                OrderDocument(
                    order: order(id, status), revision: revision,
                    updatedAt: Timestamp(millisecondsSinceEpoch: now + revision)))
        }

        private func aggregate(revision: Int64, orders: Int64) throws -> AnalyticsEvent {
            var sum = Aggregate(window: .allTime, partition: 0, revision: revision, updatedAt: .epoch)
            for id in 0..<orders {
                try sum.change(from: nil, to: OrderDocument(order: order(id + 1), revision: 1, updatedAt: .epoch))
            }
            return .aggregate(sum)
        }

        private func log(_ events: AnalyticsEvent...) -> MemoryLog {
            let log = MemoryLog(partitions: partitions)
            for event in events { log.append(event, to: Topics.orderAnalytics, partition: 0) }
            return log
        }

        @Test func ofEachKeyTheLatestRevisionOfABatchIsWrittenInOneWrite() async throws {
            let log = log(
                document(1, revision: 1), document(2, revision: 1), document(1, revision: 3, .cancelled),
                document(1, revision: 2),
                try aggregate(revision: 2, orders: 2), try aggregate(revision: 1, orders: 1))
            let store = MemoryOrderStore()
            try await service(log, store).drain()
            #expect(store.writes == 1)
            #expect(store.rows[OrderID(1)!]?.revision == 3 && store.rows[OrderID(1)!]?.order.status == .cancelled)
            #expect(store.rows[OrderID(2)!]?.revision == 1)
            #expect(store.aggregates.map(\.revision) == [2])
        }

        @Test func aBatchThatComesAgainChangesNothing() async throws {
            let log = log(document(1, revision: 1), document(1, revision: 2))
            let store = MemoryOrderStore()
            let service = service(log, store)
            // Written, and the commit failed: the crash between the two.
            service.failsBeforeCommit = Away()
            await #expect(throws: Away.self) { try await service.step() }
            let before = store.rows
            try await service.drain()
            #expect(store.rows == before && store.writes == 2)
        }

        @Test func anOrderIsMeasuredOnceWhenItsFirstDocumentIsStored() async throws {
            func accepted(_ id: Int64, revision: Int64, before milliseconds: Int64) -> AnalyticsEvent {
                let seen = Timestamp(millisecondsSinceEpoch: now - milliseconds)
                return .order(
                    OrderDocument(order: order(id), createdSeenAt: seen, revision: revision, updatedAt: seen))
            }
            let log = log(
                accepted(1, revision: 1, before: 2_000), accepted(1, revision: 2, before: 2_000),
                accepted(2, revision: 1, before: 2_001), accepted(3, revision: 4, before: 9_000),
                // Its payment was read before its event.
                document(4, revision: 1))
            let registry = PrometheusRegistry(includesProcess: false)
            let store = MemoryOrderStore()
            try await MemoryService(SinkProcessor.definition, log: log) {
                SinkProcessor(store: store, metricsFactory: registry)
            }.drain()
            let page = String(decoding: registry.render(), as: UTF8.self).split(separator: "\n")
            #expect(page.contains("orders_accepted_to_stored_seconds_bucket{le=\"1\"} 0"))
            #expect(page.contains("orders_accepted_to_stored_seconds_bucket{le=\"2\"} 1"))
            #expect(page.contains("orders_accepted_to_stored_seconds_count 2"))
            #expect(page.contains("orders_store_rows_total{kind=\"order\"} 4"))
            #expect(page.contains("orders_store_write_duration_seconds_count 1"))
        }

        @Test func aStoreThatIsAwayLeavesTheBatchToBeTriedAgain() async throws {
            let log = log(document(1, revision: 1))
            let store = MemoryOrderStore()
            store.fail(with: [Away(), Away()])
            let service = service(log, store)
            for _ in 0..<2 { await #expect(throws: Away.self) { try await service.step() } }
            #expect(store.rows.isEmpty && service.lag == 1)
            try await service.drain()
            #expect(store.rows.count == 1 && service.lag == 0)
        }

        @Test func whatCannotBeReadIsSetAsideAndATombstoneIsSkipped() async throws {
            let log = log(document(1, revision: 1))
            log.append(MemoryLog.Entry(key: Array("1".utf8), value: nil), to: "order-analytics", partition: 0)
            log.append(MemoryLog.Entry(key: nil, value: Array("[]".utf8)), to: "order-analytics", partition: 0)
            let store = MemoryOrderStore()
            try await service(log, store).drain()
            #expect(deadLetters("order-analytics", of: Topology.sink.group, on: log) == ["malformed_json 0/2"])
            #expect(store.rows.count == 1)
        }

        @Test func aBatchWithNothingToStoreWritesNothing() async throws {
            let log = MemoryLog(partitions: partitions)
            log.append(MemoryLog.Entry(key: Array("1".utf8), value: nil), to: "order-analytics", partition: 0)
            let store = MemoryOrderStore()
            try await service(log, store).drain()
            #expect(store.writes == 0)
        }

        @Test func anOlderRevisionFromAnotherMemberDoesNotTakeTheNewerOnesPlace() async throws {
            let store = MemoryOrderStore()
            try await service(log(document(1, revision: 5)), store).drain()
            try await service(log(document(1, revision: 4)), store).drain()
            #expect(store.rows[OrderID(1)!]?.revision == 5)
        }
    }
}

import Kafka
import Logging
import OrderEvents
import OrderTracing
import Secrets
import StreamProcessing
import StreamTesting
import Synchronization
import Testing
import Webhooks

@testable import WebhookDelivery

/// Over topics in memory.
@Suite enum DeliveryTests: SampleEvents {}

extension DeliveryTests {
    /// An endpoint that answers as the test says, by the id of what it gets.
    final class Endpoint: DeliverySender {
        private let script: Mutex<@Sendable (String) throws -> DeliveryAnswer>
        private let seen = Mutex<[String]>([])
        private let carried = Mutex<[TraceID?]>([])

        init(_ script: @escaping @Sendable (String) throws -> DeliveryAnswer = { _ in .delivered(status: 200) }) {
            self.script = Mutex(script)
        }

        var asked: [String] { seen.withLock { $0 } }
        /// The trace that each attempt carried.
        var traces: [TraceID?] { carried.withLock { $0 } }
        func answer(_ script: @escaping @Sendable (String) throws -> DeliveryAnswer) {
            self.script.withLock { $0 = script }
        }

        func send(_ body: [UInt8], id: String) async throws -> DeliveryAnswer {
            seen.withLock { $0.append(id) }
            carried.withLock { $0.append(CurrentTrace.current?.context.traceID) }
            return try script.withLock { $0 }(id)
        }
    }

    static let unavailable: @Sendable (String) -> DeliveryAnswer = { _ in
        .failed(status: 503, detail: "answered 503", retryAfter: nil)
    }

    static func service(
        _ log: MemoryLog, _ endpoints: [String: Endpoint], outcomes: Set<OrderOutcome> = [.paid],
        limits: WebhookProcessor.Limits = .init(), homes: [Int32]? = nil,
        secret: Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    ) throws -> MemoryService {
        let configured = try endpoints.keys.sorted().map {
            try WebhookEndpoint(
                name: $0, url: "https://example.com/", secrets: [secret], outcomes: outcomes)
        }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return MemoryService(WebhookProcessor.definition, log: log, homes: homes) {
            WebhookProcessor(
                endpoints: configured, schedule: DeliverySchedule(), limits: limits, logger: logger
            ) { endpoints[$0.name] }
        }
    }

    static func document(
        _ id: Int64, revision: Int64 = 1, paid: Bool = true, _ status: OrderStatus = .created
    ) -> OrderDocument {
        var document = OrderDocument(
            order: order(id, status), payment: paid ? payment(id) : nil, revision: revision,
            updatedAt: Timestamp(millisecondsSinceEpoch: now))
        document.noteSeen(status, at: Timestamp(millisecondsSinceEpoch: now))
        return document
    }

    static func analyticsLog(_ documents: OrderDocument...) -> MemoryLog {
        let log = MemoryLog(partitions: partitions)
        for document in documents { log.append(.order(document), to: Topics.orderAnalytics) }
        return log
    }

    /// The newest ledger of each order.
    static func ledgers(_ log: MemoryLog) throws -> [Int64: WebhookLedger] {
        try log.entries("webhook-deliveries").reduce(into: [:]) { ledgers, entry in
            guard entry.key?.starts(with: "order-".utf8) == true else { return }
            let ledger = try entry.value!.withUnsafeBytes { try WebhookLedger(json: $0) }
            ledgers[ledger.orderID] = ledger
        }
    }

    /// What is written down of endpoints.
    static func marks(_ log: MemoryLog) throws -> [EndpointMark] {
        try log.entries("webhook-deliveries").compactMap { entry in
            guard entry.key?.starts(with: "endpoint-".utf8) == true else { return nil }
            return try entry.value!.withUnsafeBytes { try EndpointMark(json: $0) }
        }
    }

    /// Ticks until nothing waits, the clock going from one due moment to the next.
    static func settle(_ service: MemoryService, steps: Int = 200) async throws {
        for _ in 0..<steps {
            service.context.nowMilliseconds += 60_000
            try await service.tick()
        }
    }
}

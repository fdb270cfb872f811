import Hummingbird
import HummingbirdTesting
import Logging
import OrderEvents
import OrderStore
import OrderTracing
import Telemetry
import Testing

@testable import OrdersAPI

/// The whole API over fakes, and over a real store in a temporary directory.
struct APIFixture: Sendable {
    let directory: TemporaryDirectory
    let store: any OrderStore
    let log = FakeLog()
    let tail = FakeTail()
    let inspector = FakeInspector()
    let metrics = PrometheusRegistry()
    let logs = LogRecorder()
    let service: OrdersAPIService

    init(
        store: (any OrderStore)? = nil, log: (any OrderLog)? = nil, tail: (any AnalyticsTail)? = nil,
        inspector: (any ClusterInspector)? = nil, health: any ServiceHealthSource = NoServiceHealth(),
        deadLetters: (any DeadLetterBoard)? = nil, deadLetterActs: (any DeadLetterActs)? = nil,
        deliveries: any DeliveryLog = NoDeliveryLog(), webhookActs: (any WebhookActs)? = nil,
        finder: any RecordFinder = NoRecordFinder(), reconciler: any ReconcilerStatusSource = NoReconciler(),
        access: AccessControl = .off(), tracer: OrderTracer? = nil,
        configure: (inout OrdersAPIConfiguration) -> Void = { _ in }
    ) throws {
        directory = try TemporaryDirectory()
        self.store = try store ?? SQLiteOrderStore(path: directory.path + "/orders.sqlite")
        var configuration = OrdersAPIConfiguration()
        configuration.port = 0
        configuration.instance = 5
        configuration.version = "1.2.3"
        configuration.startGrace = .zero
        // Tests share the machine with many others: none of these may end within one.
        configuration.storeTimeout = .seconds(600)
        configuration.liveGrace = .seconds(3600)
        configure(&configuration)
        service = try OrdersAPIService(
            configuration: configuration, store: self.store, log: log ?? self.log, tail: tail ?? self.tail,
            inspector: inspector ?? self.inspector, finder: finder, health: health, deadLetters: deadLetters,
            deadLetterActs: deadLetterActs, deliveries: deliveries, webhookActs: webhookActs, reconciler: reconciler,
            access: access, tracer: tracer, metrics: metrics, metricsFactory: metrics, logger: logs.logger,
            now: { Sample.now })
    }

    /// Runs requests against the routes, without a socket; feed and hub run.
    func test(_ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void) async throws {
        try await service.makeApplication().test(.router) { client in try await body(client) }
        try await store.close()
    }
}

extension TestClientProtocol {
    /// The answer, which must be one that the API's description has.
    func get(_ uri: String, headers: HTTPFields = [:]) async throws -> TestResponse {
        let response = try await executeRequest(uri: uri, method: .get, headers: headers, body: nil)
        try ContractCheck.check(response, .get, uri)
        return response
    }

    func post(_ body: String, key: String? = nil, headers: HTTPFields = [:]) async throws -> TestResponse {
        var headers = headers
        if headers[.contentType] == nil { headers[.contentType] = "application/json" }
        if let key { headers[.idempotencyKey] = key }
        let response = try await executeRequest(
            uri: "/api/orders", method: .post, headers: headers, body: ByteBuffer(string: body))
        try ContractCheck.check(response, .post, "/api/orders")
        return response
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }

    /// The body as JSON, whose members are looked at by path: `json["payment.status"]`.
    var json: JSONValue { get throws { try JSONValue(text) } }
}

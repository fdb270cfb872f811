import Kafka
import Logging
import OrderEvents
import OrderTracing
import Webhooks

/// Writes what people ask to `webhook-requests`, by a producer of its own for each request: there are few.
public struct KafkaWebhookActs: WebhookActs {
    private let settings: KafkaSettings
    private let layout: KnownLayout
    private let logger: Logger

    /// - Parameter layout: says how many homes there are.
    public init(settings: KafkaSettings, layout: KnownLayout, logger: Logger) {
        self.settings = settings
        self.layout = layout
        self.logger = logger
    }

    /// Goes to the home of the order, where its ledger is.
    public func redeliver(_ redelivery: WebhookRequest.Redelivery) async throws {
        try await send(.redeliver(redelivery)) { homes in [OrderKey(redelivery.orderID).partition(of: homes)] }
    }

    /// Goes to each home: whoever has one of them may have disabled the endpoint.
    public func enable(_ endpoint: String) async throws {
        try await send(.enable(endpoint: endpoint)) { homes in Array(0..<homes) }
    }

    private static let unavailable = Problem.unavailable(
        "webhook-requests-unavailable", "The request did not reach the log; try again in a few seconds",
        retryAfterSeconds: 5)

    private func send(_ request: WebhookRequest, to places: (_ homes: Int32) -> [Int32]) async throws {
        guard let homes = layout.current?.homes else { throw Self.unavailable }
        do {
            let producer = try KafkaProducer(
                settings: settings, clientID: "orders-api-webhooks", options: ["message.timeout.ms": "10000"],
                logger: logger)
            var value = JSONBytes()
            Topics.webhookRequests.encode(request, into: &value)
            let key = Topics.webhookRequests.key(of: request)
            let headers = (CurrentTrace.current?.context.fields ?? []).map { RecordHeader($0.name, $0.value) }
            let sent: Result<Void, KafkaError>
            do throws(KafkaError) {
                for partition in places(homes) {
                    _ = try await producer.send(
                        topic: Topics.webhookRequests.name, partition: partition, key: key, value: value.bytes,
                        headers: headers)
                }
                sent = .success(())
            } catch {
                sent = .failure(error)
            }
            await DedicatedThread(name: "api-webhooks").run { _ = producer.close(timeout: .seconds(5)) }
            try sent.get()
        } catch {
            logger.warning("a request to the webhooks service was not sent", metadata: ["error": "\(error)"])
            throw Self.unavailable
        }
    }
}

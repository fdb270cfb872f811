import Foundation
import Kafka
import Logging
import OrderEvents
import OrderServices
import OrderStore
import Secrets
import StreamProcessing
import TraceExport
import WebhookDelivery
import Webhooks

/// Makes each service from its settings: the one place that knows how they are put together.
struct ServiceFactory {
    let kafka: KafkaSettings
    let data: DataOptions
    let environment: [String: String]
    /// What records traces, and has to run beside the services; nil: nothing does.
    let tracing: TracePipeline?
    /// Tells how this process's tasks are; has to run beside them.
    let health: ServiceHealthPublisher
    /// The clients that the process keeps; where it has an API, that shows their problems.
    let clients = ClientBoard()

    init(kafka: KafkaSettings, data: DataOptions, environment: [String: String], tracing: TracePipeline?) {
        self.kafka = kafka
        self.data = data
        self.environment = environment
        self.tracing = tracing
        health = ServiceHealthPublisher(kafka: kafka, clients: clients, logger: Logger(label: "health"))
    }

    func fraud() -> StreamTask {
        task(FraudProcessor.definition) { FraudProcessor() }
    }

    func payments(_ gateway: any PaymentGateway) -> StreamTask {
        var definition = PaymentProcessor.definition
        if let gateway = gateway as? HTTPPaymentGateway { definition.maxBatch = gateway.maxBatch }
        return task(definition) { PaymentProcessor(gateway: gateway) }
    }

    func analytics() -> StreamTask {
        task(AnalyticsProcessor.definition) { AnalyticsProcessor() }
    }

    func sink(_ store: any OrderStore, didApply: (@Sendable ([OrderDocument]) -> Void)? = nil) -> StreamTask {
        let system = environment["COUCHBASE_HOST", default: ""].isEmpty ? "sqlite" : "couchbase"
        return task(SinkProcessor.definition) { SinkProcessor(store: store, system: system, didApply: didApply) }
    }

    /// - Parameter webhook: nil: alerts go to the log alone.
    func alerting(_ webhook: Webhook?) -> StreamTask {
        let logger = Logger(label: "alerting")
        return task(AlertingProcessor.definition(for: webhook)) {
            AlertingProcessor(destination: webhook, logger: logger)
        }
    }

    func webhooks(_ endpoints: [WebhookEndpoint]) -> StreamTask {
        let logger = Logger(label: "webhooks")
        return task(WebhookProcessor.definition) { WebhookProcessor(endpoints: endpoints, logger: logger) }
    }

    /// - Parameter expectsServices: whether the services run, or will: orders then wait for them at `--rate max`.
    func producer(
        _ options: OrderProducer.Options, expectsServices: Bool, didFinish: (@Sendable (Int) -> Void)? = nil
    ) throws -> OrderProducer {
        let logger = Logger(label: "producer")
        return OrderProducer(
            options, kafka: kafka, stateDirectory: data.stateDirectory,
            backlog: try GroupBacklog(kafka: kafka, expectsAll: expectsServices, logger: logger), clients: clients,
            logger: logger, didFinish: didFinish)
    }

    func store() async throws -> any OrderStore { try await StoreChoice(data, environment: environment).open() }

    private func task(
        _ definition: TaskDefinition, _ makeProcessor: @escaping @Sendable () throws -> any StreamProcessor
    ) -> StreamTask {
        StreamTask(
            definition, kafka: kafka, stateDirectory: data.stateDirectory,
            layoutLog: LayoutLog(kafka, logger: Logger(label: definition.name)),
            observer: health, cutJournal: .serviceHealth(of: definition), tracer: tracing?.tracer,
            logger: Logger(label: definition.name),
            makeProcessor: makeProcessor)
    }
}

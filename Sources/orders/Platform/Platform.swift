import EmbeddedBroker
import Foundation
import Kafka
import Logging
import Metrics
import OrderEvents
import OrdersAPI
import OrderServices
import OrderStore
import ServiceLifecycle
import Telemetry
import TraceExport
import UnixSignals

/// Everything in one process, composed: what `orders up` runs and `orders bench` measures.
struct Platform {
    struct Options {
        var data: DataOptions
        var http: HostPort
        /// Who is let in there; nil: whoever is on this machine.
        var access: HTTPAccessOptions?
        /// Where the embedded broker listens; not used where `environment` names a Kafka.
        var kafka: HostPort
        /// Where other machines reach the embedded broker, nil if they do not.
        var secured: SecuredListener?
        var generator: OrderProducer.Options
        var payments: PaymentOptions
        /// Who is notified of outcomes; nil: nobody, whatever the environment says.
        var webhooks: WebhookOptions?
        /// Whether the check beside the flow runs.
        var reconciles = true
        /// What records traces; nil: nothing does.
        var tracing: TracePipeline?
        var environment: [String: String]
    }

    /// Where it listens, once it does.
    struct Addresses {
        var kafka: String
        /// Where the embedded broker takes logins over TLS; nil where it does not.
        var securedKafka: String?
        var http: ListeningAddress
        var isBrokerEmbedded: Bool
    }

    let options: Options
    let store: any OrderStore
    let kafka: KafkaSettings
    private let broker: BrokerService?
    private let embedded: EmbeddedAddresses?
    private let registry: PrometheusRegistry
    private let access: HTTPAccessSettings
    private let outbound: OutboundCalls
    private let logger = Logger(label: "orders")

    /// Starts the broker (unless another Kafka is named), makes the topics and opens the store.
    init(_ options: Options, registry: PrometheusRegistry) async throws {
        self.options = options
        self.registry = registry
        try options.data.prepare()
        // First of all: what would be open to others does not start, and neither does what is behind it.
        access =
            try await options.access?.settings(http: options.http, data: options.data)
            ?? HTTPAccessSettings(control: .off())
        outbound = try OutboundCalls(
            payments: options.payments, webhooks: options.webhooks, environment: options.environment)
        var environment = options.environment
        if environment["KAFKA_BOOTSTRAP_SERVERS", default: ""].isEmpty {
            let logsIn = try EmbeddedAddresses.logsIn(environment, secured: options.secured)
            var configuration = try options.data.broker(at: options.kafka, environment: environment)
            configuration.secured = options.secured
            let (broker, address) = try await BrokerService.start(configuration, logger: Logger(label: "broker"))
            self.broker = broker
            embedded = EmbeddedAddresses(open: "\(address)", secured: broker.clientAddress)
            environment["KAFKA_BOOTSTRAP_SERVERS"] = logsIn ? embedded?.secured : embedded?.open
        } else {
            guard options.secured == nil else {
                throw PlatformError(
                    "--broker-listen is for the embedded broker, which does not run while KAFKA_BOOTSTRAP_SERVERS is set"
                )
            }
            broker = nil
            embedded = nil
        }
        do {
            kafka = try KafkaSettings.fromEnvironment(environment)
            try await TopicSetup.prepare(kafka, patience: broker == nil ? .seconds(30) : nil, logger: logger)
            store = try await StoreChoice(options.data, environment: options.environment).open()
        } catch {
            await broker?.stop()
            throw error
        }
    }

    /// Runs until a signal, or until `end` returns.
    ///
    /// - Parameters:
    ///   - didStart: called when the API listens.
    ///   - didApply: sees what the sink has written, to measure.
    ///   - end: a service whose end stops the platform.
    ///   - heartbeat: what says that the process is alive, and runs as long as anything does.
    func run(
        didStart: @escaping @Sendable (Addresses) async -> Void, didApply: (@Sendable ([OrderDocument]) -> Void)? = nil,
        didProduce: (@Sendable (Int) -> Void)? = nil, end: (any Service)? = nil,
        heartbeat: HeartbeatService? = nil, signals: [UnixSignal] = [.sigint, .sigterm]
    ) async throws {
        let factory = ServiceFactory(
            kafka: kafka, data: options.data, environment: options.environment, tracing: options.tracing)
        // Stopped in reverse: first nothing new comes in, then the services finish, then the broker.
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
        func add(_ service: any Service) {
            services.append(
                .init(
                    service: service, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup))
        }
        if let heartbeat { add(heartbeat) }
        if let broker { add(broker) }
        if let tracing = options.tracing { add(tracing) }
        add(factory.health)
        add(factory.sink(store, didApply: didApply))
        add(factory.alerting(outbound.alerts))
        if !outbound.endpoints.isEmpty { add(factory.webhooks(outbound.endpoints)) }
        add(factory.analytics())
        add(factory.payments(outbound.gateway))
        add(factory.fraud())
        add(try api(factory.clients, didStart: didStart))
        if options.generator.count != 0 {
            let producer = try factory.producer(options.generator, expectsServices: true, didFinish: didProduce)
            services.append(
                .init(
                    service: producer, successTerminationBehavior: .ignore,
                    failureTerminationBehavior: .gracefullyShutdownGroup))
        }
        if let end { add(end) }
        let grace = Duration.seconds(30)
        let limit = heartbeat?.stopLimit(after: grace)
        if let limit { add(limit) }
        defer { limit?.disarm() }
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: signals, logger: Logger(label: "lifecycle"))
        configuration.maximumGracefulShutdownDuration = grace
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            await close()
            throw error
        }
        await close()
    }

    private func close() async {
        do {
            try await store.close()
        } catch {
            logger.error("the store did not close cleanly", metadata: ["error": "\(error)"])
        }
        await broker?.stop()
        Endpoints.remove(from: options.data.dataDir)
    }

    private func api(_ clients: ClientBoard, didStart: @escaping @Sendable (Addresses) async -> Void) throws
        -> any Service
    {
        let (data, embedded) = (options.data, embedded)
        let servers = embedded?.open ?? kafka.bootstrapServers
        return try APIFactory.service(
            http: options.http, access: access, kafka: kafka, store: store, reconciles: options.reconciles,
            registry: registry,
            clients: clients, tracer: options.tracing?.tracer.named("api"),
            onListening: { address in
                do {
                    try Endpoints(
                        pid: ProcessInfo.processInfo.processIdentifier, kafka: servers, securedKafka: embedded?.secured,
                        http: address.url
                    ).write(to: data.dataDir)
                } catch {
                    Logger(label: "orders").warning("the tools will need --kafka", metadata: ["error": "\(error)"])
                }
                await didStart(
                    Addresses(
                        kafka: servers, securedKafka: embedded?.secured, http: address,
                        isBrokerEmbedded: embedded != nil))
            })
    }
}

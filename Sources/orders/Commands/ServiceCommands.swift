import ArgumentParser
import Foundation
import Kafka
import Logging
import OrderServices
import ServiceLifecycle
import StreamProcessing
import Synchronization

/// The options of every service that runs alone.
struct ServiceOptions: ParsableArguments {
    @OptionGroup var kafka: KafkaOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var metrics: MetricsOptions
    @OptionGroup var log: LogOptions

    /// Prepares the process and gives what services are made with. No broker is contacted yet.
    ///
    /// - Parameter name: the service's.
    func prepare(_ name: String) throws -> ServiceFactory {
        try log.bootstrap(environment: processEnvironment)
        // Before the first metric is made.
        _ = Observability.registry
        try data.prepare()
        return ServiceFactory(
            kafka: try kafka.settings(environment: processEnvironment), data: data, environment: processEnvironment,
            tracing: try TracingOptions.start(name, environment: processEnvironment))
    }

    /// Makes the topics that are missing and runs a service until SIGINT or SIGTERM.
    ///
    /// - Parameter isServing: whether it does its work; by default, whether its tasks are in their group.
    func run(
        _ name: String, _ service: any Service, with factory: ServiceFactory,
        isServing: (@Sendable () -> Bool)? = nil
    ) async throws {
        let endpoint = try metrics.endpoint(environment: processEnvironment)
        let heartbeat = try await HeartbeatService.start(
            name, in: data.dataDir, isServing: isServing ?? { factory.health.areTasksServing })
        try await TopicSetup.prepare(factory.kafka, patience: .seconds(30), logger: Logger(label: "setup"))
        Standard.output("\(name) running against \(factory.kafka.bootstrapServers); Ctrl-C stops it\n")
        // A call to a payment processor or webhook that hangs is cut off; the batch comes again at the next start.
        let grace = Duration.seconds(25)
        let limit = heartbeat.stopLimit(after: grace)
        // Stopped in reverse: the service reports that it has ended, and its last spans go out.
        let services: [(any Service)?] = [heartbeat, endpoint, factory.tracing, factory.health, service, limit]
        var configuration = ServiceGroupConfiguration(
            services: services.compactMap { $0 }.map {
                .init(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup)
            },
            gracefulShutdownSignals: [.sigint, .sigterm], logger: Logger(label: "lifecycle"))
        configuration.maximumGracefulShutdownDuration = grace
        try await ServiceGroup(configuration: configuration).run()
    }
}

struct ProducerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "producer", abstract: "Make orders like a shop's.")
    @OptionGroup var generator: GeneratorOptions
    @OptionGroup var service: ServiceOptions

    func validate() throws {
        if generator.count == 0 {
            throw ValidationError("--count 0 leaves the producer nothing to do; leave it out for orders without end")
        }
    }

    func run() async throws {
        let factory = try service.prepare("producer")
        try await service.run(
            "producer", try factory.producer(generator.producer, expectsServices: false), with: factory,
            isServing: { true })
    }
}

struct FraudCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fraud", abstract: "Judge orders: orders to fraud-alerts.")
    @OptionGroup var service: ServiceOptions

    func run() async throws {
        let factory = try service.prepare("fraud")
        try await service.run("fraud", factory.fraud(), with: factory)
    }
}

struct PaymentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payments", abstract: "Charge orders: orders to payments.")
    @OptionGroup var payments: PaymentOptions
    @OptionGroup var service: ServiceOptions

    func run() async throws {
        let factory = try service.prepare("payments")
        let gateway = try payments.gateway(environment: processEnvironment)
        try await service.run("payments", factory.payments(gateway), with: factory)
    }
}

struct AnalyticsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analytics", abstract: "Join and count: orders, payments and fraud-alerts to order-analytics.")
    @OptionGroup var service: ServiceOptions

    func run() async throws {
        let factory = try service.prepare("analytics")
        try await service.run("analytics", factory.analytics(), with: factory)
    }
}

struct SinkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "sink", abstract: "Keep order-analytics in the store.")
    @OptionGroup var service: ServiceOptions

    func run() async throws {
        let factory = try service.prepare("sink")
        let store = try await factory.store()
        try await service.run("sink", factory.sink(store), with: factory)
        try await store.close()
    }
}

struct AlertingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerting", abstract: "Tell people of fraud alerts: log and ALERT_WEBHOOK_URL.")
    @OptionGroup var service: ServiceOptions

    func run() async throws {
        let factory = try service.prepare("alerting")
        let webhook = try OutboundCalls.alerts(processEnvironment)
        try await service.run("alerting", factory.alerting(webhook), with: factory)
    }
}

struct WebhooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhooks", abstract: "Post the outcomes of orders to the endpoints of WEBHOOK_ENDPOINTS.")
    @OptionGroup var webhooks: WebhookOptions
    @OptionGroup var service: ServiceOptions

    func run() async throws {
        let factory = try service.prepare("webhooks")
        let endpoints = try webhooks.endpoints(environment: processEnvironment)
        guard !endpoints.isEmpty else {
            throw PlatformError(
                "there are no endpoints: name their file with --webhooks or WEBHOOK_ENDPOINTS, or give its text in "
                    + "WEBHOOK_ENDPOINTS_JSON")
        }
        try await service.run("webhooks", factory.webhooks(endpoints), with: factory)
    }
}

struct BrokerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "broker", abstract: "Run the embedded Kafka broker.")
    @Option(help: ArgumentHelp("Where it listens in the open: a loopback address.", valueName: "HOST:PORT"))
    var kafka = HostPort(host: "127.0.0.1", port: 9092)
    @Option(
        help: ArgumentHelp(
            "The address that clients are given, if a forwarder on this machine stands before the broker: a loopback address. Default: where it listens.",
            valueName: "HOST:PORT"))
    var advertise: HostPort?
    @Option(
        help: ArgumentHelp(
            "The size of one of the journal's files, of which there are two or three: less suits a small disk. 16 to 1024.",
            valueName: "MIB"))
    var journalSize = 64
    @OptionGroup var access: BrokerAccessOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var metrics: MetricsOptions
    @OptionGroup var log: LogOptions

    func validate() throws {
        guard (16...1024).contains(journalSize) else {
            throw ValidationError("--journal-size \(journalSize) is not possible; use 16 to 1024 (MiB)")
        }
    }

    func run() async throws {
        try log.bootstrap(environment: processEnvironment)
        // Before the first metric is made.
        _ = Observability.registry
        try data.prepare()
        let endpoint = try metrics.endpoint(environment: processEnvironment)
        let heartbeat = try await HeartbeatService.start("broker", in: data.dataDir, isServing: { true })
        var configuration = try data.broker(
            at: kafka, advertised: advertise, journalMebibytes: journalSize, environment: processEnvironment)
        configuration.secured = try access.listener(environment: processEnvironment, dataDirectory: data.dataDir)
        let (broker, address) = try await BrokerService.start(configuration, logger: Logger(label: "broker"))
        try Endpoints(
            pid: ProcessInfo.processInfo.processIdentifier, kafka: "\(address)", securedKafka: broker.clientAddress
        ).write(to: data.dataDir)
        defer { Endpoints.remove(from: data.dataDir) }
        if let secured = broker.securedAddress { Standard.output("kafka listening with TLS on \(secured)\n") }
        Standard.output("kafka listening on \(address)\n")
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: ([heartbeat, endpoint, broker] as [(any Service)?]).compactMap(\.self).map {
                    .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
                },
                gracefulShutdownSignals: [.sigint, .sigterm], logger: Logger(label: "lifecycle")))
        try await group.run()
    }
}

struct APICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api", abstract: "Serve the HTTP API and the dashboard.")
    @Option(help: ArgumentHelp("Where it listens.", valueName: "HOST:PORT"))
    var http = HostPort(host: "127.0.0.1", port: 8080)
    @OptionGroup var reconciler: ReconcilerOptions
    @OptionGroup var access: HTTPAccessOptions
    @OptionGroup var service: ServiceOptions

    func run() async throws {
        let factory = try service.prepare("api")
        let store = try await factory.store()
        let reconciles = try reconciler.isOn(environment: processEnvironment)
        let isListening = Mutex(false)
        let api = try APIFactory.service(
            http: http, access: try await access.settings(http: http, data: service.data), kafka: factory.kafka,
            store: store, reconciles: reconciles, registry: Observability.registry,
            clients: factory.clients, tracer: factory.tracing?.tracer
        ) { address in
            isListening.withLock { $0 = true }
            Standard.output("dashboard listening on \(address.url)\n")
        }
        try await service.run("api", api, with: factory, isServing: { isListening.withLock { $0 } })
        try await store.close()
    }
}

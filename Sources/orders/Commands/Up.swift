import ArgumentParser
import Foundation
import Logging
import Metrics
import OrdersAPI
import Synchronization

struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run everything in one process.",
        discussion: """
            Starts the embedded broker, the services, the store, the API and the dashboard; Ctrl-C stops them, and the next start goes on \
            from the data of the last. With KAFKA_BOOTSTRAP_SERVERS set, that Kafka is used instead of the embedded broker.
            """)

    @OptionGroup var generator: GeneratorOptions
    @Flag(name: .customLong("exit"), help: "Stop once the orders of --count are through.")
    var exits = false
    @OptionGroup var data: DataOptions
    @Option(help: ArgumentHelp("Where the API and the dashboard listen.", valueName: "HOST:PORT"))
    var http = HostPort(host: "127.0.0.1", port: 8080)
    @Option(help: ArgumentHelp("Where the embedded broker listens.", valueName: "HOST:PORT"))
    var kafka = HostPort(host: "127.0.0.1", port: 9092)
    @OptionGroup var brokerAccess: BrokerAccessOptions
    @OptionGroup var payments: PaymentOptions
    @OptionGroup var webhooks: WebhookOptions
    @OptionGroup var reconciler: ReconcilerOptions
    @OptionGroup var access: HTTPAccessOptions
    @OptionGroup var log: LogOptions

    func validate() throws {
        if exits, generator.count == nil {
            throw ValidationError("--exit needs --count: otherwise there is no end to wait for")
        }
    }

    func run() async throws {
        try log.bootstrap(environment: processEnvironment)
        let registry = Observability.registry
        let began = ContinuousClock.now
        try data.prepare()
        let isUp = Mutex(false)
        let heartbeat = try await HeartbeatService.start("up", in: data.dataDir) { isUp.withLock { $0 } }
        let platform = try await Platform(
            Platform.Options(
                data: data, http: http, access: access, kafka: kafka,
                secured: try brokerAccess.listener(environment: processEnvironment, dataDirectory: data.dataDir),
                generator: generator.producer, payments: payments, webhooks: webhooks,
                reconciles: try reconciler.isOn(environment: processEnvironment),
                tracing: try TracingOptions.start("orders", environment: processEnvironment),
                environment: processEnvironment),
            registry: registry)
        let (produced, finish) = AsyncStream.makeStream(of: Int.self)
        if generator.count == 0 { finish.yield(0) }
        let (dataDir, orders) = (data.dataDir, generator.summary)
        try await platform.run(
            didStart: { addresses in
                isUp.withLock { $0 = true }
                Banner.print(addresses, dataDirectory: dataDir, orders: orders, after: ContinuousClock.now - began)
            },
            didProduce: { finish.yield($0) },
            end: exits ? Drain(kafka: platform.kafka, produced: produced) : nil, heartbeat: heartbeat)
        Banner.stopped()
    }
}

/// What a person sees at the start and the end.
enum Banner {
    static func print(_ addresses: Platform.Addresses, dataDirectory: String, orders: String, after: Duration) {
        let broker = addresses.isBrokerEmbedded ? "embedded broker" : "external"
        let secured = addresses.securedKafka
        let text = """

            Real-Time Orders Platform \(platformVersion), up in \(after.formatted(.units(allowed: [.seconds, .milliseconds], width: .narrow)))

              dashboard   \(addresses.http.url)
              kafka       \(addresses.kafka)  (\(broker))\(secured.map { "\n  with TLS    \($0)" } ?? "")
              data        \(dataDirectory)
              orders      \(orders)

              send one    curl -s \(addresses.http.url)/api/orders -H 'Content-Type: application/json' \\
                            -d '{"customer_id": 42, "amount": 249.99, "currency": "USD", "country": "US"}'

            \(secured.map { "kafka listening with TLS on \($0)\n" } ?? "")kafka listening on \(addresses.kafka)
            dashboard listening on \(addresses.http.url)
            Ctrl-C stops everything; the data stays.

            """
        Standard.output(text)
    }

    static func stopped() { Standard.output("stopped; the next start goes on from here\n") }
}

/// Standard output, unbuffered, so that whoever waits for a line gets it.
enum Standard {
    static func output(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
    static func error(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

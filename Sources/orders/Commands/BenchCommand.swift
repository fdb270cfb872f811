import ArgumentParser
import CouchbaseOrderStore
import Foundation
import Logging
import OrderEvents
import OrdersAPI
import OrderServices
import ServiceLifecycle
import Telemetry

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure this machine: the code path of `orders up`, in a directory of its own.",
        discussion: """
            First a flood of --orders as fast as they are taken, then each of --rates for --seconds, then orders over HTTP at --post-rate, \
            watched on the event stream. Broker, services, store, API and the load itself share the process and the machine.

            KAFKA_* and CONFLUENT_* count as for `orders up`: KAFKA_BOOTSTRAP_SERVERS names another Kafka, on whose topics the orders then stay. \
            So do COUCHBASE_*: with COUCHBASE_HOST the orders are stored there, each phase in a scope of its own, which is dropped again. With \
            COUCHBASE_SCHEMA=leave the scope is COUCHBASE_SCOPE, and the orders stay in it. \
            The simulated payment processor is used all the same, and nobody is alerted.
            """)

    @Option(help: "Orders of the flood.") var orders = 500_000
    @Option(help: ArgumentHelp("Steady rates, orders a second, comma-separated; empty for none.", valueName: "N,N"))
    var rates = "1000,5000"
    @Option(help: "Orders a second over HTTP; 0 for none.") var postRate = 1_000
    @Option(help: "How long each steady rate is held.") var seconds = 10
    @Flag(help: "JSON for machines.") var json = false
    @OptionGroup var reconciler: ReconcilerOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var log: LogOptions

    func validate() throws {
        guard orders > 0, seconds > 0, postRate >= 0 else {
            throw ValidationError("--orders and --seconds are 1 or more, --post-rate 0 or more")
        }
        guard steadyRates != nil else { throw ValidationError("--rates is a list of numbers such as 1000,5000") }
    }

    private var steadyRates: [Int]? {
        let parts = rates.split(separator: ",").map { Int($0) }
        return parts.contains { $0 == nil || $0! <= 0 } ? nil : parts.compactMap(\.self)
    }

    func run() async throws {
        var environment = processEnvironment
        // The alerts of a flood would measure the terminal.
        if environment["LOG_LEVEL", default: ""].isEmpty, log.logLevel == nil { environment["LOG_LEVEL"] = "error" }
        try log.bootstrap(environment: environment)
        let registry = Observability.registry
        if let servers = otherKafka { say("on the Kafka at \(servers), which keeps the orders") }
        if let cluster = try couchbase {
            let end = cluster.makesSchema ? "" : ", which keeps the orders"
            say("stored in \(cluster.connectionString), bucket \(cluster.bucket)\(end)")
        }
        let flood = try await flood(registry)
        var steady: [BenchReport.Steady] = []
        for rate in steadyRates ?? [] { steady.append(try await self.steady(rate, registry)) }
        let events = postRate > 0 ? try await self.events(registry) : nil
        let report = BenchReport(machine: .current, flood: flood, steady: steady, events: events)
        if json { try Table.printJSON(report) } else { report.print() }
    }

    // MARK: phases

    private func flood(_ registry: PrometheusRegistry) async throws -> BenchReport.Flood {
        say("flood: \(orders) orders as fast as they are taken")
        ResourceUsage.resetPeak()
        let probe = StoreProbe(expected: orders)
        let (used, began) = try await run(.max, count: orders, probe, registry)
        let result = probe.result()
        let seconds = ((result.last ?? .now) - began).inSeconds
        return BenchReport.Flood(
            orders: orders, seconds: seconds, ordersPerSecond: Double(orders) / seconds,
            cpuSecondsPerMillionOrders: used.cpuSeconds / Double(orders) * 1e6,
            peakMemoryMib: Double(used.peakBytes) / 1_048_576,
            p50Milliseconds: result.p50, p99Milliseconds: result.p99)
    }

    private func steady(_ rate: Int, _ registry: PrometheusRegistry) async throws -> BenchReport.Steady {
        say("steady: \(rate) orders/s for \(seconds) s")
        let probe = StoreProbe(expected: rate * seconds)
        let (used, _) = try await run(.perSecond(Double(rate)), count: rate * seconds, probe, registry)
        let result = probe.result()
        return BenchReport.Steady(
            ratePerSecond: rate, orders: rate * seconds, p50Milliseconds: result.p50, p99Milliseconds: result.p99,
            maxMilliseconds: result.max, cpuCores: used.cpuSeconds / Double(seconds))
    }

    private func events(_ registry: PrometheusRegistry) async throws -> BenchReport.Events {
        say("events: \(postRate) POSTs/s for \(seconds) s, watched on the event stream")
        let (addresses, listening) = AsyncStream.makeStream(of: String.self)
        let probe = EventProbe(
            address: addresses, rate: postRate, seconds: seconds, firstID: 5_000_000_000_000 + (try freshNumber()))
        try await withPlatform(.perSecond(1), count: 0, registry) { platform in
            try await platform.run(didStart: { listening.yield($0.http.url) }, end: probe, signals: [])
        }
        return probe.record.state.withLock { state in
            func milliseconds(_ microseconds: UInt64) -> Double { Double(microseconds) / 1_000 }
            return BenchReport.Events(
                ratePerSecond: postRate, posted: state.posted, seen: state.seen,
                p50Milliseconds: milliseconds(state.toEvent.valueAtPercentile(50)),
                p99Milliseconds: milliseconds(state.toEvent.valueAtPercentile(99)),
                postP50Milliseconds: milliseconds(state.toAnswer.valueAtPercentile(50)),
                postP99Milliseconds: milliseconds(state.toAnswer.valueAtPercentile(99)))
        }
    }

    /// Ends when the probe has seen all its orders.
    private struct Watch: Service {
        let probe: StoreProbe
        func run() async throws {
            await cancelWhenGracefulShutdown { for await _ in probe.finished {} }
        }
    }

    private func run(
        _ rate: OrderRate, count: Int, _ probe: StoreProbe, _ registry: PrometheusRegistry
    ) async throws -> (ResourceUsage, ContinuousClock.Instant) {
        let before = ResourceUsage.now()
        var began = ContinuousClock.now
        try await withPlatform(rate, count: count, registry) { platform in
            began = .now
            try await platform.run(didStart: { _ in }, didApply: probe.didApply, end: Watch(probe: probe), signals: [])
        }
        let after = ResourceUsage.now()
        return (ResourceUsage(cpuSeconds: after.cpuSeconds - before.cpuSeconds, peakBytes: after.peakBytes), began)
    }

    /// A platform on free ports and in a directory of its own, which goes afterwards.
    private func withPlatform(
        _ rate: OrderRate, count: Int, _ registry: PrometheusRegistry, _ body: (Platform) async throws -> Void
    ) async throws {
        var directory = data
        directory.dataDir += "/bench-\(ProcessInfo.processInfo.processIdentifier)"
        defer {
            // Only measurements were in it.
            try? FileManager.default.removeItem(atPath: directory.dataDir)
        }
        if try keepsOrders { try beginAt(freshNumber(), in: directory) }
        try await withScope { environment in
            let anyPort = HostPort(host: "127.0.0.1", port: 0)
            let platform = try await Platform(
                Platform.Options(
                    data: directory, http: anyPort, kafka: anyPort,
                    generator: OrderProducer.Options(rate: rate, count: count),
                    payments: try PaymentOptions.parse([]),
                    reconciles: try reconciler.isOn(environment: processEnvironment), environment: environment),
                registry: registry)
            try await body(platform)
        }
    }

    /// A scope of its own where the orders are in Couchbase and it may be made: it goes afterwards.
    private func withScope(_ body: ([String: String]) async throws -> Void) async throws {
        guard var settings = try couchbase, settings.makesSchema else { return try await body(environment) }
        settings.scope = "bench-\(UUID().uuidString.prefix(8).lowercased())"
        do {
            try await body(environment.merging(["COUCHBASE_SCOPE": settings.scope]) { $1 })
        } catch {
            try await CouchbaseOrderStore.dropScope(settings)
            throw error
        }
        try await CouchbaseOrderStore.dropScope(settings)
    }

    /// Which Kafka and which store, and how their clients are set. Not the gateway and the webhook: orders that nobody
    /// placed must not reach them.
    private var environment: [String: String] {
        processEnvironment.filter { setting in
            ["KAFKA_", "CONFLUENT_", "COUCHBASE_"].contains { setting.key.hasPrefix($0) }
        }
    }

    /// The cluster that the environment names; nil: a file.
    private var couchbase: CouchbaseStoreSettings? {
        get throws {
            guard !environment["COUCHBASE_HOST", default: ""].isEmpty else { return nil }
            return try StoreChoice.couchbase(environment)
        }
    }

    /// Whether orders of earlier phases and runs are there still.
    private var keepsOrders: Bool {
        get throws { try otherKafka != nil || couchbase.map { !$0.makesSchema } ?? false }
    }

    /// The Kafka that the environment names; nil: the embedded one.
    private var otherKafka: String? {
        environment["KAFKA_BOOTSTRAP_SERVERS"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Another Kafka, or a scope that stays, knows the orders of earlier phases and runs, and an order that comes again
    /// is charged and written no second time. So each phase begins somewhere of its own, among so many places that two
    /// never meet.
    private func freshNumber() throws -> Int64 { try keepsOrders ? .random(in: 0..<900_000_000_000) : 0 }

    private func beginAt(_ number: Int64, in directory: DataOptions) throws {
        let slot = "\(directory.stateDirectory)/producer/0"
        try FileManager.default.createDirectory(atPath: slot, withIntermediateDirectories: true)
        try OrderProducer.begin(at: number, directory: slot)
    }

    private func say(_ text: String) {
        if !json { Standard.output("bench: \(text)\n") }
    }
}

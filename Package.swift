// swift-tools-version: 6.1
import PackageDescription

/// Declared once, for every target: Swift 6 mode, and existentials spelled out.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
]

/// The modules that a simulated platform runs through are optimised in a debug build, too: without that a run takes
/// many times as long. What `assert` says is still checked, and tests still see what is internal.
///
/// Whoever depends on this package gets it without: SwiftPM takes such flags from nobody but the package itself.
let isDependency = Context.packageDirectory.contains("/checkouts/")
let hot: [SwiftSetting] =
    isDependency
    ? strict : strict + [.unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))]

let nio = "swift-nio"
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let distributedTracing: Target.Dependency = .product(name: "Tracing", package: "swift-distributed-tracing")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let coreMetrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: nio)
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: nio)
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")

let package = Package(
    name: "orders-platform",
    products: [
        .executable(name: "orders", targets: ["orders"]),
        .library(name: "Couchbase", targets: ["Couchbase"]),
        .library(name: "OrderEvents", targets: ["OrderEvents"]),
        .library(name: "Kafka", targets: ["Kafka"]),
        .library(name: "KafkaClient", targets: ["KafkaClient"]),
        .library(name: "EmbeddedBroker", targets: ["EmbeddedBroker"]),
        .library(name: "BrokerCore", targets: ["BrokerCore"]),
        .library(name: "BrokerStorage", targets: ["BrokerStorage"]),
        .library(name: "KafkaProtocol", targets: ["KafkaProtocol"]),
        .library(name: "KafkaRecords", targets: ["KafkaRecords"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .systemLibrary(name: "CRdKafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"])]),
        // jemalloc instead of the system's allocator, for every library in the process.
        .target(name: "CAllocator", linkerSettings: [.linkedLibrary("jemalloc", .when(platforms: [.linux]))]),
        .systemLibrary(name: "CTimex"),
        .systemLibrary(name: "CRocksDB", providers: [.apt(["librocksdb-dev"])]),
        .systemLibrary(
            name: "CCompression",
            providers: [.apt(["zlib1g-dev", "libzstd-dev", "liblz4-dev", "libsnappy-dev"])]),

        .target(name: "LogLimit", dependencies: [log], swiftSettings: hot),
        .target(name: "Secrets", swiftSettings: strict),
        .target(name: "Spelling", swiftSettings: strict),
        // The table of settings, and how they are put together from flags, environment and file.
        .target(
            name: "Settings",
            dependencies: ["Secrets", "Spelling", .product(name: "Configuration", package: "swift-configuration")],
            swiftSettings: strict),
        .target(name: "OrderEvents", swiftSettings: hot),
        // Every metric that there is, and the exporter for Prometheus.
        .target(name: "Telemetry", dependencies: [coreMetrics, log], swiftSettings: hot),
        // Traces: contexts by W3C, sampling, spans; and their way to a collector.
        .target(
            name: "OrderTracing", dependencies: ["Telemetry", distributedTracing, log, metrics], swiftSettings: hot),
        .target(
            name: "TraceExport",
            dependencies: [
                "LogLimit", "OrderTracing", "Secrets", "Telemetry", lifecycle, log, metrics, nioCore,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ],
            swiftSettings: strict),
        .target(
            name: "APIAccess",
            dependencies: [
                "OrderEvents", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
            ],
            swiftSettings: strict),
        // Outgoing webhooks, the pure part: outcomes, signatures, endpoints, schedule, the log's records.
        .target(
            name: "Webhooks",
            dependencies: ["OrderEvents", "Secrets", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: hot),
        .target(name: "Threads", swiftSettings: hot),
        .target(
            name: "SCRAM", dependencies: [.product(name: "Crypto", package: "swift-crypto")], swiftSettings: strict),
        // What of a request may be served, by the rights of whoever asks. Pure, and without a login.
        .target(name: "BrokerRights", dependencies: ["KafkaProtocol"], swiftSettings: hot),
        // Connections within the process, without sockets.
        .target(name: "LocalTransport", dependencies: [nioCore], swiftSettings: strict),
        .target(name: "BrokerAccess", dependencies: ["BrokerRights", "SCRAM"], swiftSettings: strict),
        .target(
            name: "Kafka",
            dependencies: ["CRdKafka", "KafkaClient", "Secrets", "Telemetry", "Threads", log, metrics],
            swiftSettings: hot),
        .target(
            name: "KafkaProtocol", dependencies: [nioCore], swiftSettings: hot),
        .target(
            name: "KafkaRecords", dependencies: ["ByteCompression", "CCompression", "KafkaProtocol", nioCore],
            swiftSettings: hot),
        // A client in Swift: pure state machines, and a thin shell of sockets around them.
        .target(
            name: "KafkaClient",
            dependencies: [
                "KafkaProtocol", "KafkaRecords", "LocalTransport", "SCRAM", "Secrets", "Threads", log, nioCore,
                nioPosix, nioSSL,
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "OrderedCollections", package: "swift-collections"),
                .product(name: "NIOConcurrencyHelpers", package: nio), .product(name: "NIOTLS", package: nio),
            ],
            exclude: ["DESIGN.md", "Group/DESIGN.md"], swiftSettings: strict),
        .target(name: "BrokerStorage", dependencies: ["Threads", nioCore], swiftSettings: hot),
        // The broker as a deterministic state machine. It needs no TLS, so simulation and fuzzer build without BoringSSL.
        .target(
            name: "BrokerCore",
            dependencies: [
                "BrokerRights", "BrokerStorage", "KafkaProtocol", "KafkaRecords", log, nioCore,
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ],
            swiftSettings: hot),
        .target(
            name: "EmbeddedBroker",
            dependencies: [
                "BrokerAccess", "BrokerCore", "BrokerRights", "BrokerStorage", "KafkaProtocol", "LocalTransport",
                "LogLimit", "SCRAM", "Telemetry", log, metrics, nioCore, nioPosix, nioSSL,
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            exclude: ["DESIGN.md"], swiftSettings: strict),
        .target(
            name: "OrderStore",
            dependencies: ["OrderEvents", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: hot),
        .target(
            name: "Couchbase",
            dependencies: [
                "ByteCompression", "SCRAM", log, nioCore, nioPosix, nioSSL,
                .product(name: "NIOConcurrencyHelpers", package: nio), .product(name: "NIOTLS", package: nio),
                .product(name: "NIOHTTP1", package: nio),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            swiftSettings: strict),
        .target(
            name: "CouchbaseOrderStore",
            dependencies: [
                "Couchbase", "OrderEvents", "OrderStore", log, nioCore,
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict),
        .target(name: "ByteCompression", dependencies: ["CCompression", nioCore], swiftSettings: hot),
        .target(
            name: "OrderFiles",
            dependencies: ["ByteCompression", "OrderEvents", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict),
        .target(
            name: "StreamProcessing",
            dependencies: [
                "CRocksDB", "Kafka", "LogLimit", "OrderEvents", "OrderTracing", "Secrets", "Telemetry",
                distributedTracing, lifecycle, log, metrics,
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: hot),
        // An operator's HTTP endpoint to which JSON is posted, bounded in time and bytes.
        .target(
            name: "OutboundHTTP",
            dependencies: [
                "OrderTracing", "Secrets", nioCore, nioPosix,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ],
            swiftSettings: strict),
        // The service that posts outcomes of orders: deliveries that wait, attempts, what posts them.
        .target(
            name: "WebhookDelivery",
            dependencies: [
                "Kafka", "OrderEvents", "OrderTracing", "OutboundHTTP", "Secrets", "StreamProcessing", "Telemetry",
                "Webhooks", log, metrics,
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            swiftSettings: hot),
        .target(
            name: "OrderServices",
            dependencies: [
                "Kafka", "LogLimit", "OrderEvents", "OrderStore", "OrderTracing", "OutboundHTTP", "Secrets",
                "StreamProcessing", "Telemetry", "WebhookDelivery", "Webhooks", lifecycle, log, metrics,
            ],
            swiftSettings: hot),
        .target(
            name: "Repartition", dependencies: ["Kafka", "OrderEvents", "OrderServices", "StreamProcessing", log],
            swiftSettings: strict),
        .target(
            name: "OrderAudit",
            dependencies: [
                "Kafka", "OrderEvents", "OrderStore", "StreamProcessing", "Telemetry", lifecycle, log, metrics,
            ],
            swiftSettings: hot),
        .target(
            name: "DeadLetters",
            dependencies: ["Kafka", "OrderEvents", "StreamProcessing", "Telemetry", lifecycle, log, metrics],
            swiftSettings: strict),
        .target(
            name: "OrdersAPI",
            dependencies: [
                "APIAccess", "ByteCompression", "DeadLetters", "Kafka", "LogLimit", "OrderEvents", "OrderStore",
                "OrderTracing", "Secrets", "Spelling", "Telemetry", "Webhooks", distributedTracing, lifecycle, log,
                metrics,
                nioCore, nioPosix,
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "JWTKit", package: "jwt-kit"), nioSSL, .product(name: "NIOHTTP1", package: nio),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "orders",
            dependencies: [
                "APIAccess", "BrokerAccess", "BrokerRights", "CAllocator", "CTimex", "CouchbaseOrderStore",
                "DeadLetters",
                "EmbeddedBroker", "Kafka", "KafkaClient",
                "OrderAudit", "OrderEvents",
                "OrderFiles",
                "OrderServices",
                "OrderStore",
                "OrdersAPI", "OrderTracing", "Repartition", "Secrets", "Settings", "StreamProcessing", "Telemetry",
                "TraceExport", "WebhookDelivery", "Webhooks", distributedTracing,
                "LogLimit", "Threads", lifecycle, log, metrics, nioCore, nioPosix, nioSSL, unixSignals,
                .product(name: "NIOConcurrencyHelpers", package: nio), .product(name: "NIOTLS", package: nio),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            swiftSettings: strict),

        .testTarget(name: "SettingsTests", dependencies: ["Secrets", "Settings"], swiftSettings: strict),
        .testTarget(
            name: "WebhooksTests", dependencies: ["OrderEvents", "Secrets", "TestSupport", "Webhooks"],
            swiftSettings: strict),
        .testTarget(name: "TelemetryTests", dependencies: ["Telemetry", coreMetrics, metrics], swiftSettings: strict),
        .testTarget(name: "SCRAMTests", dependencies: ["SCRAM"], swiftSettings: strict),
        .testTarget(
            name: "OrderEventsTests", dependencies: ["OrderEvents", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "CouchbaseTests",
            dependencies: [
                "Couchbase", "CouchbaseSimulation", "CouchbaseTesting", "TestSupport", nioCore, nioPosix,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ],
            swiftSettings: strict),
        // The test cluster as a process, for the tests of the client and of the store.
        .target(
            name: "CouchbaseTesting",
            dependencies: [
                "Couchbase", nioCore, nioPosix, .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ],
            path: "Tests/CouchbaseTesting", swiftSettings: strict),
        // The client's simulation: a library, so that tests can use it, and a program for many seeds.
        .target(
            name: "CouchbaseSimulation",
            dependencies: [
                "Couchbase", "TestSupport", nioCore, .product(name: "HeapModule", package: "swift-collections"),
            ],
            path: "Tests/CouchbaseSimulation", swiftSettings: strict),
        .executableTarget(
            name: "couchbase-simulation", dependencies: ["CouchbaseSimulation"], path: "Tests/CouchbaseSimulationTool",
            swiftSettings: strict),
        // The Couchbase client and store under load, and a node that answers from memory: see Benchmarks/couchbase_client.py.
        .executableTarget(
            name: "couchbase-bench",
            dependencies: [
                "Couchbase", "CouchbaseOrderStore", "OrderEvents", "OrderStore", "SCRAM", log, nioCore, nioPosix,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOHTTP1", package: nio),
            ],
            path: "Tests/CouchbaseBench", swiftSettings: strict),
        .testTarget(
            name: "OrderFilesTests", dependencies: ["ByteCompression", "OrderEvents", "OrderFiles", nioCore],
            swiftSettings: strict),
        .testTarget(
            name: "OrderStoreTests",
            dependencies: [
                "Couchbase", "CouchbaseOrderStore", "CouchbaseTesting", "OrderStore", "TestSupport", log, nioCore,
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        // How fast the store's filters are, and what their index costs: `make store-filters`.
        .executableTarget(
            name: "store-filters",
            dependencies: ["CAllocator", "OrderEvents", "OrderStore", .product(name: "GRDB", package: "GRDB.swift")],
            path: "Benchmarks/StoreFilters", swiftSettings: strict),
        // librdkafka's own broker, with errors on demand: for the tests of whoever uses its clients.
        .target(
            name: "KafkaMock", dependencies: ["CRdKafka", "Kafka"], path: "Tests/KafkaMock", swiftSettings: strict),
        .testTarget(
            name: "KafkaTests", dependencies: ["CRdKafka", "Kafka", "KafkaClient", "KafkaMock", "Secrets", "Threads"],
            swiftSettings: strict),
        .testTarget(
            name: "KafkaClientTests",
            dependencies: [
                "BrokerAccess", "BrokerCore", "BrokerRights", "EmbeddedBroker", "KafkaClient", "KafkaMock",
                "KafkaProtocol", "KafkaRecords", "SCRAM", "Secrets", "TestSupport", "Threads", log, nioCore, nioPosix,
                nioSSL,
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "NIOConcurrencyHelpers", package: nio),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "BrokerRightsTests", dependencies: ["BrokerRights", "KafkaProtocol"], swiftSettings: strict),
        .testTarget(
            name: "LocalTransportTests", dependencies: ["LocalTransport", nioCore, nioPosix], swiftSettings: strict),
        .testTarget(
            name: "BrokerAccessTests", dependencies: ["BrokerAccess", "BrokerRights", "SCRAM"], swiftSettings: strict),
        .testTarget(
            name: "BrokerCoreTests",
            dependencies: [
                "BrokerCore", "BrokerSimulation", "BrokerStorage", "KafkaProtocol", "KafkaRecords", "TestSupport", log,
                nioCore,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "EmbeddedBrokerTests",
            dependencies: [
                "BrokerAccess", "BrokerCore", "BrokerRights", "BrokerSimulation", "BrokerStorage", "EmbeddedBroker",
                "KafkaProtocol", "SCRAM", "TestSupport", log, nioCore, nioPosix, nioSSL,
            ],
            swiftSettings: strict),
        // The broker is there to say which APIs have to be covered.
        .testTarget(
            name: "KafkaProtocolTests", dependencies: ["BrokerCore", "KafkaProtocol", "TestSupport", nioCore],
            swiftSettings: strict),
        .testTarget(
            name: "KafkaRecordsTests",
            dependencies: ["ByteCompression", "CCompression", "KafkaProtocol", "KafkaRecords", "TestSupport", nioCore],
            swiftSettings: strict),
        .target(
            name: "TestSupport", dependencies: ["KafkaProtocol", nioCore], path: "Tests/TestSupport",
            swiftSettings: hot),
        // The broker's simulation: a library, so that tests can use it, and a program for many seeds, see scripts/simulate.sh.
        .target(
            name: "BrokerSimulation",
            dependencies: [
                "BrokerCore", "BrokerStorage", "KafkaProtocol", "KafkaRecords", "TestSupport", nioCore,
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ],
            path: "Tests/BrokerSimulation", swiftSettings: hot),
        .executableTarget(
            name: "broker-simulation", dependencies: ["BrokerSimulation"], path: "Tests/BrokerSimulationTool",
            swiftSettings: strict),
        // Whole platforms in one thread: a library, so that tests can use it, and a program for many seeds, see
        // scripts/simulate-platform.sh.
        .target(
            name: "PlatformSimulation",
            dependencies: [
                "BrokerCore", "BrokerSimulation", "BrokerStorage", "CRocksDB", "Kafka", "KafkaProtocol", "KafkaRecords",
                "OrderAudit", "OrderEvents", "OrderServices", "OrderStore", "OrderTracing", "Secrets",
                "StreamProcessing",
                "TestSupport", "WebhookDelivery", "Webhooks", log, nioCore,
            ],
            path: "Tests/PlatformSimulation", swiftSettings: hot),
        .executableTarget(
            name: "platform-simulation", dependencies: ["BrokerSimulation", "PlatformSimulation"],
            path: "Tests/PlatformSimulationTool", swiftSettings: strict),
        .testTarget(
            name: "PlatformSimulationTests", dependencies: ["PlatformSimulation", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "OrdersAPITests",
            dependencies: [
                "APIAccess", "ByteCompression", "DeadLetters", "EmbeddedBroker", "Kafka", "OrderEvents", "OrderStore",
                "OrdersAPI", "OrderTracing", "Secrets", "StreamProcessing", "StreamTesting", "Telemetry", "TestSupport",
                "Webhooks", distributedTracing, nioSSL, lifecycle, log,
                metrics,
                nioCore, nioPosix,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "APIAccessTests",
            dependencies: [
                "APIAccess", "OrderEvents", .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FuzzTests",
            dependencies: [
                "BrokerCore", "BrokerStorage", "CCompression", "KafkaProtocol", "KafkaRecords", "OrderEvents",
                "TestSupport",
                nioCore,
            ],
            path: "Tests/Fuzz",
            exclude: [
                "Corpus", "LibFuzzer", "Package.swift", "README.md", "coverage.sh", "json.dict", "run.sh",
            ],
            sources: ["Properties", "Regression"],
            swiftSettings: strict),
        // Topics, contexts, clients and a store in memory, and a broker: for the tests of processors, of the whole flow, and of the loop.
        .target(
            name: "StreamTesting",
            dependencies: [
                "EmbeddedBroker", "Kafka", "OrderEvents", "OrderStore", "OrderTracing", "StreamProcessing", log,
            ],
            path: "Tests/StreamTesting",
            swiftSettings: strict),
        .testTarget(
            name: "StreamProcessingTests",
            dependencies: [
                "CRdKafka", "EmbeddedBroker", "Kafka", "KafkaClient", "KafkaMock", "LogLimit", "OrderEvents",
                "OrderTracing",
                "Secrets", "StreamProcessing", "StreamTesting", "TestSupport", distributedTracing, lifecycle, log,
                metrics,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "OrderServicesTests",
            dependencies: [
                "Kafka", "OrderEvents", "OrderServices", "OrderStore", "OrderTracing", "Secrets", "StreamProcessing",
                "StreamTesting", "Telemetry", "WebhookDelivery", log, metrics,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "WebhookDeliveryTests",
            dependencies: [
                "Kafka", "OrderEvents", "OrderTracing", "Secrets", "StreamProcessing", "StreamTesting",
                "WebhookDelivery", "Webhooks", log, metrics,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "OrderTracingTests", dependencies: ["OrderTracing", distributedTracing, log, metrics],
            swiftSettings: strict),
        .testTarget(
            name: "TraceExportTests",
            dependencies: ["OrderTracing", "TraceExport", "Secrets", lifecycle, log, metrics, distributedTracing],
            swiftSettings: strict),
        .testTarget(
            name: "RepartitionTests", dependencies: ["OrderEvents", "Repartition", "StreamProcessing"],
            swiftSettings: strict),
        .testTarget(
            name: "OrderAuditTests",
            dependencies: [
                "Kafka", "OrderAudit", "OrderEvents", "OrderServices", "OrderStore", "OrderTracing",
                "StreamProcessing", "StreamTesting", "TestSupport", log,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "DeadLettersTests",
            dependencies: [
                "DeadLetters", "Kafka", "OrderEvents", "StreamProcessing", "StreamTesting", "TestSupport", log,
            ],
            swiftSettings: strict),
    ]
)

// ORDERS_TESTS=StreamProcessingTests,KafkaTests leaves the other tests out of the package, and with them whatever they
// alone need: for scripts/test-module.sh. Unset, everything is there.
if let named = Context.environment["ORDERS_TESTS"] {
    let wanted = named.split(separator: ",").map(String.init)
    package.targets.removeAll { $0.isTest && !wanted.contains($0.name) }
}

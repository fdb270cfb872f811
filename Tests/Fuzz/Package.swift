// swift-tools-version: 6.1
import PackageDescription

/// The libFuzzer binary. A package of its own, because its instrumentation applies to everything that it is built with: see
/// README.md beside this file.
let package = Package(
    name: "orders-fuzz",
    dependencies: [
        .package(name: "orders-platform", path: "../.."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .target(
            name: "FuzzProperties",
            dependencies: [
                .product(name: "OrderEvents", package: "orders-platform"),
                .product(name: "BrokerCore", package: "orders-platform"),
                .product(name: "BrokerStorage", package: "orders-platform"),
                .product(name: "KafkaProtocol", package: "orders-platform"),
                .product(name: "KafkaRecords", package: "orders-platform"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Properties", swiftSettings: strict),
        .executableTarget(
            name: "fuzz", dependencies: ["FuzzProperties"], path: "LibFuzzer",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]),
    ]
)

var strict: [SwiftSetting] { [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")] }

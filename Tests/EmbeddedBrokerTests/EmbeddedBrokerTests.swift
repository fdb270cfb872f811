import Foundation
import Logging
import NIOCore
import TestSupport
import Testing

@testable import BrokerSimulation
@testable import EmbeddedBroker
@testable import KafkaProtocol

@Suite("The broker on real sockets and files")
struct EmbeddedBrokerTests {
    /// A directory of its own for a test, removed afterwards.
    private func withDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("broker-\(UUID().uuidString)").path
        defer {
            // What cannot be removed is the system's to clean up.
            try? FileManager.default.removeItem(atPath: path)
        }
        return try await body(path)
    }

    private func configuration(_ path: String) -> EmbeddedBrokerConfiguration {
        var configuration = EmbeddedBrokerConfiguration(dataDirectory: path)
        configuration.port = 0
        configuration.journalFileBytes = 16 << 20
        return configuration
    }

    private func broker(_ configuration: EmbeddedBrokerConfiguration) -> EmbeddedBroker {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return EmbeddedBroker(configuration: configuration, logger: logger)
    }

    private func withBroker(
        _ change: (inout EmbeddedBrokerConfiguration) -> Void = { _ in }, _ body: (BoundAddress) async throws -> Void
    ) async throws {
        try await withDirectory { path in
            var configuration = configuration(path)
            change(&configuration)
            let broker = broker(configuration)
            let address = try await broker.start()
            do {
                try await body(address)
            } catch {
                await broker.stop()
                throw error
            }
            await broker.stop()
        }
    }

    private func startError(_ configuration: EmbeddedBrokerConfiguration) async -> EmbeddedBrokerError? {
        let broker = broker(configuration)
        do {
            _ = try await broker.start()
            await broker.stop()
            return nil
        } catch {
            return error as? EmbeddedBrokerError
        }
    }

    private func produce(_ client: RawClient, _ value: String, correlationID: Int32 = 1) async throws -> Int64? {
        let request = ProduceRequest(
            acks: -1, timeoutMilliseconds: 1000,
            topics: [.init(name: "t", partitions: [.init(index: 0, records: try Batches.make([value]))])])
        return try await client.ask(request, correlationID: correlationID)?.topics.first?.partitions.first?.baseOffset
    }

    private func makeTopic(_ client: RawClient) async throws {
        let request = CreateTopicsRequest(topics: [.init(name: "t", numPartitions: 1, replicationFactor: 1)])
        #expect(try await client.ask(request)?.results.first?.errorCode == .some(.none))
    }

    private func fetch(from offset: Int64, maxWait: Int32 = 0) -> FetchRequest {
        var request = FetchRequest()
        request.maxWaitMilliseconds = maxWait
        request.minBytes = 1
        request.topics = [
            .init(topic: "t", partitions: [.init(partition: 0, fetchOffset: offset, partitionMaxBytes: 1 << 20)])
        ]
        return request
    }

    @Test("a record goes in and comes out, and is there after a restart")
    func roundTrip() async throws {
        try await withDirectory { path in
            for round in 0..<3 {
                let broker = broker(configuration(path))
                let client = try await RawClient.connect(try await broker.start())
                if round == 0 { try await makeTopic(client) }
                #expect(try await produce(client, "value \(round)") == Int64(round))
                var values: [String?] = []
                while values.count <= round {
                    let offset = Int64(values.count)
                    let part = try #require(
                        try await client.ask(fetch(from: offset), version: 12)?.topics.first?.partitions.first)
                    let records = try Batches.read(part.records, from: offset).records
                    try #require(!records.isEmpty)
                    values += records.map(\.value)
                }
                #expect(values == (0...round).map { "value \($0)" })
                await broker.stop()
            }
        }
    }

    @Test("answers come in the order of requests, however long each takes")
    func ordering() async throws {
        try await withBroker { address in
            let client = try await RawClient.connect(address)
            try await makeTopic(client)
            // The fetch waits, so what was asked after it has to wait with it.
            try await client.send(
                WireFrame.joined(WireFrame.request(fetch(from: 0, maxWait: 300), version: 11, correlationID: 100)))
            for id in 101..<110 {
                try await client.send(
                    WireFrame.joined(WireFrame.request(ApiVersionsRequest(), version: 2, correlationID: Int32(id))))
            }
            for id in 100..<110 {
                let frame = try #require(try await client.next())
                #expect(frame.getInteger(at: frame.readerIndex, as: Int32.self) == Int32(id))
            }
        }
    }

    @Test("a waiting fetch is answered as soon as there is a record")
    func longPoll() async throws {
        try await withBroker { address in
            let consumer = try await RawClient.connect(address)
            let producer = try await RawClient.connect(address)
            try await makeTopic(producer)
            try await consumer.send(
                WireFrame.joined(WireFrame.request(fetch(from: 0, maxWait: 30_000), version: 11, correlationID: 7)))
            #expect(try await produce(producer, "now") == 0)
            let frame = try #require(try await consumer.next())
            let (_, answer) = try WireFrame.decodeResponse(FetchResponse.self, from: frame, version: 11)
            #expect(
                try Batches.read(answer.topics.first?.partitions.first?.records, from: 0).records.map(\.value) == [
                    "now"
                ])
        }
    }

    @Test("a request that arrives byte by byte is understood, and so are many in one piece")
    func framing() async throws {
        try await withBroker { address in
            let client = try await RawClient.connect(address)
            let request = WireFrame.joined(WireFrame.request(ApiVersionsRequest(), version: 2, correlationID: 5))
            for index in 0..<request.readableBytes {
                try await client.send(request.getSlice(at: index, length: 1) ?? ByteBuffer())
            }
            #expect(try await client.next() != nil)
            let many = WireFrame.joined(Array(repeating: request, count: 50))
            try await client.send(many)
            for _ in 0..<50 { #expect(try await client.next() != nil) }
        }
    }

    @Test(
        "malformed and oversized frames close their own connection only",
        arguments: [
            [0xff, 0xff, 0xff, 0xff], [0x7f, 0xff, 0xff, 0xff], [0, 0, 0, 0],
            [0, 0, 0, 8, 0x70, 0x70, 0, 0, 0, 0, 0, 1],
            // A Metadata request that claims two thousand million topics.
            [0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff],
            Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8),
        ] as [[UInt8]])
    func malformed(bytes: [UInt8]) async throws {
        try await withBroker { address in
            let good = try await RawClient.connect(address)
            let bad = try await RawClient.connect(address)
            #expect(try await good.ask(ApiVersionsRequest()) != nil)
            try await bad.send(ByteBuffer(bytes: bytes))
            #expect(try await bad.next() == nil)
            #expect(try await good.ask(ApiVersionsRequest()) != nil)
            #expect(try await RawClient.connect(address).ask(ApiVersionsRequest()) != nil)
        }
    }

    @Test("random bytes never stop the broker")
    func noise() async throws {
        try await withBroker { address in
            var random = SeededGenerator(seed: 3)
            var clients: [RawClient] = []
            for _ in 0..<40 {
                let client = try await RawClient.connect(address)
                var bytes = ByteBuffer()
                let length = 10 + random.below(200)
                bytes.writeInteger(Int32(length))
                bytes.writeInteger(Int16(random.below(70)))
                bytes.writeInteger(Int16(random.below(12)))
                for _ in 0..<length - 4 { bytes.writeInteger(UInt8.random(in: 0...255, using: &random)) }
                try await client.send(bytes)
                clients.append(client)
            }
            // Most were disconnected; to which of them that happened does not matter.
            for client in clients { try? await client.close() }
            #expect(try await RawClient.connect(address).ask(ApiVersionsRequest()) != nil)
        }
    }

    @Test("ApiVersions in a version from the future is answered in version 0")
    func futureVersion() async throws {
        try await withBroker { address in
            let client = try await RawClient.connect(address)
            var frame = ByteBuffer()
            frame.writeMultipleIntegers(Int32(8 + 2), Int16(18), Int16(99), Int32(42), Int16(-1))
            try await client.send(frame)
            let answer = try #require(try await client.next())
            let (id, body) = try WireFrame.decodeResponse(ApiVersionsResponse.self, from: answer, version: 0)
            #expect(id == 42 && body.errorCode == .unsupportedVersion)
        }
    }

    @Test("more connections than allowed are refused, and those that are there go on")
    func connectionLimits() async throws {
        try await withBroker {
            $0.maxConnections = 2
        } _: { address in
            let first = try await RawClient.connect(address)
            let second = try await RawClient.connect(address)
            #expect(try await first.ask(ApiVersionsRequest()) != nil)
            #expect(try await second.ask(ApiVersionsRequest()) != nil)
            let third = try await RawClient.connect(address)
            #expect(try await third.next() == nil)
            #expect(try await second.ask(ApiVersionsRequest()) != nil)
        }
    }

    @Test("connections that fall silent are closed, and make room for others")
    func silentConnections() async throws {
        try await withBroker {
            $0.maxConnections = 1
            $0.idleTimeout = .seconds(1)
        } _: { address in
            let silent = try await RawClient.connect(address)
            #expect(try await silent.next() == nil)
            // On a busy machine a second may pass before the request is there, so there are some tries.
            var isServed = false
            for _ in 0..<20 where !isServed {
                let next = try await RawClient.connect(address)
                isServed = (try? await next.ask(ApiVersionsRequest())) != nil
            }
            #expect(isServed)
        }
    }

    @Test("metadata tells the address that is really listened on")
    func advertised() async throws {
        try await withBroker { address in
            let client = try await RawClient.connect(address)
            let broker = try await client.ask(MetadataRequest(topics: []))?.brokers.first
            #expect(broker?.host == "127.0.0.1" && broker?.port == Int32(address.port) && address.port > 0)
        }
    }

    @Test("metadata tells the advertised address, which must be one of this machine")
    func advertisedForwarder() async throws {
        try await withDirectory { path in
            var behindForwarder = configuration(path)
            behindForwarder.advertised = BoundAddress(host: "127.0.0.1", port: 4242)
            let broker = broker(behindForwarder)
            let address = try await broker.start()
            let told = try await RawClient.connect(address).ask(MetadataRequest(topics: []))?.brokers.first
            #expect(told?.host == "127.0.0.1" && told?.port == 4242)
            await broker.stop()
            behindForwarder.advertised = BoundAddress(host: "10.1.2.3", port: 4242)
            #expect(await startError(behindForwarder)?.code == .notLoopback)
            behindForwarder.advertised = BoundAddress(host: "127.0.0.1", port: 0)
            #expect(await startError(behindForwarder)?.code == .invalidConfiguration)
        }
    }

    // MARK: Starting

    @Test("a port in use is a clear error")
    func portInUse() async throws {
        try await withBroker { address in
            try await withDirectory { path in
                var other = configuration(path)
                other.port = address.port
                let error = await startError(other)
                #expect(error?.code == .portInUse)
                #expect(error?.message.contains("\(address.port)") == true)
            }
        }
    }

    @Test("a data directory belongs to one broker at a time")
    func locked() async throws {
        try await withDirectory { path in
            let first = broker(configuration(path))
            _ = try await first.start()
            #expect(await startError(configuration(path))?.code == .dataDirectoryLocked)
            await first.stop()
            #expect(await startError(configuration(path)) == nil)
        }
    }

    @Test("other machines are not listened to")
    func loopbackOnly() async throws {
        try await withDirectory { path in
            for host in ["0.0.0.0", "10.1.2.3"] {
                var open = configuration(path)
                open.host = host
                let error = await startError(open)
                #expect(error?.code == .notLoopback)
                #expect(error?.message.contains("--broker-tls-cert") == true)
            }
        }
    }

    @Test("a directory that cannot be used, or was written by a newer version, is a clear error")
    func badDirectory() async throws {
        try await withDirectory { path in
            try Data("a file".utf8).write(to: URL(fileURLWithPath: path))
            #expect(await startError(configuration(path))?.code == .dataDirectoryNotUsable)
        }
        try await withDirectory { path in
            #expect(await startError(configuration(path)) == nil)
            try Data("999\n".utf8).write(to: URL(fileURLWithPath: path + "/version"))
            let error = await startError(configuration(path))
            #expect(error?.code == .newerVersion)
            #expect(error?.message.contains("999") == true)
        }
        try await withDirectory { path in
            #expect(await startError(configuration(path)) == nil)
            try Data("nonsense".utf8).write(to: URL(fileURLWithPath: path + "/checkpoint"))
            #expect(await startError(configuration(path))?.code == .dataDamaged)
        }
    }

    @Test("settings that make no sense are named")
    func badSettings() async throws {
        var settings = configuration("/nowhere")
        settings.defaultPartitions = 0
        #expect(await startError(settings)?.code == .invalidConfiguration)
        settings = configuration("/nowhere")
        settings.port = 70_000
        #expect(await startError(settings)?.message.contains("70000") == true)
    }

    @Test("run serves until it is cancelled")
    func run() async throws {
        try await withDirectory { path in
            let broker = broker(configuration(path))
            let (addresses, continuation) = AsyncStream.makeStream(of: BoundAddress.self)
            let task = Task { try await broker.run { continuation.yield($0) } }
            for await address in addresses {
                #expect(try await RawClient.connect(address).ask(ApiVersionsRequest()) != nil)
                break
            }
            task.cancel()
            try await task.value
            #expect(await startError(configuration(path)) == nil)
        }
    }
}

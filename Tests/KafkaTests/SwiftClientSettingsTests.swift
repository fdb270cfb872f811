import Foundation
import KafkaClient
import Secrets
import Testing

@testable import Kafka

/// The platform's settings in the Swift client's terms.
struct SwiftClientSettingsTests {
    private func settings(_ settings: KafkaSettings, _ options: [String: String] = [:]) throws -> SwiftClientSettings {
        try SwiftClientSettings(settings, options: options, logger: quiet)
    }

    @Test func membersShareTheirGroupWithLibrdkafkas() throws {
        let found = try settings(KafkaSettings(), ["auto.offset.reset": "error"])
            .consumer(group: "g", clientID: "c", assignors: "roundrobin,range")
        #expect(found.cluster.bootstrapServers == [BrokerAddress(host: "127.0.0.1", port: 9092)])
        #expect(found.cluster.security == ClusterSecurity())
        #expect(found.consumer.assignmentStrategies == [.roundRobin, .range])
        #expect(found.consumer.isolation == .readCommitted && found.consumer.offsetReset == .none)
        #expect(found.consumer.groupID == "g" && found.consumer.clientID == "c")
        // A member's partitions come and go: they must not wait for a long request.
        #expect(found.consumer.fetchIdleWaitMilliseconds == found.consumer.fetchWaitMilliseconds)
        let reader = try settings(KafkaSettings()).consumer(group: nil, clientID: "r", assignors: "range").consumer
        #expect(reader.groupID == nil && reader.offsetReset == .earliest && reader.verifiesChecksums)
        #expect(reader.fetchWaitMilliseconds == 500 && reader.fetchIdleWaitMilliseconds == 2_000)
        #expect(throws: KafkaError.self) {
            try settings(KafkaSettings()).consumer(group: "g", clientID: "c", assignors: "fair")
        }
    }

    @Test func aTransactionsProducerHasItsOwnTimes() throws {
        let plain = try settings(KafkaSettings(), ["message.timeout.ms": "5000"]).producer(
            clientID: "p", transactionalID: nil
        ).producer
        #expect(plain.transactionalID == nil && plain.lingerMilliseconds == 0)
        #expect(plain.deliveryTimeoutMilliseconds == 5_000 && plain.blockMilliseconds == 5_000)
        let other = try settings(KafkaSettings(), ["transaction.timeout.ms": "15000"]).producer(
            clientID: "p", transactionalID: "t"
        ).producer
        #expect(other.transactionalID == "t" && other.lingerMilliseconds == 5)
        #expect(other.transactionTimeoutMilliseconds == 15_000)
    }

    @Test func serversAreReadAsLibrdkafkaReadsThem() throws {
        let found = try settings(
            KafkaSettings(bootstrapServers: "PLAINTEXT://a:1, b,[::1]:2,[::1]"))
        #expect(found.cluster.bootstrapServers.map(\.description) == ["a:1", "b:9092", "[::1]:2", "[::1]:9092"])
    }

    @Test func propertiesThatBothHaveAreTakenAndTheOthersNamed() throws {
        let all = try settings(
            KafkaSettings(overrides: [
                "session.timeout.ms": "6000", "linger.ms": "0.5", "batch.size": "5000", "fetch.min.bytes": "7",
                "compression.type": "lz4", "fetch.queue.backoff.ms": "3", "statistics.interval.ms": "1",
            ]), ["fetch.min.bytes": "9", "enable.partition.eof": "true"])
        var found = try all.consumer(group: nil, clientID: "c", assignors: "range")
        #expect(found.consumer.sessionTimeoutMilliseconds == 6_000 && found.consumer.fetchMinimumBytes == 7)
        found = all.producer(clientID: "p", transactionalID: nil)
        #expect(found.producer.lingerMilliseconds == 1 && found.producer.batchBytes == 5_000)
        #expect(found.producer.compression == .lz4)
        #expect(found.unknown == ["fetch.queue.backoff.ms", "statistics.interval.ms"])
    }

    @Test func tlsAndLoginAreTakenOverAndFilesAreReadForEachClient() throws {
        let file = NSTemporaryDirectory() + "password-\(UUID().uuidString)"
        try "first".write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        var kafka = KafkaSettings()
        kafka.security = KafkaSecurity(
            tls: .init(authorities: .file("/ca.pem")),
            login: .init(.scramSHA512, username: .value("me"), password: .file(file)))
        let before = try settings(kafka).cluster.security
        #expect(before.tls == .init(certificateAuthorities: "/ca.pem"))
        #expect(before.sasl == .init(mechanism: .scramSHA512, username: "me", password: "first"))
        try "second".write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try settings(kafka).cluster.security.sasl?.password == "second")
        kafka.security = KafkaSecurity(tls: .init(authorities: .pem("text")))
        #expect(try settings(kafka).cluster.security == .init(tls: .init(certificateAuthorityText: "text")))
        kafka.security = KafkaSecurity(
            tls: .init(
                identity: .init(certificateFile: "/c.pem", keyFile: "/k.pem", keyPassword: .file("/password"))))
        #expect(
            try settings(kafka).cluster.security.tls?.identity
                == .init(certificateFile: "/c.pem", keyFile: "/k.pem", keyPassword: .file("/password")))
    }
}

import Foundation
import Kafka
import KafkaClient
import Secrets
import Testing

@testable import StreamProcessing

/// The platform's settings in the Swift client's terms.
struct SwiftClientSettingsTests {
    private func settings(_ settings: KafkaSettings) throws -> SwiftClientSettings {
        try SwiftClientSettings(settings, group: "g", clientID: "c", transactionalID: "t")
    }

    @Test func membersShareTheirGroupWithLibrdkafkas() throws {
        let found = try settings(KafkaSettings())
        #expect(found.cluster.bootstrapServers == [BrokerAddress(host: "127.0.0.1", port: 9092)])
        #expect(found.cluster.security == ClusterSecurity())
        #expect(found.consumer.assignmentStrategies == [.roundRobin, .range])
        #expect(found.consumer.isolation == .readCommitted && found.consumer.offsetReset == .none)
        #expect(found.producer.transactionalID == "t" && found.consumer.groupID == "g")
        let reader = found.reader(clientID: "r")
        #expect(reader.groupID == nil && reader.clientID == "r" && reader.verifiesChecksums)
    }

    @Test func serversAreReadAsLibrdkafkaReadsThem() throws {
        let found = try settings(
            KafkaSettings(bootstrapServers: "PLAINTEXT://a:1, b,[::1]:2,[::1]"))
        #expect(found.cluster.bootstrapServers.map(\.description) == ["a:1", "b:9092", "[::1]:2", "[::1]:9092"])
    }

    @Test func propertiesThatBothHaveAreTakenAndTheOthersNamed() throws {
        let found = try settings(
            KafkaSettings(overrides: [
                "session.timeout.ms": "6000", "linger.ms": "0.5", "batch.size": "5000", "fetch.min.bytes": "7",
                "compression.type": "lz4", "fetch.queue.backoff.ms": "3", "statistics.interval.ms": "1",
            ]))
        #expect(found.consumer.sessionTimeoutMilliseconds == 6_000)
        #expect(found.producer.lingerMilliseconds == 1 && found.producer.batchBytes == 5_000)
        #expect(found.consumer.fetchMinimumBytes == 7 && found.producer.compression == .lz4)
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

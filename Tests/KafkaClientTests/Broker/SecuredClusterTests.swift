import EmbeddedBroker
import Secrets
import Testing

@testable import KafkaClient

/// TLS and logins, on the embedded broker's secured listener.
@Suite(.timeLimit(.minutes(1))) struct SecuredClusterTests {
    /// Runs a broker whose user "shop" may do everything with the topic "orders".
    private func run(
        _ change: (inout SecuredListener) -> Void = { _ in },
        _ body: (_ address: BrokerAddress, _ authority: String) async throws -> Void
    ) async throws {
        try await SecuredBroker.run({ listener, _ in change(&listener) }) { try await body($0, $1.authority) }
    }

    private func cluster(
        _ address: BrokerAddress, _ authority: String?, _ mechanism: ClusterSecurity.SASL.Mechanism = .scramSHA256,
        password: Secret = "correct horse"
    ) -> ClusterSettings {
        var settings = ClusterSettings(bootstrapServers: [address])
        settings.security = ClusterSecurity(
            tls: .init(certificateAuthorities: authority),
            sasl: .init(mechanism: mechanism, username: "shop", password: password))
        return settings
    }

    @Test(arguments: ClusterSecurity.SASL.Mechanism.allCases)
    func `Records go over TLS with each login`(_ mechanism: ClusterSecurity.SASL.Mechanism) async throws {
        try await run { address, authority in
            let cluster = cluster(address, authority, mechanism)
            let producer = try await KafkaProducer(cluster, logger: LocalBroker.quiet)
            let topic = try await producer.topic("orders")
            #expect(try await producer.send(topic, key: nil, value: [1], partition: 0).offset == 0)
            let consumer = try await KafkaConsumer(cluster, ConsumerSettings(clientID: "c"), logger: LocalBroker.quiet)
            try await consumer.assign([TopicPartition(topic: "orders", partition: 0): .beginning])
            var count = 0
            while count == 0 { count = try await consumer.poll().reduce(0) { $0 + $1.count } }
            #expect(count == 1)
            await consumer.close()
            await producer.close()
        }
    }

    @Test func `A login that ends is renewed while records go on`() async throws {
        try await run({ $0.sessionLifetime = .milliseconds(400) }) { address, authority in
            let producer = try await KafkaProducer(cluster(address, authority), logger: LocalBroker.quiet)
            let topic = try await producer.topic("orders")
            let clock = ContinuousClock()
            let end = clock.now + .milliseconds(1_500)
            var sent: Int64 = 0
            while clock.now < end {
                #expect(try await producer.send(topic, key: nil, value: [1], partition: 0).offset == sent)
                sent += 1
            }
            #expect(sent > 0)
            await producer.close()
        }
    }

    @Test func `A wrong password is told at once and names the user, not the password`() async throws {
        try await run { address, authority in
            let admin = try await KafkaAdmin(
                cluster(address, authority, password: "wrong horse"), clientID: "a", logger: LocalBroker.quiet)
            let error = await #expect(throws: ClientError.self) { try await admin.describe(topics: nil) }
            #expect(error?.code == .authentication)
            #expect(error.map { "\($0)".contains("shop") } == true)
            #expect(error.map { "\($0)".contains("horse") } == false)
            admin.close()
        }
    }

    @Test func `A broker with a certificate of a strange authority is not trusted`() async throws {
        try await run { address, _ in
            let admin = try await KafkaAdmin(cluster(address, nil), clientID: "a", logger: LocalBroker.quiet)
            let error = await #expect(throws: ClientError.self) {
                try await admin.describe(topics: nil, timeout: .seconds(3))
            }
            #expect(error.map { "\($0)".contains("CERTIFICATE") } == true, "\(String(describing: error))")
            admin.close()
        }
    }

    @Test func `A topic that the user may not write is an error that does not pass`() async throws {
        try await run { address, authority in
            let producer = try await KafkaProducer(cluster(address, authority), logger: LocalBroker.quiet)
            let error = await #expect(throws: ClientError.self) { try await producer.topic("secrets") }
            #expect(error?.code == .init(.topicAuthorizationFailed))
            await producer.close()
        }
    }
}

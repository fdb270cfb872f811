import CRdKafka
import EmbeddedBroker
import Foundation
import Kafka
import KafkaMock
import ServiceLifecycle
import Testing

@testable import StreamProcessing

extension LoopTests {
    @Suite struct ForgottenProducerTests {
        /// A week in a second: the broker forgets the service's transactional id between any two of its transactions.
        @Test(arguments: KafkaLibrary.allCases)
        func aServiceThatIsForgottenBetweenItsTransactionsLosesAndRepeatsNothing(_ library: KafkaLibrary) async throws {
            let forgetful: (inout EmbeddedBrokerConfiguration) -> Void = { configuration in
                configuration.transactionalIDExpiration = .milliseconds(500)
                configuration.producerIDExpiration = .milliseconds(500)
                configuration.maintenanceInterval = .milliseconds(50)
            }
            try await LoopFixture.run(library, configure: forgetful) { fixture in
                let states = States()
                try await fixture.withTask(states, process: { _ in }) {
                    for round in 1...4 {
                        try await fixture.fill((round - 1) * 10..<round * 10)
                        #expect(try await fixture.output(reaches: round * 10).sorted() == Array(0..<round * 10))
                        // Longer than the broker remembers: there is nothing that tells from outside that it has forgotten.
                        try await Task.sleep(for: .milliseconds(1_200))
                    }
                }
                #expect(states.ended)
            }
        }

        /// Against librdkafka's own broker, which can be set to refuse: its transactions are no proof of exactly-once.
        @Test func aProducerThatTheBrokerHasForgottenForGoodIsReplacedAndTheServiceGoesOn() async throws {
            let cluster = MockCluster()
            for topic in ["in", "out", "in.copy-group.dlq"] { cluster.makeTopic(topic) }
            let forgotten = RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING
            cluster.fail(API.addPartitionsToTxn, with: forgotten)
            let states = States()
            let settings = cluster.settings
            let directory = NSTemporaryDirectory() + "forgotten-\(UUID().uuidString)"
            defer {
                // It is in the temporary directory.
                try? FileManager.default.removeItem(atPath: directory)
            }
            let task = StreamTask(
                LoopFixture.definition, kafka: settings, stateDirectory: directory, observer: states, logger: silent
            ) {
                Copy { _ in
                    // Only now: the first identity has to be given.
                    for _ in 0..<20 where states.problems.isEmpty {
                        cluster.fail(API.initProducerID, with: forgotten, forgotten)
                    }
                }
            }
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(services: [.init(service: task)], logger: silent))
            async let running: Void = group.run()
            let producer = try KafkaProducer(settings: settings, logger: silent)
            _ = try await producer.send(topic: "in", partition: 0, key: [0x31], value: [0x31])
            for _ in 0..<600 where !states.problems.contains(where: { $0.code == "producer_expired" }) {
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(states.problems.contains { $0.code == "producer_expired" })
            cluster.clearErrors(API.initProducerID)
            let out = TopicPartition(topic: "out", partition: 0)
            let admin = try KafkaAdmin(
                settings: settings, options: ["isolation.level": "read_uncommitted"], logger: silent)
            // The first run's record may be there as well: this broker aborts nothing.
            let before = try await admin.endOffsets([out])[out] ?? 0
            for _ in 0..<1_200 where try await admin.endOffsets([out])[out] ?? 0 <= before {
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(try await admin.endOffsets([out])[out] ?? 0 > before)
            for _ in 0..<200 where states.history.last != .running { try await Task.sleep(for: .milliseconds(50)) }
            #expect(states.history.last == .running)
            await admin.close()
            await group.triggerGracefulShutdown()
            try await running
            await DedicatedThread(name: "close").run { _ = producer.close() }
        }
    }
}

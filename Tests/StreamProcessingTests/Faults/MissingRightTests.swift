import OrderEvents
import Testing

@testable import Kafka
@testable import StreamProcessing

@Suite struct MissingRightTests {
    private let payments = MissingRight.Needs(
        TaskDefinition(
            Topology.payments, stateOf: TaskDefinition.wholeValue), writes: Topology.payments.outputs)

    private func said(_ code: KafkaError.Code, _ context: String? = nil, message: String = "refused") -> String? {
        MissingRight(
            KafkaError(code: code, message: message, context: context), principal: "shop", needs: payments)?.description
    }

    @Test func aGroupAndATransactionalIDAreNamed() {
        let start = "Kafka refuses the user shop a right that payments needs: "
        #expect(said(.groupAuthorizationFailed) == start + "Read on the group payments-group. Give it")
        #expect(
            said(.transactionalIDAuthorizationFailed)
                == start + "Write on the transactional id payments-group-*. Give it")
        #expect(said(.clusterAuthorizationFailed)?.contains("Create on the cluster") == true)
    }

    @Test func aTopicIsNamedWhereTheErrorNamesIt() {
        #expect(
            said(.topicAuthorizationFailed, "polling orders")?.hasSuffix(
                "Read on the topic orders or Write on the topic orders. Give it") == true)
        #expect(said(.topicAuthorizationFailed, "producing to payments [3]")?.contains("the topic payments") == true)
        #expect(
            said(.topicAuthorizationFailed, message: "platform-layout [0] is refused")?.contains(
                "Read on the topic platform-layout. Give it") == true)
        #expect(
            said(.topicAuthorizationFailed, "orders-setup: creating topics: payments")?.contains(
                "Create on the topic payments") == true)
    }

    @Test func otherwiseAllThatIsNeededIsNamed() {
        let text = said(.topicAuthorizationFailed) ?? ""
        for topic in ["orders", "payments", "platform-layout", "orders.payments-group.dlq", "service-health"] {
            #expect(text.contains(topic))
        }
        #expect(!text.contains("\n"))
    }

    @Test func anythingElseIsNoMissingRightAndNobodyMayHaveLoggedIn() {
        #expect(said(.transport) == nil && said(.authentication) == nil)
        #expect(MissingRight(CancellationError(), principal: nil, needs: payments) == nil)
        let text = MissingRight(
            KafkaError(code: .groupAuthorizationFailed, message: ""), principal: nil, needs: payments)
        #expect(text?.description.hasPrefix("Kafka refuses this client") == true)
    }

    @Test func aRefusalIsWaitedOutAlsoWhereTheClientLibraryCallsItFatal() {
        for code in [
            KafkaError.Code.topicAuthorizationFailed, .groupAuthorizationFailed, .clusterAuthorizationFailed,
            .transactionalIDAuthorizationFailed,
        ] {
            #expect(KafkaError(code: code, message: "").fault == .dependency(code: "not_authorized"))
            #expect(KafkaError(code: code, message: "", isFatal: true).fault == .run(code: "not_authorized"))
        }
    }
}

@Suite struct NewTopicTests {
    private func cluster(brokers: Int32, id: String = "abc") -> ClusterMetadata {
        ClusterMetadata(
            clusterID: id, brokers: (0..<brokers).map { .init(id: $0, host: "kafka", port: 9092) }, topics: [])
    }

    @Test func whoeverMakesTopicsMakesThemWithTheReplicationOfTheCluster() {
        var settings = KafkaSettings(bootstrapServers: "kafka:9092")
        func made(_ cluster: ClusterMetadata) -> NewTopic {
            NewTopic.topics(Topics.auxiliarySpecs, settings, on: cluster)[0]
        }
        #expect(made(cluster(brokers: 3)).replicationFactor == 3)
        #expect(made(cluster(brokers: 3)).configuration["min.insync.replicas"] == "2")
        #expect(made(cluster(brokers: 1)).replicationFactor == -1)
        settings.replicationFactor = 2
        settings.minInSyncReplicas = 1
        #expect(made(cluster(brokers: 3)).replicationFactor == 2)
        #expect(made(cluster(brokers: 3)).configuration["min.insync.replicas"] == "1")
        let embedded = made(cluster(brokers: 1, id: "orders-1"))
        #expect(embedded.replicationFactor == -1 && embedded.configuration == ["cleanup.policy": "compact"])
    }

    @Test func `A tool needs what the error names`() throws {
        let error = KafkaError(
            code: .topicAuthorizationFailed, message: "refused", context: "reading orders")
        let text = try #require(MissingRight(error, principal: "me", needs: .init("this command"))).description
        #expect(text.contains("the user me") && text.contains("reading orders") && !text.contains("on ,"))
    }
}

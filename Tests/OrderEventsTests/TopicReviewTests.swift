import OrderEvents
import Testing

@Suite struct TopicReviewTests {
    private let other = TopicReview(keepsUnread: false, brokers: 3)
    private let embedded = TopicReview(keepsUnread: true, brokers: 1)
    private let orders = Topics.specs().first { $0.name == "orders" }!.forOtherKafka()

    private func settings(_ spec: TopicSpec, _ changes: [String: String] = [:]) -> [String: String] {
        ["min.insync.replicas": "2", "retention.bytes": "-1", "unclean.leader.election.enable": "false"].merging(
            spec.config
        ) { $1 }.merging(changes) { $1 }
    }

    private func found(
        _ spec: TopicSpec, _ changes: [String: String] = [:], replicas: Int = 3, by review: TopicReview? = nil
    ) -> [String] {
        (review ?? other).findings(
            of: TopicReview.Topic(
                name: spec.name,
                settings: settings(spec, ["min.insync.replicas": "\(min(2, replicas))"].merging(changes) { $1 }),
                replicas: replicas), against: spec
        ).map(\.setting)
    }

    @Test func theTopicsAsTheyAreMadeHoldTheGuarantees() {
        for spec in Topics.specs() + Topics.auxiliarySpecs + [
            Topics.deadLetterSpec(topic: "orders", group: "fraud-group")
        ] {
            #expect(found(spec.forOtherKafka()) == [])
            #expect(found(spec, replicas: 1, by: embedded) == [])
        }
    }

    @Test func ordersThatAreDeletedByTheirOwnTimeAreSaid() {
        #expect(found(orders, ["message.timestamp.type": "CreateTime"]) == ["message.timestamp.type"])
        // Indefinitely is indefinitely, whatever the time.
        #expect(found(orders, ["message.timestamp.type": "CreateTime", "retention.ms": "-1"]) == [])
        #expect(found(orders, ["message.timestamp.type": "CreateTime"], by: embedded) == [])
    }

    @Test(
        arguments: [
            ("retention.ms", "3600000"), ("retention.bytes", "1000000"), ("cleanup.policy", "compact"),
            ("cleanup.policy", "compact,delete"),
            ("min.insync.replicas", "1"), ("unclean.leader.election.enable", "true"),
        ])
    func whatCannotHoldAGuaranteeIsNamed(setting: String, value: String) {
        #expect(found(orders, [setting: value]) == [setting])
    }

    @Test func moreInSyncReplicasThanThereAreRefuseEveryWrite() {
        #expect(found(orders, ["min.insync.replicas": "3"], replicas: 2) == ["min.insync.replicas"])
        #expect(found(orders, ["min.insync.replicas": "2"], replicas: 2) == [])
    }

    @Test func theStateOfPaymentsIsForgottenWithItsTopic() {
        let payments = Topics.specs().first { $0.name == "payments" }!
        let finding = other.findings(
            of: TopicReview.Topic(
                name: "payments", settings: settings(payments, ["retention.ms": "604800000"]), replicas: 3),
            against: payments)
        #expect(finding.map(\.setting) == ["retention.ms"])
        #expect(finding.first?.consequence.contains("state is restored from here") == true)
    }

    @Test func whatIsToBeCompactedMustNotBeDeleted() {
        let analytics = Topics.specs().first { $0.name == "order-analytics" }!
        #expect(found(analytics, ["cleanup.policy": "delete", "retention.ms": "1000"]) == ["cleanup.policy"])
        #expect(found(analytics, ["cleanup.policy": "compact,delete"]) == ["cleanup.policy"])
    }

    @Test func oneReplicaInAClusterIsSaidAndOnASingleBrokerIsNot() {
        #expect(found(orders, replicas: 1) == ["replication.factor"])
        #expect(found(orders, replicas: 1, by: TopicReview(keepsUnread: false, brokers: 1)) == [])
    }

    @Test func deadLettersNeedRoomForTheirRecord() {
        #expect(
            found(Topics.deadLetterSpec(topic: "orders", group: "g"), ["max.message.bytes": "1048588"]) == [
                "max.message.bytes"
            ])
    }
}

/// The platform's topics.
public enum Topics {
    public static let orders = Topic<Order>(name: "orders")
    public static let payments = Topic<Payment>(name: "payments")
    public static let fraudAlerts = Topic<FraudAlert>(name: "fraud-alerts")
    public static let orderAnalytics = Topic<AnalyticsEvent>(name: "order-analytics")

    /// Topics that are joined have the same count of partitions.
    public static let defaultPartitions: Int32 = 6

    /// Where `group` puts the records of `topic` that it cannot read.
    public static func deadLetter(topic: String, group: String) -> String {
        DeadLetterTopic(topic: topic, group: group).name
    }
    /// What the names of dead-letter topics end with.
    static let deadLetterSuffix = ".dlq"

    /// How each instance of each service is, newest by key: `payments/<instance>`.
    public static let serviceHealth = "service-health"
    /// What people decided about dead letters, newest by key: the dead letter's id,
    /// `<topic>/<group>/<partition>/<offset>`.
    public static let deadLetterDecisions = "dead-letter-decisions"

    /// With how many partitions homes are computed (`HomeLayout`); one record, in partition 0.
    public static let platformLayout = "platform-layout"

    /// What was announced of each order to which endpoint, and what became of it; newest by key, in the order's home.
    /// It restores the webhooks state. Its values are the module Webhooks'.
    public static let webhookDeliveriesName = "webhook-deliveries"

    /// What people ask of the webhooks service: an event is to be posted again, an endpoint to be used again. Its values
    /// are the module Webhooks'.
    public static let webhookRequestsName = "webhook-requests"

    static func webhookRequestsSpec(partitions: Int32) -> TopicSpec {
        TopicSpec(name: webhookRequestsName, partitions: partitions, config: deleted(afterDays: 7))
    }

    /// The log of deliveries: longer than any delivery is tried for.
    static func webhookDeliveriesSpec(partitions: Int32) -> TopicSpec {
        TopicSpec(name: webhookDeliveriesName, partitions: partitions, config: deleted(afterDays: 7))
    }

    /// Topics beside the flow, of one partition each, which keep the newest record of every key.
    public static let auxiliarySpecs = [serviceHealth, deadLetterDecisions, platformLayout].map {
        TopicSpec(name: $0, partitions: 1, config: ["cleanup.policy": "compact"])
    }

    /// The four topics of the flow, with their retention. They are joined by partition and have the same number.
    public static func specs(partitions: Int32 = defaultPartitions) -> [TopicSpec] {
        [
            TopicSpec(name: orders.name, partitions: partitions, config: deleted(afterDays: 7)),
            // The payments state is restored from here: longer than orders, so that it knows every order that may come
            // again.
            TopicSpec(name: payments.name, partitions: partitions, config: deleted(afterDays: 30)),
            TopicSpec(name: fraudAlerts.name, partitions: partitions, config: deleted(afterDays: 30)),
            TopicSpec(name: orderAnalytics.name, partitions: partitions, config: ["cleanup.policy": "compact"]),
        ]
    }

    /// The dead letters of `group` from `topic`.
    public static func deadLetterSpec(
        topic: String, group: String, partitions: Int32 = defaultPartitions
    ) -> TopicSpec {
        TopicSpec(
            name: deadLetter(topic: topic, group: group), partitions: partitions,
            // A record of the largest size (1 MiB by default) and why it was set aside; what Confluent Cloud allows
            // everywhere.
            config: deleted(afterDays: 30).merging(["max.message.bytes": "2097164"]) { _, new in new })
    }

    private static func deleted(afterDays days: Int64) -> [String: String] {
        ["cleanup.policy": "delete", "retention.ms": String(days * 86_400_000)]
    }
}

import Kafka
import OrderEvents

extension ClusterMetadata {
    /// Whether this is the embedded broker, which keeps what was not read. It is recognized by the id that it gives
    /// itself.
    package var isEmbedded: Bool { clusterID?.hasPrefix("orders") ?? false }
}

extension NewTopic {
    /// What topics of the platform are made with on this cluster, whoever makes them: with the replication that the
    /// settings or the number of brokers ask for.
    package static func topics(_ specs: [TopicSpec], _ settings: KafkaSettings, on cluster: ClusterMetadata)
        -> [NewTopic]
    {
        let brokers = cluster.brokers.count
        return specs.map { cluster.isEmbedded ? $0 : $0.forOtherKafka() }.map { spec in
            NewTopic(
                name: spec.name, partitions: spec.partitions,
                replicationFactor: cluster.isEmbedded ? -1 : settings.replicas(brokers: brokers),
                configuration: cluster.isEmbedded
                    ? spec.config : spec.config.merging(settings.durability(brokers: brokers)) { own, _ in own })
        }
    }
}

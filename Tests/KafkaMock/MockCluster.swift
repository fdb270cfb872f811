import CRdKafka
import Foundation
import Kafka

/// librdkafka's own broker in this process: memory only, one to three brokers, errors on demand.
///
/// Unchecked: its calls are thread-safe.
package final class MockCluster: @unchecked Sendable {
    private let client: OpaquePointer
    private let cluster: OpaquePointer

    package init(brokers: Int32 = 1) {
        let conf = rd_kafka_conf_new()
        rd_kafka_conf_set(conf, "client.id", "mock", nil, 0)
        rd_kafka_conf_set(conf, "log_level", "0", nil, 0)
        client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, nil, 0)!
        cluster = rd_kafka_mock_cluster_new(client, brokers)!
    }

    deinit {
        nonisolated(unsafe) let (client, cluster) = (client, cluster)
        // Takes a second every now and then.
        Thread.detachNewThread {
            rd_kafka_mock_cluster_destroy(cluster)
            rd_kafka_destroy(client)
        }
    }

    package var settings: KafkaSettings {
        KafkaSettings(bootstrapServers: String(cString: rd_kafka_mock_cluster_bootstraps(cluster)))
    }

    package func makeTopic(_ name: String, partitions: Int32 = 1, replicas: Int32 = 1) {
        precondition(rd_kafka_mock_topic_create(cluster, name, partitions, replicas) == RD_KAFKA_RESP_ERR_NO_ERROR)
    }

    /// Another broker leads the partition from now on.
    package func setLeader(_ topic: String, _ partition: Int32, broker: Int32) {
        precondition(
            rd_kafka_mock_partition_set_leader(cluster, topic, partition, broker) == RD_KAFKA_RESP_ERR_NO_ERROR)
    }

    /// The next requests of a kind (Kafka's API key) are answered with these errors, one each.
    package func fail(_ api: Int16, with errors: rd_kafka_resp_err_t...) {
        rd_kafka_mock_push_request_errors_array(cluster, api, errors.count, errors)
    }

    package func clearErrors(_ api: Int16) { rd_kafka_mock_clear_request_errors(cluster, api) }

    package func setDown(_ isDown: Bool) {
        _ = isDown ? rd_kafka_mock_broker_set_down(cluster, -1) : rd_kafka_mock_broker_set_up(cluster, -1)
    }

    /// Each answer is late by this.
    package func setRoundTrip(milliseconds: Int32) { rd_kafka_mock_broker_set_rtt(cluster, -1, milliseconds) }
}

/// Kafka's API keys.
package enum API {
    package static let produce: Int16 = 0
    package static let findCoordinator: Int16 = 10
    package static let heartbeat: Int16 = 12
    package static let initProducerID: Int16 = 22
    package static let addPartitionsToTxn: Int16 = 24
    package static let addOffsetsToTxn: Int16 = 25
    package static let endTxn: Int16 = 26
    package static let txnOffsetCommit: Int16 = 28
}

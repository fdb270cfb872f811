import CRdKafka
import Foundation
import Kafka

/// librdkafka's own broker in this process: memory only, one to three brokers, errors on demand.
///
/// Unchecked: its calls are thread-safe.
package final class MockCluster: @unchecked Sendable {
    private let client: OpaquePointer
    private let cluster: OpaquePointer
    /// Which library the clients of a test use. Set before they are made.
    package var library = KafkaLibrary.librdkafka {
        didSet {
            // librdkafka asks in version 2 at most. From 4 on the mock of its version 2.0 answers about several
            // partitions with four bytes too many for each.
            if library == .swift { setVersions(API.listOffsets, 0...3) }
        }
    }

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

    package var bootstrapServers: String { String(cString: rd_kafka_mock_cluster_bootstraps(cluster)) }

    package var settings: KafkaSettings {
        var settings = KafkaSettings(bootstrapServers: bootstrapServers)
        settings.library = library
        return settings
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

    /// The same by the protocol's numbers; -195 closes the connection.
    package func fail(_ api: Int16, with numbers: [Int16]) {
        let errors = numbers.map { rd_kafka_resp_err_t(rawValue: Int32($0)) }
        rd_kafka_mock_push_request_errors_array(cluster, api, errors.count, errors)
    }

    /// Offers only these versions of an API.
    package func setVersions(_ api: Int16, _ versions: ClosedRange<Int16>) {
        precondition(
            rd_kafka_mock_set_apiversion(cluster, api, versions.lowerBound, versions.upperBound)
                == RD_KAFKA_RESP_ERR_NO_ERROR)
    }

    /// Another broker coordinates a group, or the transactions of an id, from now on.
    package func setCoordinator(_ kind: Coordinated, _ name: String, broker: Int32) {
        precondition(
            rd_kafka_mock_coordinator_set(cluster, kind.rawValue, name, broker) == RD_KAFKA_RESP_ERR_NO_ERROR)
    }

    /// What has a coordinator.
    package enum Coordinated: String {
        case group, transaction
    }

    package func clearErrors(_ api: Int16) { rd_kafka_mock_clear_request_errors(cluster, api) }

    /// One broker, or all of them (-1).
    package func setDown(_ isDown: Bool, broker: Int32 = -1) {
        _ = isDown ? rd_kafka_mock_broker_set_down(cluster, broker) : rd_kafka_mock_broker_set_up(cluster, broker)
    }

    /// Each answer of a broker, or of all of them (-1), is late by this.
    package func setRoundTrip(milliseconds: Int32, broker: Int32 = -1) {
        rd_kafka_mock_broker_set_rtt(cluster, broker, milliseconds)
    }
}

/// Kafka's API keys.
package enum API {
    package static let produce: Int16 = 0
    package static let fetch: Int16 = 1
    package static let listOffsets: Int16 = 2
    package static let metadata: Int16 = 3
    package static let offsetCommit: Int16 = 8
    package static let offsetFetch: Int16 = 9
    package static let findCoordinator: Int16 = 10
    package static let joinGroup: Int16 = 11
    package static let heartbeat: Int16 = 12
    package static let syncGroup: Int16 = 14
    package static let initProducerID: Int16 = 22
    package static let addPartitionsToTxn: Int16 = 24
    package static let addOffsetsToTxn: Int16 = 25
    package static let endTxn: Int16 = 26
    package static let txnOffsetCommit: Int16 = 28
}

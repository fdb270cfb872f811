import CRdKafka

extension LibrdkafkaAdmin {
    /// Asks a broker for the cluster's brokers and topics: all of them, or one. Also the plainest way to find out
    /// whether the cluster can be reached.
    func metadata(topic: String? = nil, timeout: Duration = .seconds(10)) async throws(KafkaError)
        -> ClusterMetadata
    {
        let context = "\(name): metadata"
        return try await blocking { client throws(KafkaError) in
            let only = topic.flatMap { rd_kafka_topic_new(client, $0, nil) }
            defer { if let only { rd_kafka_topic_destroy(only) } }
            var metadata: UnsafePointer<rd_kafka_metadata>?
            let result = rd_kafka_metadata(client, topic == nil ? 1 : 0, only, &metadata, timeout.milliseconds)
            if let error = KafkaError(result, in: context) { throw error }
            defer { rd_kafka_metadata_destroy(metadata) }
            let clusterID = rd_kafka_clusterid(client, 0)
            defer { rd_kafka_mem_free(client, clusterID) }
            return ClusterMetadata(
                metadata!.pointee, clusterID: clusterID.map { String(cString: $0) }, context: context)
        }
    }
}

extension ClusterMetadata {
    init(_ metadata: rd_kafka_metadata, clusterID: String?, context: String) {
        self.clusterID = clusterID
        brokers = UnsafeBufferPointer(start: metadata.brokers, count: Int(metadata.broker_cnt)).map {
            Broker(id: $0.id, host: String(cString: $0.host), port: Int($0.port))
        }
        topics = UnsafeBufferPointer(start: metadata.topics, count: Int(metadata.topic_cnt)).map { topic in
            let name = String(cString: topic.topic)
            let partitions = UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt))
            return Topic(
                name: name, partitions: partitions.map(Partition.init).sorted { $0.id < $1.id },
                error: KafkaError(topic.err, in: "\(context) of \(name)"))
        }
    }
}

extension ClusterMetadata.Partition {
    init(_ partition: rd_kafka_metadata_partition) {
        id = partition.id
        leader = partition.leader
        replicas = Array(UnsafeBufferPointer(start: partition.replicas, count: Int(partition.replica_cnt)))
        inSyncReplicas = Array(UnsafeBufferPointer(start: partition.isrs, count: Int(partition.isr_cnt)))
    }
}

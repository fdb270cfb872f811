import CRdKafka

extension LibrdkafkaConsumer {
    /// Joins the group and asks for a share of these topics' partitions. Takes effect in the polls that follow.
    ///
    /// A topic that does not exist yet is read once it does (see ``status`` until then).
    /// - Parameters:
    ///   - names: the topics.
    ///   - onRebalance: called inside `poll`, and inside `close` for the last revocation, on that thread.
    ///     Between `revoked` and the handler's return the old assignment still holds: finish or abort the transaction there.
    ///   - choose: what is read in place of what the group gives; called before `onRebalance`, which is given the choice.
    func subscribe(
        _ names: [String], onRebalance: @escaping KafkaConsumer.RebalanceHandler = { _ in [:] },
        choose: KafkaConsumer.AssignmentChoice? = nil
    ) throws(KafkaError) {
        guard group != nil else {
            throw KafkaConsumer.ungrouped(name)
        }
        try handle.enter()
        defer { handle.leave() }
        let list = TopicPartitionList(capacity: names.count)
        for topic in names {
            _ = topics.id(named: topic)
            list.append(TopicPartition(topic: topic, partition: -1))  // any partition
        }
        polling.handler = onRebalance
        polling.choose = choose
        if let error = KafkaError(
            rd_kafka_subscribe(handle.client, list.pointer), in: "\(name): subscribing to \(names)")
        {
            throw error
        }
    }

    /// Reads these partitions from these places, with no group involved. Replaces what was assigned before.
    /// Blocks for one answer of a broker, and at most a second.
    func assign(_ starts: [(TopicPartition, StartOffset)]) throws(KafkaError) {
        try handle.enter()
        defer { handle.leave() }
        let list = TopicPartitionList(capacity: starts.count)
        for (partition, start) in starts {
            _ = topics.id(named: partition.topic)
            list.append(partition, offset: start.rawOffset)
        }
        let result = polling.betweenPolls {
            topics.learnLeaders(Set(starts.map(\.0.topic)), timeout: .seconds(1))
            polling.delivered = [:]
            polling.reachedEnds = [:]
            return rd_kafka_assign(handle.client, list.pointer)
        }
        if let error = KafkaError(result, in: "\(name): assigning \(starts.map(\.0))") { throw error }
    }

    /// The partitions that are being read. Any thread.
    var assignment: [TopicPartition] {
        get throws(KafkaError) {
            try handle.enter()
            defer { handle.leave() }
            var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
            if let error = KafkaError(rd_kafka_assignment(handle.client, &list), in: "\(name): assignment") {
                throw error
            }
            guard let list else { return [] }
            return TopicPartitionList(owning: list).partitions
        }
    }

    /// Stops delivering records of these partitions; what was read ahead is dropped and fetched again later.
    /// The group goes on counting this member as their reader. Any thread; waits for a poll that another thread is in.
    func pause(_ partitions: [TopicPartition]) throws(KafkaError) {
        try change(partitions, "pausing") { rd_kafka_pause_partitions($0, $1) }
    }

    /// Delivers them again, from after the last record delivered. Any thread; waits for a poll that another thread is
    /// in.
    func resume(_ partitions: [TopicPartition]) throws(KafkaError) {
        try change(partitions, "resuming") { rd_kafka_resume_partitions($0, $1) }
    }

    private func change(
        _ partitions: [TopicPartition], _ verb: String,
        _ call: (OpaquePointer, UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> rd_kafka_resp_err_t
    ) throws(KafkaError) {
        guard !partitions.isEmpty else { return }
        try handle.enter()
        defer { handle.leave() }
        let list = TopicPartitionList(partitions)
        // Inside a running poll librdkafka 2.0.2 would take records back and not deliver them again.
        let result = polling.betweenPolls { call(handle.client, list.pointer) }
        if let error = KafkaError(result, in: "\(name): \(verb)") ?? list.firstError(in: "\(name): \(verb)") {
            throw error
        }
    }

    /// Goes on reading assigned partitions at other places; records read ahead are dropped. Blocks up to `timeout`.
    /// Records of a batch that was taken before stay valid. Any thread; waits for a poll that another thread is in.
    func seek(_ starts: [TopicPartition: StartOffset], timeout: Duration = .seconds(10)) throws(KafkaError) {
        guard !starts.isEmpty else { return }
        try handle.enter()
        defer { handle.leave() }
        let list = TopicPartitionList(starts.lazy.map { (key: $0.key, value: $0.value.rawOffset) })
        let error = polling.betweenPolls {
            for partition in starts.keys {
                let place = topics.knownID(named: partition.topic).map {
                    PollState.Place(topic: $0, partition: partition.partition)
                }
                if let place {
                    polling.delivered[place] = nil
                    polling.reachedEnds[place] = nil
                }
            }
            return rd_kafka_seek_partitions(handle.client, list.pointer, timeout.milliseconds)
        }
        if let error = KafkaError(consuming: error, in: "\(name): seeking") ?? list.firstError(in: "\(name): seeking") {
            throw error
        }
    }
}

import KafkaClient
import Logging
import Synchronization
import Threads

/// A ``KafkaConsumer`` on the module KafkaClient.
///
/// Unchecked: `consumer` belongs to the thread whose turn it is; what any thread may call of it says so.
final class SwiftConsumer: ConsumerDriver, @unchecked Sendable {
    private let name: String
    private let group: String?
    private let isolation: IsolationLevel
    /// What it shares with a transaction that commits for it.
    let consumer: BlockingConsumer
    private let account: ConnectionAccount
    private let numbers = TopicNumbers()
    private let turn = PollTurn()
    private let isClosed = Atomic<Bool>(false)

    /// As ``KafkaConsumer/init(settings:group:clientID:options:assignors:logger:)``.
    init(
        settings: KafkaSettings, group: String?, clientID: String, options: [String: String], assignors: String,
        logger: Logger
    ) throws(KafkaError) {
        let converted = try SwiftClientSettings(settings, options: options, logger: logger)
            .consumer(group: group, clientID: clientID, assignors: assignors)
        name = "consumer \(clientID)"
        self.group = group
        isolation = converted.consumer.isolation
        account = ConnectionAccount(name: name, settings: settings, logger: logger)
        do throws(ClientError) {
            consumer = try BlockingConsumer(converted.cluster, converted.consumer, logger: logger)
        } catch {
            throw KafkaError(error)
        }
    }

    deinit {
        if isClosed.exchange(true, ordering: .acquiringAndReleasing) { return }
        // Its handler is not called any more: what the handler refers to may be gone as well.
        nonisolated(unsafe) let consumer = consumer
        OSThread.start("kafka-close") { consumer.close(tellingHandler: false) }
    }

    var status: ClientStatus { account.status(consumer.status) }

    func topicID(_ name: String) -> TopicID { numbers.id(named: name) }
    func topicName(_ id: TopicID) -> String { numbers.name(of: id) }

    /// A call of the client's by the thread whose turn it is, with its error as one of this module's.
    private func call<Value>(
        _ operation: String, _ body: (BlockingConsumer) throws(ClientError) -> Value
    ) throws(KafkaError) -> Value {
        try turn.betweenPolls { () throws(KafkaError) -> Value in
            if isClosed.load(ordering: .acquiring) { throw KafkaError.closed(name) }
            do throws(ClientError) {
                return try body(consumer)
            } catch {
                let cause = consumer.status.lastError
                throw account.explained(
                    KafkaError(error, in: "\(name): \(operation)", connection: cause), by: cause ?? error)
            }
        }
    }

    @discardableResult
    func close(timeout: Duration) -> Bool {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return true }
        // Have a poll on another thread return now.
        consumer.interrupt()
        guard turn.begin(timeout: timeout) else { return false }
        defer { turn.end() }
        consumer.close()
        return true
    }
}

// Partitions and polls.
extension SwiftConsumer {
    func subscribe(
        _ names: [String], onRebalance: @escaping KafkaConsumer.RebalanceHandler,
        choose: KafkaConsumer.AssignmentChoice?
    ) throws(KafkaError) {
        guard group != nil else { throw KafkaConsumer.ungrouped(name) }
        for topic in names { _ = numbers.id(named: topic) }
        let chooseThere = choose.map { choose in
            { (given: [KafkaClient.TopicPartition]) in
                choose(given.map(TopicPartition.init)).map(KafkaClient.TopicPartition.init)
            }
        }
        try call("subscribing to \(names)") { consumer throws(ClientError) in
            try consumer.subscribe(
                Set(names), onRebalance: { event in onRebalance(RebalanceEvent(event)).clients }, choose: chooseThere)
        }
    }

    func assign(_ starts: [(TopicPartition, StartOffset)]) throws(KafkaError) {
        for (place, _) in starts { _ = numbers.id(named: place.topic) }
        let starts = Dictionary(starts.map { (KafkaClient.TopicPartition($0), KafkaClient.StartOffset($1)) }) { $1 }
        try call("assigning") { consumer throws(ClientError) in try consumer.assign(starts) }
    }

    var assignment: [TopicPartition] {
        get throws(KafkaError) {
            try call("assignment") { consumer throws(ClientError) in consumer.assignment.map(TopicPartition.init) }
        }
    }

    func pause(_ partitions: [TopicPartition]) throws(KafkaError) {
        try call("pausing") { consumer throws(ClientError) in
            consumer.pause(partitions.map(KafkaClient.TopicPartition.init))
        }
    }

    func resume(_ partitions: [TopicPartition]) throws(KafkaError) {
        try call("resuming") { consumer throws(ClientError) in
            consumer.resume(partitions.map(KafkaClient.TopicPartition.init))
        }
    }

    func seek(_ starts: [TopicPartition: StartOffset], timeout: Duration) throws(KafkaError) {
        try call("seeking") { consumer throws(ClientError) in consumer.seek(starts.clients) }
    }

    func poll(max: Int, timeout: Duration) throws(KafkaError) -> RecordBatch {
        guard turn.begin(timeout: nil) else {
            throw KafkaError(code: .state, message: "poll called from inside the rebalance handler", context: name)
        }
        defer { turn.end() }
        if isClosed.load(ordering: .acquiring) { throw KafkaError.closed(name) }
        do throws(ClientError) {
            return RecordBatch(try consumer.poll(max: max, timeout: timeout)) { numbers.id(named: $0) }
        } catch {
            // Closed while this call waited: as the other library has it, an empty poll.
            if error.code == .closed { return RecordBatch(copying: []) }
            throw account.explained(
                KafkaError(reading: error, consumer.assignment, in: name), by: consumer.status.lastError ?? error)
        }
    }
}

extension SwiftConsumer {
    func wakePoll() {
        if !isClosed.load(ordering: .acquiring) { consumer.wakePoll() }
    }
}

// Offsets.
extension SwiftConsumer {
    func position(_ partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition: Int64] {
        try call("position") { consumer throws(ClientError) in
            consumer.position(partitions.map(KafkaClient.TopicPartition.init)).platforms
        }
    }

    func committed(_ partitions: [TopicPartition], timeout: Duration) throws(KafkaError) -> [TopicPartition: Int64] {
        try call("committed offsets of group \(group ?? "-")") { consumer throws(ClientError) in
            try consumer.committed(partitions.map(KafkaClient.TopicPartition.init), timeout: timeout).platforms
        }
    }

    func commit(_ offsets: [TopicPartition: Int64]) throws(KafkaError) {
        if offsets.isEmpty { return }
        try call("committing to group \(group ?? "-")") { consumer throws(ClientError) in
            try consumer.commit(offsets.clients, timeout: .seconds(30))
        }
    }

    func watermarks(_ partition: TopicPartition, timeout: Duration) throws(KafkaError) -> Watermarks {
        let deadline = Deadline(in: timeout)
        let low = try offsets(at: .beginning, of: [partition], timeout: timeout)[partition]
        let high = try offsets(at: .end, of: [partition], timeout: deadline.remaining)[partition]
        guard let low, let high else {
            throw KafkaError(
                code: .state, message: "the broker does not say", context: "\(name): watermarks of \(partition)")
        }
        return Watermarks(low: low, high: high)
    }

    func beginnings(of partitions: [TopicPartition], timeout: Duration) throws(KafkaError) -> [TopicPartition: Int64] {
        try offsets(at: .beginning, of: partitions, timeout: timeout)
    }

    func ends(of partitions: [TopicPartition], timeout: Duration) throws(KafkaError) -> [TopicPartition: Int64] {
        try offsets(at: .end, of: partitions, timeout: timeout)
    }

    private func offsets(
        at time: OffsetTime, of partitions: [TopicPartition], timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        try call("offsets") { consumer throws(ClientError) in
            try consumer.offsets(
                at: time, of: partitions.map(KafkaClient.TopicPartition.init), isolation: isolation, timeout: timeout
            ).platforms
        }
    }

    func offsets(
        forTimes times: [TopicPartition: Int64], timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        try call("offsets by time") { consumer throws(ClientError) in
            try consumer.offsets(
                at: times.clients.mapValues { .timestamp($0) }, isolation: isolation, timeout: timeout
            ).platforms
        }
    }

    func partitionCount(of topic: String, timeout: Duration) throws(KafkaError) -> Int32 {
        try call("partitions of \(topic)") { consumer throws(ClientError) in
            try consumer.partitionCount(of: topic, timeout: timeout)
        }
    }
}

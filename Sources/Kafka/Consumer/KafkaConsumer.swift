import Logging

/// Reads topics: as a member of a group (``subscribe(_:onRebalance:choose:)``) or from given places (``assign(_:)``).
///
/// Its calls block, so they belong on a thread of their own (see ``DedicatedThread``). One thread at a time may
/// poll, subscribe, assign or close; everything else can be called from anywhere.
///
/// Reads only committed records, commits nothing by itself, and starts at the oldest record where the group has no
/// offset.
public final class KafkaConsumer: Sendable {
    /// What is done inside a poll, on the polling thread, when partitions come and go.
    /// For `assigned` it may return where to start; partitions left out start where the group left off.
    public typealias RebalanceHandler = (RebalanceEvent) -> [TopicPartition: StartOffset]

    /// Says what a member reads that the group has given these partitions. Whatever it reads must follow from them
    /// alone, or two members read the same.
    public typealias AssignmentChoice = (_ given: [TopicPartition]) -> [TopicPartition]

    /// Shown by brokers and in logs.
    public let clientID: String
    /// Nil: none, for reading given partitions only.
    public let group: String?

    /// What the group ids of consumers without a group begin with. Where a cluster asks for rights on groups, users
    /// need the one on these, too: librdkafka looks up a coordinator for them.
    public static let ungroupedPrefix = "orders-ungrouped-"

    let driver: any ConsumerDriver

    /// - Parameters:
    ///   - settings: which cluster, how, and by which library.
    ///   - group: the consumer group to join and commit as; nil for a reader that does neither.
    ///   - clientID: shown by brokers and in logs.
    ///   - options: librdkafka properties of this consumer, stronger than this module's defaults
    ///     and weaker than the settings' overrides.
    ///   - assignors: how a group's leader may share out partitions, the preferred one first; eager ones only.
    ///   - logger: what the client library reports.
    /// - Throws: ``KafkaError/Code/invalidSetting``. The broker is not contacted yet.
    public init(
        settings: KafkaSettings, group: String? = nil, clientID: String, options: [String: String] = [:],
        assignors: String = "range", logger: Logger
    ) throws(KafkaError) {
        self.clientID = clientID
        self.group = group
        switch settings.library {
        case .librdkafka:
            driver = try LibrdkafkaConsumer(
                settings: settings, group: group, clientID: clientID, options: options, assignors: assignors,
                logger: logger)
        case .swift:
            driver = try SwiftConsumer(
                settings: settings, group: group, clientID: clientID, options: options, assignors: assignors,
                logger: logger)
        }
    }

    /// How the connection fares. Any thread.
    public var status: ClientStatus { driver.status }

    /// The number that this consumer's records carry for a topic. Any thread.
    public func topicID(_ name: String) -> TopicID { driver.topicID(name) }

    /// The name of a topic that this consumer has numbered. Any thread.
    public func topicName(_ id: TopicID) -> String { driver.topicName(id) }

    /// Leaves the group (its other members take over at once) and lets go of all connections. Blocks, at most about
    /// `timeout`.
    ///
    /// The rebalance handler is notified of the last revocation, on this thread. Offsets are not committed. Batches
    /// that are still held stay valid. Again: does nothing. A consumer that is dropped without it is closed in the
    /// background; its handler is not called any more then.
    /// - Returns: whether all was done in time; if not, the rest goes on in the background.
    @discardableResult
    public func close(timeout: Duration = .seconds(10)) -> Bool { driver.close(timeout: timeout) }
}

// MARK: Partitions

extension KafkaConsumer {
    /// Joins the group and asks for a share of these topics' partitions. Takes effect in the polls that follow.
    ///
    /// A topic that does not exist yet is read once it does (see ``status`` until then).
    /// - Parameters:
    ///   - names: the topics.
    ///   - onRebalance: called inside `poll`, and inside `close` for the last revocation, on that thread.
    ///     Between `revoked` and the handler's return the old assignment still holds: finish or abort the transaction there.
    ///   - choose: what is read in place of what the group gives; called before `onRebalance`, which is given the choice.
    public func subscribe(
        _ names: [String], onRebalance: @escaping RebalanceHandler = { _ in [:] }, choose: AssignmentChoice? = nil
    ) throws(KafkaError) {
        try driver.subscribe(names, onRebalance: onRebalance, choose: choose)
    }

    /// Reads these partitions from these places, with no group involved. Replaces what was assigned before.
    /// Blocks for one answer of a broker, and at most a second.
    public func assign(_ starts: [(TopicPartition, StartOffset)]) throws(KafkaError) { try driver.assign(starts) }

    /// The partitions that are being read. Any thread.
    public var assignment: [TopicPartition] { get throws(KafkaError) { try driver.assignment } }

    /// Stops delivering records of these partitions; what was read ahead may be dropped and fetched again later.
    /// The group goes on counting this member as their reader. Any thread; waits for a poll that another thread is in.
    public func pause(_ partitions: [TopicPartition]) throws(KafkaError) { try driver.pause(partitions) }

    /// Delivers them again, from after the last record delivered. Any thread; waits for a poll that another thread is
    /// in.
    public func resume(_ partitions: [TopicPartition]) throws(KafkaError) { try driver.resume(partitions) }

    /// Goes on at other places, in partitions that are being read. Any thread; waits for a poll that another thread is
    /// in.
    public func seek(_ starts: [TopicPartition: StartOffset], timeout: Duration = .seconds(10)) throws(KafkaError) {
        try driver.seek(starts, timeout: timeout)
    }
}

// MARK: Polls

extension KafkaConsumer {
    /// Waits for records and takes those that are there. Blocks.
    ///
    /// Returns as soon as there is one record, with up to `max`; or with an empty batch after `timeout`, after a
    /// rebalance, or when the consumer is being closed. Rebalances are handled inside. One that comes up while records
    /// are being taken waits for the next poll, and the group with it: so all records that were handed out can be
    /// processed and committed before their partitions go.
    ///
    /// Must be called again within `max.poll.interval.ms` (5 min), else the group goes on without this member.
    /// - Throws: ``KafkaError``. What passes by itself (brokers away, a topic not there yet) is not thrown but logged
    ///   and shown by ``status``; thrown are refusals (authorization, no offset to start from) and fatal errors.
    public func poll(max: Int, timeout: Duration) throws(KafkaError) -> RecordBatch {
        precondition(max > 0, "a poll takes at least one record")
        return try driver.poll(max: max, timeout: timeout)
    }

    /// Has a poll that waits return now, with what is there. Where none does, the next one with a timeout does not wait:
    /// so a call that comes just before a poll is not lost. Nothing else changes. Any thread; does not block.
    ///
    /// For whoever stops a loop of polls: it sees that it is to stop without waiting for a poll's end.
    public func wakePoll() { driver.wakePoll() }
}

extension KafkaConsumer {
    static func ungrouped(_ name: String) -> KafkaError {
        KafkaError(
            code: .unknownGroup, message: "a consumer without a group cannot subscribe; use assign", context: name)
    }
}

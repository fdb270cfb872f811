import CRdKafka
import Synchronization

/// What a consumer's polls keep between them: the handler, a rebalance that waits to be handled, the room for messages.
///
/// Unchecked: everything but the turn itself is only touched by the thread whose turn it is (`begin` to `end`);
/// the rebalance callback runs inside a poll, so on that thread.
final class PollState: @unchecked Sendable {
    typealias Message = UnsafeMutablePointer<rd_kafka_message_t>

    enum Phase {
        /// Waiting for the first record: a rebalance must end the wait.
        case waiting
        /// Taking what else is there. `rd_kafka_yield` must not be used: librdkafka 2.0.2 loses a message then.
        case draining
        /// Leaving the group: librdkafka waits for the answer inside the callback.
        case closing
    }

    /// A rebalance as librdkafka reported it; the list is a copy of ours.
    struct PendingRebalance {
        let code: rd_kafka_resp_err_t
        let partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    }

    typealias Place = RecordPlace

    private let turn = PollTurn()

    var phase = Phase.waiting
    var handler: KafkaConsumer.RebalanceHandler?
    var choose: KafkaConsumer.AssignmentChoice?
    var pending: PendingRebalance?
    /// An error that came with records: the records first, then the error, at the next poll.
    var deferredError: KafkaError?
    /// The offset after the last record handed out, by partition, since the last rebalance.
    var delivered: [Place: Int64] = [:]
    /// Where the reader came to a partition's end, of those for which `enable.partition.eof` is set. That is past the
    /// markers that follow the last record, and also known where no record came at all: librdkafka's own positions do
    /// not show either.
    var reachedEnds: [Place: Int64] = [:]
    /// librdkafka's own positions count records that it took back; see `KafkaConsumer.position`.
    var positionsAreOff: Bool { pending != nil }
    var waker: FetchWaker
    private(set) var room: UnsafeMutableBufferPointer<Message?> = .allocate(capacity: 0)

    init(waker: FetchWaker) { self.waker = waker }

    deinit {
        room.deallocate()
        if let pending { rd_kafka_topic_partition_list_destroy(pending.partitions) }
    }

    /// See ``PollTurn``.
    func begin(timeout: Duration?) -> Bool { turn.begin(timeout: timeout) }
    func end() { turn.end() }
    func betweenPolls<R>(_ body: () -> R) -> R { turn.betweenPolls(body) }

    func makeRoom(for count: Int) {
        guard room.count < count else { return }
        room.deallocate()
        room = .allocate(capacity: count)
        room.initialize(repeating: nil)
    }
}

/// The callback only takes note of a rebalance; librdkafka waits for the answer. Were the handler called from
/// here, a revocation could come between records that this poll has already taken.
extension PollState {
    static let rebalanceCallback:
        @convention(c) (
            OpaquePointer?, rd_kafka_resp_err_t, UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
            UnsafeMutableRawPointer?
        ) -> Void = { client, code, partitions, opaque in
            guard let client, let context = ClientContext.from(opaque), let polling = context.polling else { return }
            let copy =
                partitions.flatMap { rd_kafka_topic_partition_list_copy($0) } ?? rd_kafka_topic_partition_list_new(0)!
            // librdkafka reports no other rebalance before this one is answered.
            assert(polling.pending == nil)
            polling.pending = PendingRebalance(code: code, partitions: copy)
            switch polling.phase {
            case .waiting: rd_kafka_yield(client)
            case .draining: break
            case .closing: _ = polling.answerRebalance(client, context)
            }
        }

    /// Tells the handler of a rebalance that is waiting, and librdkafka of its answer.
    /// - Returns: an error that librdkafka answers with, if any.
    func answerRebalance(_ client: OpaquePointer, _ context: ClientContext) -> KafkaError? {
        guard let rebalance = pending else { return nil }
        defer {
            pending = nil
            delivered = [:]
            reachedEnds = [:]
        }
        let given = TopicPartitionList(owning: rebalance.partitions)
        let partitions = given.partitions
        switch rebalance.code {
        case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS:
            guard let choose else { return takeOver(given, client, context) }
            return takeOver(TopicPartitionList(choose(partitions)), client, context)
        case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
            let isLost = rd_kafka_assignment_lost(client) != 0
            context.logger.info(
                "\(isLost ? "lost" : "revoked") \(partitions)", metadata: ["client": "\(context.name)"])
            _ = handler?(isLost ? .lost(partitions) : .revoked(partitions))
        default:
            context.logger.error(
                "rebalance failed: \(KafkaError.Code(rebalance.code))", metadata: ["client": "\(context.name)"])
            _ = handler?(.lost(partitions))
        }
        return KafkaError(rd_kafka_assign(client, nil), in: "\(context.name): giving up \(partitions)")
    }

    private func takeOver(_ list: borrowing TopicPartitionList, _ client: OpaquePointer, _ context: ClientContext)
        -> KafkaError?
    {
        let partitions = list.partitions
        context.logger.info("assigned \(partitions)", metadata: ["client": "\(context.name)"])
        let starts = handler?(.assigned(partitions)) ?? [:]
        for index in partitions.indices {
            if let start = starts[partitions[index]] { list.pointer.pointee.elems[index].offset = start.rawOffset }
        }
        return KafkaError(rd_kafka_assign(client, list.pointer), in: "\(context.name): taking over \(partitions)")
    }
}

import CRdKafka
import Synchronization

/// What becomes of the records that were handed to a producer: resolves awaited ones, counts failures of the others.
final class DeliveryReports: Sendable {
    typealias Outcome = Result<RecordMetadata, KafkaError>
    typealias Waiter = UnsafeContinuation<Outcome, Never>

    private struct State {
        var waiters: [UInt: Waiter] = [:]
        /// 0 means: nobody waits.
        var nextID: UInt = 1
        var failures = 0
        var firstFailure: KafkaError?
        var reached: [Place: Int64] = [:]
    }

    /// A partition of one of the producer's topics.
    private struct Place: Hashable {
        /// The topic object's address.
        let topic: UInt
        let partition: Int32
    }

    private let state = Mutex(State())
    let context: ClientContext

    init(context: ClientContext) { self.context = context }

    func register(_ waiter: Waiter) -> UInt {
        state.withLock { state in
            defer { state.nextID += 1 }
            state.waiters[state.nextID] = waiter
            return state.nextID
        }
    }

    func resolve(_ id: UInt, _ outcome: Outcome) {
        state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(returning: outcome)
    }

    /// Nothing will be reported any more.
    func failAll(_ error: KafkaError) {
        let waiters = state.withLock { state in
            defer { state.waiters = [:] }
            return state.waiters.values.map { $0 }
        }
        for waiter in waiters { waiter.resume(returning: .failure(error)) }
    }

    /// Failures since last asked, as one error.
    func takeFailures() -> KafkaError? {
        let (count, first) = state.withLock { state in
            defer { (state.failures, state.firstFailure) = (0, nil) }
            return (state.failures, state.firstFailure)
        }
        guard let first else { return nil }
        return KafkaError(failures: count, first: first, in: context.name)
    }

    /// The next offsets after acknowledged records of the topic, since last asked.
    func takeReached(_ topic: OpaquePointer) -> [Int32: Int64] {
        let topic = UInt(bitPattern: topic)
        return state.withLock { state in
            var reached: [Int32: Int64] = [:]
            for (place, offset) in state.reached where place.topic == topic { reached[place.partition] = offset }
            for partition in reached.keys { state.reached[Place(topic: topic, partition: partition)] = nil }
            return reached
        }
    }

    /// Takes a delivery report: all records in it belong to one partition of one request.
    func take(_ event: OpaquePointer) {
        var last: (place: Place, next: Int64)?
        while let message = rd_kafka_event_message_next(event) {
            let failed = message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR
            if !failed, message.pointee.offset >= 0, let topic = message.pointee.rkt {
                last = (
                    Place(topic: UInt(bitPattern: topic), partition: message.pointee.partition),
                    message.pointee.offset + 1
                )
            }
            let id = UInt(bitPattern: message.pointee._private)
            if id != 0 {
                resolve(id, failed ? .failure(Self.failure(message)) : .success(Self.metadata(message)))
            } else if failed {
                state.withLock { state in
                    state.failures += 1
                    if state.firstFailure == nil { state.firstFailure = Self.failure(message) }
                }
            }
        }
        if let last { state.withLock { $0.reached[last.place] = last.next } }
    }

    private static func metadata(_ message: UnsafePointer<rd_kafka_message_t>) -> RecordMetadata {
        RecordMetadata(
            topic: String(cString: rd_kafka_topic_name(message.pointee.rkt)), partition: message.pointee.partition,
            offset: message.pointee.offset >= 0 ? message.pointee.offset : nil,
            timestamp: rd_kafka_message_timestamp(message, nil))
    }

    private static func failure(_ message: UnsafePointer<rd_kafka_message_t>) -> KafkaError {
        let topic = String(cString: rd_kafka_topic_name(message.pointee.rkt))
        let place = message.pointee.partition >= 0 ? "\(topic)[\(message.pointee.partition)]" : topic
        // Purged records never left: the same record may be sent again.
        let purged =
            message.pointee.err == RD_KAFKA_RESP_ERR__PURGE_QUEUE
            || message.pointee.err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT
        let error = KafkaError(message.pointee.err, in: "producing to \(place)")!
        return purged
            ? KafkaError(
                code: .closed, message: "given up, as the producer was closed or its transaction aborted",
                context: error.context)
            : error
    }
}

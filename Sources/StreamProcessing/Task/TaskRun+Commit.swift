import Kafka
import Logging

extension TaskRun {
    /// Whether the transaction was committed is not known and will not be asked any more: the next run's first call
    /// settles it.
    private struct CommitUnknown: ClassifiedError, CustomStringConvertible {
        let cause: KafkaError
        var fault: Fault { .run(code: "commit_unknown") }
        var description: String { "whether the transaction was committed is not known: \(cause)" }
    }

    /// Makes the piece durable: its records are those before `end` that are not committed yet.
    func commit(upTo end: Int, of batch: RecordBatch) throws {
        let began = clock.now()
        try context.sendDeadLetters()
        let (emitted, deadLettered) = (context.emitted, context.deadLettered)
        let positions = try positions(before: end, of: batch)
        if context.hasTransaction {
            try client.sendOffsets(moved(positions))
            try commitTransaction()
            try context.committed(
                reached: context.changelogTopic.map { client.takeDeliveredOffsets(of: $0) } ?? [:], inputs: positions,
                now: clock.now())
        } else {
            try client.commit(moved(positions))
            try context.committed(reached: [:], inputs: positions, now: clock.now())
        }
        committedPositions.merge(positions) { $1 }
        processor.commit()
        metrics.committed(emitted: emitted, deadLettered: deadLettered, took: clock.now() - began)
    }

    /// Only what is new: a place in a topic that was deleted meanwhile must not be put back.
    func moved(_ positions: [TopicPartition: Int64]) -> [TopicPartition: Int64] {
        positions.filter { committedPositions[$0.key] != $0.value }
    }

    /// Behind what was delivered, but for what waits for records that follow it.
    func reached() throws -> [TopicPartition: Int64] {
        var positions = try client.position(assigned)
        if let joins = definition.joins, let joinBuffer {
            let waiting = joinBuffer.positions
            for (topic, offsets) in [(joins.lead, waiting.leads), (joins.follow, waiting.follows)] {
                for (partition, offset) in offsets {
                    positions[TopicPartition(topic: topic, partition: partition)] = offset
                }
            }
        }
        return positions
    }

    /// Where to go on after the record before `end`: at the next record of the batch, or behind what was delivered.
    private func positions(before end: Int, of batch: RecordBatch) throws -> [TopicPartition: Int64] {
        var positions = try reached()
        for index in (end..<batch.count).reversed() {
            let record = batch[index]
            positions[TopicPartition(topic: client.topicName(record.topic), partition: record.partition)] =
                record.offset
        }
        return positions
    }

    /// A commit whose answer is late may have happened: it is asked again until it is known.
    func commitTransaction() throws {
        try untilAnswered("the commit's outcome is not known yet, asking again") { () throws(KafkaError) in
            try client.commitTransaction(timeout: .seconds(10))
        } gaveUp: {
            CommitUnknown(cause: $0)
        }
        metrics.transactionCommitted()
    }

    /// Makes a call again until the broker answers it. One that is away is waited for.
    ///
    /// - Parameter gaveUp: the error where the task is to stop, or where the call fails for long although the broker is
    ///   there.
    func untilAnswered(
        _ message: Logger.Message, _ call: () throws(KafkaError) -> Void, gaveUp: (KafkaError) -> any Error
    ) throws {
        var attempt = 0
        var stuck = StuckCall()
        while true {
            do throws(KafkaError) {
                return try call()
            } catch {
                if !error.isRetriable { throw error }
                if isStopping || stuck.failed(isConnected: client.isConnected, now: clock.now()) {
                    throw gaveUp(error)
                }
                attempt += 1
                metrics.failed(error.fault)
                reporter.retrying(error.fault, error, attempt: attempt, wait: .zero)
                logger.warning(message, metadata: ["error": "\(error)", "attempt": "\(attempt)"])
            }
        }
    }

    /// After the last records come transaction markers, which are not delivered; the position steps over them.
    /// Committing it when idle makes the lag of a group that has read everything 0.
    func commitIdle() throws {
        if assigned.isEmpty { return }
        let positions = try reached()
        let new = moved(positions)
        if new.isEmpty { return }
        do {
            try client.commit(new)
            committedPositions.merge(new) { $1 }
        } catch {
            if error.isFatal { throw error }
            // Only the lag's display depends on it; the next batch commits the same positions.
            logger.debug("idle commit failed", metadata: ["error": "\(error)"])
        }
    }
}

import Kafka
import Logging

/// The batch at hand: one piece of it after the other, and what is done about a failure.
extension TaskRun {
    /// Handles the next piece of the batch, or waits until it is worth another try.
    nonisolated(nonsending) func advance() async throws {
        guard let whole = batch, let piece = plan.next else { return }
        let part = piece.records.count == whole.count ? whole : whole.part(piece.records)
        var isProcessed = false
        do {
            try settleAbort()
            context.omitsRecordBytes = piece.omitsRecordBytes
            context.homes = homes
            context.traces?.begin(part) { client.topicName($0) }
            if let verdict = piece.verdict {
                for record in part { context.deadLetter(record, verdict) }
            } else {
                try await processor.process(part, in: context)
            }
            isProcessed = true
            try commit(upTo: piece.records.upperBound, of: whole)
            metrics.handled(part, now: context.nowMilliseconds)
        } catch {
            context.traces?.finish(TaskRun.fault(of: error, isProcessed: isProcessed).code)
            return try await handle(error, isProcessed: isProcessed, part)
        }
        context.traces?.finish()
        try succeeded()
    }

    private func succeeded() throws {
        hasCommitted = true
        guard batch != nil else { return }
        plan.succeeded()
        guard plan.next == nil else { return }
        batch = nil
        try resume()
        reporter.report(.running)
    }

    private nonisolated(nonsending) func handle(
        _ error: any Error, isProcessed: Bool, _ part: RecordBatch
    ) async throws {
        let fault = TaskRun.fault(of: error, isProcessed: isProcessed)
        try rollBack(after: error, fault)
        if isStopping || batch == nil { return }
        let step = plan.failed(
            fault, madeProgress: (error as? any ClassifiedError)?.madeProgress ?? false,
            detail: Redaction.shown("\(error)"), policy: policy,
            using: &random)
        switch step {
        case .endRun: throw error
        case .retry(let wait):
            failed(fault, error, attempt: plan.failuresInARow, wait: wait, of: part)
            try pause()
            try await self.wait(wait)
        case .proceed:
            failed(fault, error, attempt: plan.failuresInARow, wait: .zero, of: part)
        }
    }

    /// What went wrong after the records were processed is none of the records' fault, unless one is too large.
    static func fault(of error: any Error, isProcessed: Bool) -> Fault {
        let fault = Fault(error)
        return isProcessed && fault == .unknown ? .dependency(code: "commit_failed") : fault
    }

    /// Undoes the piece: what was emitted will be seen by nobody, what was remembered is forgotten.
    func rollBack(after error: any Error, _ fault: Fault) throws {
        if context.hasTransaction { owesAbort = true }
        context.startBatch()
        processor.reset()
        if case .run = fault { throw error }
        try abandonTransaction()
    }

    /// Ends a transaction that is void, if the broker is there to be asked: while it is open it holds up whoever reads
    /// committed records.
    func abandonTransaction() throws {
        do {
            try settleAbort()
        } catch let error as KafkaError where error.fault.isDependency {
            logger.debug("the abort waits for the broker", metadata: ["error": "\(error)"])
        }
    }

    /// Tells the broker that the transaction is void, if that was not done yet.
    func settleAbort() throws {
        guard owesAbort else { return }
        do {
            try client.abortTransaction(timeout: .seconds(5))
        } catch {
            guard error.isRetriable, stuckAbort.failed(isConnected: client.isConnected, now: clock.now()) else {
                throw error
            }
            throw ProducerStuck(cause: error)
        }
        stuckAbort.succeeded()
        owesAbort = false
        metrics.transactionAborted()
        if let topic = context.changelogTopic { _ = client.takeDeliveredOffsets(of: topic) }
    }

    /// - Parameter part: what was tried; where that is one record, the line says which.
    func failed(_ fault: Fault, _ error: any Error, attempt: Int, wait: Duration, of part: RecordBatch? = nil) {
        metrics.failed(fault)
        reporter.retrying(fault, error, attempt: attempt, wait: wait)
        func metadata() -> Logger.Metadata {
            let record = part.flatMap { $0.count == 1 ? $0.first : nil }
            let place = record.map { $0.logMetadata(on: client.topicName($0.topic)) } ?? [:]
            return place.merging([
                "error": "\(reporter.explain(error))", "code": "\(fault.code)", "attempt": "\(attempt)",
                "wait": "\(wait)",
            ]) { $1 }
        }
        failures.log(to: logger, metadata())
    }

    // MARK: waiting

    private func pause() throws {
        if isPaused { return }
        try client.pause(assigned)
        isPaused = true
    }

    func resume() throws {
        guard isPaused else { return }
        isPaused = false
        try client.resume(assigned)
    }

    /// Polls with the partitions paused, so that the group keeps its member. A change of the partitions ends the wait,
    /// and the batch.
    private nonisolated(nonsending) func wait(_ delay: Duration) async throws {
        let end = clock.now() + delay
        while batch != nil, !isStopping {
            let left = end - clock.now()
            if left <= .zero { return }
            let polled = try poll(max: 1, timeout: min(.milliseconds(100), left))
            // Paused partitions deliver nothing; were it otherwise, the records would have to come again.
            if !polled.isEmpty { try rewind(polled) }
        }
    }

    private func rewind(_ batch: RecordBatch) throws {
        var starts: [TopicPartition: StartOffset] = [:]
        for record in batch {
            let partition = TopicPartition(topic: client.topicName(record.topic), partition: record.partition)
            if starts[partition] == nil, assigned.contains(partition) { starts[partition] = .offset(record.offset) }
        }
        try client.seek(starts)
    }
}

extension Fault {
    var isDependency: Bool { if case .dependency = self { true } else { false } }
}

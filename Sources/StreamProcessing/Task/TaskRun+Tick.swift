import Kafka

/// What a processor does without a record: deliveries that are due, for example.
extension TaskRun {
    /// Lets the processor do what is due, as a transaction of its own with the member's unchanged place: a member that
    /// the group has given up is refused.
    nonisolated(nonsending) func tick() async throws {
        guard !assigned.isEmpty, let due = processor.nextTick, due <= context.nowMilliseconds else { return }
        if let notBefore = ticks.notBefore, clock.now() < notBefore { return }
        emptyPolls = 0
        var isProcessed = false
        do {
            try settleAbort()
            context.homes = homes
            try await processor.tick(in: context)
            isProcessed = true
            try commitTick()
            if ticks.failures > 0 { reporter.report(.running) }
            ticks = (0, nil)
        } catch {
            let fault = TaskRun.fault(of: error, isProcessed: isProcessed)
            try rollBack(after: error, fault)
            ticks.failures += 1
            let wait = policy.backoff.delay(attempt: ticks.failures - 1, using: &random)
            ticks.notBefore = clock.now() + wait
            failed(fault, error, attempt: ticks.failures, wait: wait)
        }
    }

    private func commitTick() throws {
        let emitted = context.emitted
        if context.hasTransaction {
            let began = clock.now()
            let positions = try reached()
            let new = moved(positions)
            // Where nothing moved, one place all the same: with the offsets comes the group's generation. Always the
            // first, so that a simulated run repeats exactly.
            let known = positions.isEmpty ? committedPositions : positions
            let any = known.min { $0.key < $1.key }.map { [$0.key: $0.value] } ?? [:]
            try client.sendOffsets(new.isEmpty ? any : new)
            try commitTransaction()
            try context.committed(
                reached: context.changelogTopic.map { client.takeDeliveredOffsets(of: $0) } ?? [:], inputs: positions,
                now: clock.now())
            committedPositions.merge(positions) { $1 }
            hasCommitted = true
            metrics.committed(emitted: emitted, deadLettered: 0, took: clock.now() - began)
        } else {
            context.startBatch()
        }
        processor.commit()
    }
}

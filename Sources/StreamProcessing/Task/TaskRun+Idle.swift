/// How long a poll waits where nothing comes. Records, a rebalance and the task's end (``KafkaConsumer/wakePoll()``)
/// end it at once, so the limit is only for what is due by time.
extension TaskRun {
    private static let shortWait: Duration = .milliseconds(200)
    /// Each poll costs the process some wake-ups, though nothing happens.
    private static let longWait: Duration = .seconds(1)
    /// So many polls in a row bring nothing before the next ones are longer.
    static let quietPolls = 10

    /// At most for so long the next poll waits.
    var pollWait: Duration {
        let now = clock.now()
        let wait = isQuiet ? max(TaskRun.shortWait, timeToNext(now)) : TaskRun.shortWait
        return joinBuffer?.wait(now: now).map { min($0, wait) } ?? wait
    }

    /// Nothing comes, and nothing is under way, or looked at closely.
    private var isQuiet: Bool {
        emptyPolls >= TaskRun.quietPolls && !isPaused && !owesAbort && plan.failuresInARow == 0
            && ticks.failures == 0 && !standstill.isWatching
    }

    /// Until the state is to be written, or the processor has something to do.
    private func timeToNext(_ now: ContinuousClock.Instant) -> Duration {
        let tick = assigned.isEmpty ? nil : processor.nextTick
        let due = [store?.timeToFlush(now: now), tick.map { .milliseconds($0 - context.nowMilliseconds) }]
        return due.compactMap(\.self).reduce(TaskRun.longWait, min)
    }

    /// Nothing to do. What failed before a change of partitions is then somebody else's, or over.
    func idle() throws {
        emptyPolls += 1
        if plan.failuresInARow > 0, emptyPolls >= TaskRun.quietPolls, !client.allBrokersDown {
            plan.forgetFailures()
            reporter.report(.running)
        }
        try commitIdle()
    }
}

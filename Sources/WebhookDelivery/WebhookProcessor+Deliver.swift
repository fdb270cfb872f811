import OrderEvents
import StreamProcessing
import Webhooks

/// Attempts, with the batch and when they are due.
extension WebhookProcessor {
    public var nextTick: Int64? {
        isIncomplete ? 0 : [pending.next(), nextMark].compactMap(\.self).min()
    }

    public nonisolated(nonsending) func tick(in context: any TaskContext) async throws {
        try complete(in: context)
        for place in pending.due(at: context.nowMilliseconds, atMost: limits.dueAtOnce) {
            guard let ledger = try state(at: place, in: context), ledger.due != nil else {
                // Its state is gone: older than the horizon.
                pending.set(place, due: nil)
                continue
            }
            changed[place] = Entry(ledger: ledger, committed: ledger)
        }
        try await deliver(in: context)
        try writeMarks(in: context)
    }

    /// Finds what waits in the state of the homes that are this member's.
    func complete(in context: any TaskContext) throws {
        guard isIncomplete else { return }
        pending.removeAll()
        for home in context.homes {
            try context.eachState(partition: home) { key, state in
                if let key = EndpointKey(bytes: key), let known = try MarkState.decodeState(state, of: key) {
                    return take(known.mark)
                }
                guard LedgerState.isWaiting(state), let key = LedgerKey(bytes: key) else { return }
                let due = try LedgerState.decodeState(state, of: key)?.ledger.due
                pending.set(PendingDeliveries.Place(key: key, partition: home), due: due)
            }
        }
        applyMarks()
        isIncomplete = false
    }

    /// Attempts what is due of the ledgers at hand, and emits those that have changed.
    nonisolated(nonsending) func deliver(in context: any TaskContext) async throws {
        if changed.isEmpty { return }
        let places = changed.keys.sorted { ($0.partition, $0.key.orderID) < ($1.partition, $1.key.orderID) }
        for place in places { giveUpWhatHasNoEndpoint(place) }
        let now = context.nowMilliseconds
        let jobs = places.flatMap { self.jobs(of: $0, now: now) }
        for (job, answer) in try await attempt(jobs, in: context) {
            note(answer, to: job, now: Timestamp(millisecondsSinceEpoch: context.nowMilliseconds))
        }
        bound(places)
        for place in places {
            guard let entry = changed[place] else { continue }
            postpone(place, entry.ledger)
            // Where nothing was attempted nothing is new.
            if entry.ledger == entry.committed { continue }
            try context.emit(
                entry.ledger, on: Topics.webhookDeliveries, keeping: LedgerState(ledger: entry.ledger),
                partition: place.partition)
        }
    }

    private func giveUpWhatHasNoEndpoint(_ place: PendingDeliveries.Place) {
        guard var ledger = changed[place]?.ledger else { return }
        for (index, delivery) in ledger.deliveries.enumerated() where delivery.state == .pending {
            if let standing = standings[delivery.endpoint] {
                guard let reason = standing.disabled else { continue }
                ledger.giveUp(index, because: reason)
            } else {
                ledger.giveUp(index, because: "there is no endpoint of this name any more")
            }
            metrics.failed.increment()
        }
        changed[place]?.ledger = ledger
    }

    private func jobs(of place: PendingDeliveries.Place, now: Int64) -> [DeliveryJob] {
        guard let ledger = changed[place]?.ledger else { return [] }
        return ledger.deliveries.enumerated().compactMap { index, delivery in
            guard delivery.state == .pending, delivery.nextAttemptAt?.millisecondsSinceEpoch ?? 0 <= now,
                let event = ledger.event(of: delivery), let payload = event.payload
            else { return nil }
            return DeliveryJob(
                ledger: place, index: index, endpoint: delivery.endpoint, id: event.id, body: Array(payload.utf8),
                trace: ledger.trace)
        }
    }

    /// Makes the attempts that the endpoints bear; those that are not made are left out.
    private nonisolated(nonsending) func attempt(_ jobs: [DeliveryJob], in context: any TaskContext) async throws
        -> [(DeliveryJob, DeliveryAnswer)]
    {
        var said = jobs.compactMap { job in answers[job.question].map { (job, $0) } }
        var round = DeliveryRound(
            jobs.filter { answers[$0.question] == nil }, end: context.nowMilliseconds + limits.round)
        try await withThrowingTaskGroup(of: (DeliveryJob, DeliveryAnswer).self) { group in
            func begin() {
                for job in round.begin(standings, at: context.nowMilliseconds) {
                    guard let sender = senders[job.endpoint] else { continue }
                    let trace = job.trace.flatMap { context.trace(carriedBy: $0) }
                    group.addTask {
                        guard let trace else { return (job, try await sender.send(job.body, id: job.id)) }
                        return (job, try await trace.whileCurrent { try await sender.send(job.body, id: job.id) })
                    }
                }
            }
            begin()
            while let (job, answer) = try await group.next() {
                round.finished(job)
                judge(answer, of: job.endpoint, at: context.nowMilliseconds)
                answers[job.question] = answer
                said.append((job, answer))
                begin()
            }
        }
        return said
    }

    private func note(_ answer: DeliveryAnswer, to job: DeliveryJob, now: Timestamp) {
        guard var ledger = changed[job.ledger]?.ledger else { return }
        ledger.note(answer, at: job.index, now: now, schedule: schedule, using: &random)
        switch ledger.deliveries[job.index].state {
        case .delivered: metrics.delivered.increment()
        case .failed: metrics.failed.increment()
        case .pending: metrics.retried.increment()
        }
        changed[job.ledger]?.ledger = ledger
    }

    /// More orders than the bound are not kept waiting: what failed of them is given up.
    private func bound(_ places: [PendingDeliveries.Place]) {
        var free = limits.pending - pending.count
        for place in places {
            guard let entry = changed[place], entry.ledger.due != nil, entry.committed?.due == nil else { continue }
            free -= 1
            if free >= 0 { continue }
            var ledger = entry.ledger
            for (index, delivery) in ledger.deliveries.enumerated() where delivery.state == .pending {
                ledger.giveUp(index, because: "deliveries of \(limits.pending) orders wait already")
                metrics.failed.increment()
            }
            changed[place]?.ledger = ledger
        }
    }

    /// Where an endpoint is left alone, its deliveries are looked at again when that is over.
    private func postpone(_ place: PendingDeliveries.Place, _ ledger: WebhookLedger) {
        let due = ledger.deliveries.compactMap { delivery -> Int64? in
            guard delivery.state == .pending else { return nil }
            return max(
                delivery.nextAttemptAt?.millisecondsSinceEpoch ?? 0, standings[delivery.endpoint]?.openUntil ?? 0)
        }.min()
        if let due, due != ledger.due { postponed[place] = due }
    }
}

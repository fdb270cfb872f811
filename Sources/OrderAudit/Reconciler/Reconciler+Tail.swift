import Kafka
import OrderEvents
import OrderStore
import StreamProcessing

extension Reconciler {
    /// Follows the topics until an error or the end.
    func follow() async throws {
        let session = try TailSession(settings: settings, logger: logger)
        do {
            try await follow(session)
        } catch {
            await session.close()
            throw error
        }
        await session.close()
    }

    private func follow(_ session: TailSession) async throws {
        var core = try await session.start()
        // What came since an earlier session ended and lies before this one's begin is not looked at.
        if let left { skip(0, session.orders(from: left)) }
        left = nil
        update { $0.problem = nil }
        do {
            try await follow(session, &core)
        } catch {
            skip(0, core.openCount)
            left = session.lastPositions
            throw error
        }
        left = session.lastPositions
    }

    private func follow(_ session: TailSession, _ core: inout TailCore) async throws {
        var barriers = TailBarriers(partitions: core.partitions, at: moment())
        var budget = Double(options.recordsPerSecond)
        var last = ContinuousClock.now
        while !isEnding {
            if let generation, generation != session.generation {
                throw AuditError("homes were moved; it begins again with the new ones")
            }
            let limit = Double(options.recordsPerSecond)
            budget = min(budget + (ContinuousClock.now - last) / .seconds(1) * limit, limit * 2)
            last = .now
            let before = budget
            let isDrained = try read(session, &core, &budget)
            let isIdle = core.openCount == 0 && core.isTrusted
            if core.isFull {
                (core, barriers) = try await startOver(
                    session, core, "more than \(core.limits.open) orders waited for the services")
            }
            if barriers.wantsLook(isIdle: core.openCount == 0 && core.isTrusted, at: moment()),
                let look = try await look(session, core)
            {
                barriers.take(look)
            }
            let positions = try session.positions()
            if barriers.lag(from: positions) > options.maximumLag {
                (core, barriers) = try await startOver(session, core, "more came than it checks")
            } else {
                try await settle(barriers.reached(by: positions), positions, &core)
            }
            report(core, readThrough: barriers.readThrough(isDrained: isDrained, at: moment()))
            await Stop.rest(for: isIdle && budget == before ? options.idleInterval : options.interval)
        }
    }

    /// Takes what is there, within the budget. Returns whether there is nothing more.
    private func read(_ session: TailSession, _ core: inout TailCore, _ budget: inout Double) throws -> Bool {
        while budget >= 1, !core.isFull {
            let count = try session.read(max: min(1_000, Int(budget)), into: &core, at: moment())
            if count == 0 { return true }
            budget -= Double(count)
        }
        return false
    }

    /// Asks the broker how far everything is; nil while it does not answer.
    private func look(_ session: TailSession, _ core: TailCore) async throws -> TailBarriers.Look? {
        do {
            return try await session.look(Int(core.partitions), at: moment())
        } catch let error as KafkaError where error.isRetriable {
            update { $0.problem = "cannot ask the broker how far the services are: \(error)" }
            return nil
        }
    }

    /// Gives up what is open and begins at the end.
    private func startOver(_ session: TailSession, _ core: TailCore, _ reason: String) async throws -> (
        TailCore, TailBarriers
    ) {
        // What comes at such a rate is not caught up with by reading on at once.
        await Stop.rest(for: .seconds(5))
        let (next, records, orders) = try await session.moveToEnds()
        skip(records, orders + core.openCount)
        logger.info(
            "the reconciler begins again at the end of the topics",
            metadata: ["reason": "\(reason)", "records": "\(records)", "orders": "\(orders + core.openCount)"])
        return (next, TailBarriers(partitions: next.partitions, at: moment()))
    }

    private func settle(
        _ reached: [(partition: Int32, progress: PartitionProgress)], _ positions: [TopicPartition: Int64],
        _ core: inout TailCore
    ) async throws {
        guard !reached.isEmpty else { return }
        var due: [OrderID] = []
        for (partition, progress) in reached {
            let places = FlowTopic.allCases.map { positions[TopicPartition(topic: $0.name, partition: partition)] ?? 0 }
            due += core.settle(partition, progress, positions: places)
        }
        for start in stride(from: 0, to: due.count, by: StoreLimits.maximumPage) {
            let ids = Array(due[start..<min(due.count, start + StoreLimits.maximumPage)])
            var rows: [OrderID: OrderDocument] = [:]
            for row in try await store.orders(ids) { rows[row.order.id] = row }
            let verdict = core.judge(ids, rows)
            tell(verdict)
            for (id, fault) in verdict.mismatches { tell(fault.kind, "order \(id)", fault.detail) }
        }
        update {
            $0.isStarting = false
            $0.problem = nil
        }
    }

    private func report(_ core: TailCore, readThrough: Timestamp) {
        let overdue = core.openCount(before: moment().advanced(byMilliseconds: -ReconcilerState.usualDelayMilliseconds))
        let through = min(core.oldestOpen ?? readThrough, readThrough)
        tell(open: core.openCount, overdue: overdue, through: through)
    }
}

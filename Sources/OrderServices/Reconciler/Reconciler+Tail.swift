import Kafka
import OrderEvents
import OrderStore

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
        var checkpoint: TailSession.Checkpoint?
        var budget = Double(options.recordsPerSecond)
        var last = ContinuousClock.now
        update { $0.trouble = nil }
        while !isEnding {
            if let generation, generation != session.generation { throw AuditError("homes were moved; it begins anew with the new ones") }
            budget = min(budget + (ContinuousClock.now - last) / .seconds(1) * Double(options.recordsPerSecond), Double(options.recordsPerSecond) * 2)
            last = .now
            while budget >= 1 {
                let count = try session.read(max: min(1_000, Int(budget)), into: &core, at: moment())
                if count == 0 { break }
                budget -= Double(count)
            }
            if core.isFull { core = try await startAnew(session, "more than \(core.limits.open) orders are waiting for the services") }
            // Nothing is open and everything is known: there is nothing to ask the broker.
            if checkpoint == nil, !core.open.isEmpty || !core.isTrusted { checkpoint = try await session.checkpoint(Int(core.partitions)) }
            if let known = checkpoint {
                let positions = try session.positions()
                if known.lag(from: positions) > options.maximumLag {
                    core = try await startAnew(session, "more comes than it checks")
                    checkpoint = nil
                } else if known.isReached(by: positions) {
                    checkpoint = nil
                    try await settle(known, positions, &core)
                }
            }
            report(core)
            await pause(options.interval)
        }
    }

    /// Gives up what is open and begins at the end.
    private func startAnew(_ session: TailSession, _ reason: String) async throws -> TailCore {
        let (core, skipped) = try await session.startAgain()
        update {
            $0.skippedRecords += Int(skipped)
            $0.trouble = reason
        }
        logger.info("the reconciler begins anew at the end of the topics", metadata: ["reason": "\(reason)", "skipped": "\(skipped)"])
        // What comes at such a rate is not caught up with by reading on at once.
        await pause(.seconds(5))
        return core
    }

    private func settle(_ checkpoint: TailSession.Checkpoint, _ positions: [TopicPartition: Int64], _ core: inout TailCore) async throws {
        for partition in 0..<core.partitions {
            let progress = checkpoint.progress[Int(partition)]
            let places = FlowTopic.allCases.map { positions[TopicPartition(topic: $0.name, partition: partition)] ?? 0 }
            let due = core.settle(partition, progress, positions: places)
            for start in stride(from: 0, to: due.count, by: StoreLimits.maximumPage) {
                let ids = Array(due[start..<min(due.count, start + StoreLimits.maximumPage)])
                var rows: [OrderID: OrderDocument] = [:]
                for row in try await store.orders(ids) { rows[row.order.id] = row }
                let (agreed, faults) = core.judge(ids, rows)
                tell(agreed: agreed, open: core.open.count)
                for (id, fault) in faults { tell(fault.kind, "order \(id)", fault.detail) }
            }
        }
        update {
            $0.isStarting = false
            $0.trouble = nil
        }
    }

    private func report(_ core: TailCore) {
        tell(agreed: 0, open: core.open.count)
        let through = core.oldestOpen ?? moment()
        update { if !$0.isStarting { $0.checkedThrough = through } }
    }
}

import Kafka
import OrderEvents
import OrderStore
import StreamProcessing

extension Reconciler {
    private static let page = 500

    /// Sweeps the store again and again until an error or the end.
    func sweep() async throws {
        let admin = try KafkaAdmin(settings: settings, clientID: "reconciler-sweep", logger: logger)
        do {
            try await sweep(admin)
        } catch {
            await admin.close(timeout: .seconds(1))
            throw error
        }
        await admin.close(timeout: .seconds(1))
    }

    private func sweep(_ admin: KafkaAdmin) async throws {
        var layout = try await self.layout(admin)
        var core = SweepCore(partitions: layout.homes)
        while !isEnding {
            core.begin()
            try await addOrders(to: &core)
            try await waitForSink(admin)
            try await compareWindows(in: &core)
            if isEnding { return }
            let current = try await self.layout(admin)
            generation = current.generation
            guard current == layout, layout.move == nil else {
                // Homes move, or were moved: what was added up belongs to no one count.
                layout = current
                core = SweepCore(partitions: layout.homes)
                await Stop.rest(for: options.sweepPause)
                continue
            }
            for fault in core.finish(totals: try await store.totals()) { tell(fault.kind, fault.subject, fault.detail) }
            let (windows, orders) = (core.windows, core.orders)
            update {
                $0.sweptWindows = windows
                $0.sweptOrders = orders
                $0.sweptAt = moment()
            }
            await Stop.rest(for: core.hasSuspects ? options.sweepPause / 5 : options.sweepPause)
        }
    }

    /// Its reader has a thread, which is not kept from one sweep to the next.
    private func layout(_ admin: KafkaAdmin) async throws -> HomeLayout {
        try await PlatformLayout(kafka: settings, admin: admin, logger: logger).require()
    }

    private func addOrders(to core: inout SweepCore) async throws {
        var cursor: OrderCursor?
        repeat {
            let began = ContinuousClock.now
            let page = try await store.orders(
                matching: .all, sort: .lowestIDFirst, after: cursor, limit: Reconciler.page)
            for document in page.items { core.add(document) }
            cursor = page.next
            await rest(after: began)
        } while cursor != nil && !isEnding
    }

    private func compareWindows(in core: inout SweepCore) async throws {
        for (from, to) in core.spans() {
            var from = from
            while from < to, !isEnding {
                let began = ContinuousClock.now
                let windows = try await store.aggregates(from: from, to: to)
                guard windows.count >= StoreLimits.maximumWindows, let end = windows.last?.window,
                    case .minute(let last) = end, last > from
                else {
                    core.take(windows)
                    from = to
                    await rest(after: began)
                    break
                }
                // The answer was cut, maybe inside its last minute: that one comes again.
                core.take(windows.lazy.filter { $0.window != end })
                from = last
                await rest(after: began)
            }
        }
    }

    /// Waits until the store has all that order-analytics held a moment ago: a transaction's documents may reach it
    /// before its aggregates.
    private func waitForSink(_ admin: KafkaAdmin) async throws {
        guard let partitions = try await admin.metadata()[topic: Topics.orderAnalytics.name]?.partitions else { return }
        let ends = try await admin.endOffsets(
            partitions.map { TopicPartition(topic: Topics.orderAnalytics.name, partition: $0.id) })
        while !isEnding {
            let committed = try await admin.committedOffsets(ofGroup: Topology.sink.group, in: Array(ends.keys))
            if ends.allSatisfy({ committed[$0.key] ?? 0 >= $0.value }) { return }
            await Stop.rest(for: .seconds(1))
        }
    }

    private func rest(after began: ContinuousClock.Instant) async {
        await Stop.rest(for: max(.milliseconds(5), (ContinuousClock.now - began) * options.sweepRest))
    }
}

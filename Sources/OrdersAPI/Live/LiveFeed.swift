import Logging
import OrderEvents
import OrderStore
import ServiceLifecycle

/// Keeps ``LiveState`` and ``EventHub`` up to date: from the log's tail while somebody listens to the event stream,
/// else from the store when somebody asks.
///
/// While it follows the log it reads the store too, every now and then. The store may be behind the place where the
/// tail began, because the sink was not through yet. A later reading brings what the tail did not see. Revisions keep
/// the two apart.
struct LiveFeed: Service {
    let tail: any AnalyticsTail
    let store: any OrderStore
    let live: LiveState
    let hub: EventHub
    let logger: Logger
    let demand: LiveDemand
    private let gauges: RefundGauges
    /// Readings on request, a second apart at least.
    private let readings: TimedCache<Result<Void, any Error>>

    /// While following: how often the store is read; the first times more often, while the sink catches up.
    private static let reloadInterval: Duration = .seconds(15)
    private static let refundInterval: Duration = .seconds(2)
    private static let firstReloadInterval: Duration = .seconds(2)

    init(
        tail: any AnalyticsTail, store: any OrderStore, live: LiveState, hub: EventHub, gauges: RefundGauges,
        logger: Logger, grace: Duration
    ) {
        demand = LiveDemand(grace: grace)
        self.tail = tail
        self.store = store
        self.live = live
        self.hub = hub
        self.logger = logger
        self.gauges = gauges
        readings = TimedCache(lifetime: .seconds(1)) {
            do {
                return .success(try await Self.read(store, into: live, hub: hub, gauges))
            } catch {
                return .failure(error)
            }
        }
    }

    /// Makes memory as new as the log, or as the store was within the last second.
    func refresh() async throws {
        guard !demand.isFollowing else { return }
        try await readings.value().get()
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in demand.signals { await followWhileWanted() }
        }
    }

    private func followWhileWanted() async {
        logger.debug("Following order-analytics: somebody listens")
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await followForever() }
            group.addTask { await reloadForever() }
            group.addTask { await reloadRefundsForever() }
            group.addTask { await waitForEndOfDemand() }
            await group.next()
            group.cancelAll()
        }
        demand.setFollowing(false)
        tail.rest()
        logger.debug("Not following order-analytics any more: nobody listens")
    }

    private func waitForEndOfDemand() async {
        while !Task.isCancelled {
            if hub.clientCount > 0 { demand.want() }
            if demand.isOver() { return }
            // Cancelled: the loop's condition sees it.
            try? await Task.sleep(for: .seconds(1))
        }
    }

    private func followForever() async {
        var backoff = Duration.milliseconds(200)
        while !Task.isCancelled {
            let started = ContinuousClock.now
            do {
                try await follow(tail)
            } catch is CancellationError {
                return
            } catch {
                logger.warning("Lost the live tail of order-analytics; trying again", metadata: ["error": "\(error)"])
            }
            demand.setFollowing(false)
            backoff = .now - started > .seconds(30) ? .milliseconds(200) : min(backoff * 2, .seconds(5))
            // Cancelled: the loop's condition sees it.
            try? await Task.sleep(for: backoff)
        }
    }

    private func follow(_ tail: some AnalyticsTail) async throws {
        for try await update in tail {
            switch update {
            case .positioned(let nextOffsets):
                hub.positioned(at: nextOffsets)
                // What was committed between the last reading and this place came to neither side.
                await load()
                demand.setFollowing(true)
            case .records(let records):
                live.fold(records)
                hub.ingest(records.map { ($0.partition, $0.offset, $0.document) })
            }
        }
    }

    private func reloadForever() async {
        var readings = 0
        while !Task.isCancelled {
            // Cancelled: the loop's condition sees it.
            try? await Task.sleep(for: readings < 5 ? Self.firstReloadInterval : Self.reloadInterval)
            guard !Task.isCancelled else { return }
            readings += 1
            await load()
        }
    }

    /// What is owed back is the store's to say, and is asked for as long as somebody looks.
    private func reloadRefundsForever() async {
        while !Task.isCancelled {
            // Cancelled: the loop's condition sees it.
            try? await Task.sleep(for: Self.refundInterval)
            guard !Task.isCancelled else { return }
            do {
                try await refreshRefunds()
            } catch {
                logger.debug("Could not read what is owed back; trying again later", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Reads what is owed back, also for the metrics.
    func refreshRefunds() async throws {
        try await Self.readRefunds(store, into: live, hub: hub, gauges)
    }

    private static func readRefunds(
        _ store: any OrderStore, into live: LiveState, hub: EventHub, _ gauges: RefundGauges
    ) async throws {
        let refunds = try await store.refundsDue()
        gauges.set(refunds)
        if live.setRefunds(refunds) { hub.statsChanged() }
    }

    /// Reads the store. Where that fails the API goes on with what it has, and says of itself that the store is away.
    private func load() async {
        do {
            try await Self.read(store, into: live, hub: hub, gauges)
        } catch {
            logger.warning(
                "Could not read the figures from the store; trying again later", metadata: ["error": "\(error)"])
        }
    }

    private static func read(_ store: any OrderStore, into live: LiveState, hub: EventHub, _ gauges: RefundGauges)
        async throws
    {
        let now = live.now()
        let since = LiveAggregates.oldest(now)
        let until = now.startOfMinute.advanced(byMilliseconds: LiveAggregates.aheadMilliseconds)
        let totals = try await store.totals()
        let windows = try await store.windows(from: since, to: until)
        // Those whose created_at lies ahead must not take the places of the others.
        let near = now.advanced(byMilliseconds: RecentOrders.toleranceMilliseconds)
        let orders = try await store.newestOrders(limit: RecentOrders.capacity, until: near)
        let ahead = try await store.newestOrders(limit: RecentOrders.capacity, until: .latest)
        try await readRefunds(store, into: live, hub: hub, gauges)
        live.merge(aggregates: totals + windows, since: since, orders: orders + ahead)
        hub.statsChanged()
    }
}

extension TailRecord {
    var document: OrderDocument? {
        if case .order(let document) = event { document } else { nil }
    }
}

import Logging
import OrderEvents
import OrderStore
import ServiceLifecycle

/// Follows order-analytics and keeps ``LiveState`` and ``EventHub`` up to date; never gives up.
///
/// The store is read at the start and again every now and then. What it has may be behind the place where the tail begins
/// (the sink is not through yet); the next reading brings what the tail did not see. Revisions keep the two apart.
struct LiveFeed: Service {
    let tail: any AnalyticsTail
    let store: any OrderStore
    let live: LiveState
    let hub: EventHub
    let logger: Logger
    var reloadInterval: Duration = .seconds(15)
    /// The first readings come quicker, while the sink catches up with where the tail began.
    var firstReloadInterval: Duration = .seconds(2)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await followForever() }
                group.addTask { await reloadForever() }
            }
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
            case .records(let records):
                live.fold(records)
                hub.ingest(records.map { ($0.partition, $0.offset, $0.document) })
            }
        }
    }

    /// The first reading, before the server listens. Without the store the API starts all the same and says what is missing.
    func load() async {
        do {
            try await reload()
        } catch {
            logger.warning("Could not read the figures from the store; trying again", metadata: ["error": "\(error)"])
        }
    }

    private func reloadForever() async {
        var readings = 0
        while !Task.isCancelled {
            // Cancelled: the loop's condition sees it.
            try? await Task.sleep(for: readings < 5 ? firstReloadInterval : reloadInterval)
            guard !Task.isCancelled else { return }
            readings += 1
            await load()
        }
    }

    /// Reads the store once.
    func reload() async throws {
        let now = live.now()
        let since = LiveAggregates.oldest(now)
        let until = now.startOfMinute.advanced(byMilliseconds: LiveAggregates.aheadMilliseconds)
        let totals = try await store.totals()
        let windows = try await store.windows(from: since, to: until)
        let orders = try await store.newestOrders(limit: RecentOrders.capacity)
        live.merge(aggregates: totals + windows, since: since, orders: orders)
        hub.statsChanged()
    }
}

extension TailRecord {
    var document: OrderDocument? {
        if case .order(let document) = event { document } else { nil }
    }
}

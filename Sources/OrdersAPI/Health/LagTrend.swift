/// How long lags last, from looks at the groups every few seconds. Pure.
///
/// A record that waits was written when its partition's end passed it. So the oldest look that saw an end beyond a
/// group's position says since when the group has had something to read, as far back as there were looks.
struct LagTrend {
    /// How a service fares.
    struct Standing: Equatable, Sendable {
        /// Records that it has yet to read, by topic.
        var records: [String: Int64] = [:]
        /// How long the oldest of them has waited, at least.
        var seconds = 0.0
        /// How long it needs for them at its pace; infinite where they do not become fewer.
        var drainSeconds = 0.0
    }

    private struct Place: Hashable {
        let topic: String
        let partition: Int32
    }

    private struct End {
        let at: ContinuousClock.Instant
        let offset: Int64
    }

    private struct Sums {
        let at: ContinuousClock.Instant
        let lag: Int64
    }

    /// The most looks that are remembered of a partition; beyond that every second one goes.
    static let maximumEnds = 720
    /// What the pace is measured over.
    static let window: Duration = .seconds(60)

    private var ends: [Place: [End]] = [:]
    private var sums: [String: [Sums]] = [:]

    /// - Returns: the standing of each service whose group is known, by its name.
    mutating func look(at services: [SystemHealth.Service], now: ContinuousClock.Instant) -> [String: Standing] {
        note(services.flatMap(\.partitions), now: now)
        var standings: [String: Standing] = [:]
        for service in services where !service.partitions.isEmpty {
            var standing = Standing()
            for part in service.partitions {
                standing.records[part.topic, default: 0] += part.lag
                standing.seconds = max(standing.seconds, waited(part, now: now))
            }
            standing.drainSeconds = drain(service.service.name, lag: service.lag, now: now)
            standings[service.service.name] = standing
        }
        return standings
    }

    /// Remembers where ends have moved, for as long as a group is behind them.
    private mutating func note(_ parts: [ClusterView.PartitionLag], now: ContinuousClock.Instant) {
        let byPlace = Dictionary(grouping: parts) { Place(topic: $0.topic, partition: $0.partition) }
        ends = ends.filter { byPlace[$0.key] != nil }
        for (place, parts) in byPlace {
            let end = parts.map(\.end).max() ?? 0
            let slowest = parts.map(\.position).min() ?? 0
            var known = ends[place] ?? []
            // The log was replaced: what was seen is about another one.
            if let last = known.last, last.offset > end { known = [] }
            if known.last?.offset != end { known.append(End(at: now, offset: end)) }
            known.removeAll { $0.offset <= slowest && $0.offset != end }
            if known.count > Self.maximumEnds {
                known = known.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
            }
            ends[place] = known
        }
    }

    private func waited(_ part: ClusterView.PartitionLag, now: ContinuousClock.Instant) -> Double {
        guard part.lag > 0 else { return 0 }
        let known = ends[Place(topic: part.topic, partition: part.partition)] ?? []
        guard let first = known.first(where: { $0.offset > part.position }) else { return 0 }
        return (now - first.at) / .seconds(1)
    }

    private mutating func drain(_ service: String, lag: Int64, now: ContinuousClock.Instant) -> Double {
        var known = (sums[service] ?? []).filter { now - $0.at <= Self.window }
        known.append(Sums(at: now, lag: lag))
        sums[service] = known
        guard lag > 0 else { return 0 }
        guard let first = known.first, first.at < now, first.lag > lag else { return .infinity }
        return Double(lag) / (Double(first.lag - lag) / ((now - first.at) / .seconds(1)))
    }
}

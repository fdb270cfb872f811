/// Tells a group that does not move from one that is slow: a place that stands for half a minute although the log goes
/// on behind it. Pure; what it suspects is probed before it is said, as only markers of transactions may lie there,
/// which nobody reads.
struct StallWatch {
    /// A partition as one group reads it.
    struct Place: Hashable, Sendable {
        let service: String
        let topic: String
        let partition: Int32
    }

    struct Suspect: Equatable, Sendable {
        enum Kind: Equatable, Sendable {
            /// The group's position stands before the end.
            case position
            /// The end itself stands: a transaction is open, and what lies behind its first record is not read by
            /// anyone.
            case openTransaction
        }

        let place: Place
        let group: String
        let kind: Kind
        /// The position, or the first offset of the transaction.
        let offset: Int64
        /// The end that is not reached: of committed records, or of all.
        let end: Int64
        let lasts: Duration
    }

    private struct Seen {
        var kind: Suspect.Kind
        var offset: Int64
        var since: ContinuousClock.Instant
        /// Up to here there is nothing to read.
        var clearedEnd: Int64?
    }

    /// Half a minute, less the time that a probe takes.
    static let patience: Duration = .seconds(20)

    private var seen: [Place: Seen] = [:]

    /// - Parameter busy: services that say themselves what they wait for, or have no members: they are named already.
    mutating func look(
        at groups: [ClusterView.Group], services: [MonitoredService], busy: Set<String>, now: ContinuousClock.Instant
    ) -> [Suspect] {
        var suspects: [Suspect] = []
        var present: [Place: Seen] = [:]
        for service in services where !busy.contains(service.name) {
            for lag in groups.first(where: { $0.name == service.group })?.partitions ?? [] {
                let place = Place(service: service.name, topic: lag.topic, partition: lag.partition)
                guard let standing = Self.standing(lag) else { continue }
                var entry = Seen(kind: standing.kind, offset: standing.offset, since: now)
                if let known = seen[place], known.kind == entry.kind, known.offset == entry.offset { entry = known }
                present[place] = entry
                let lasts = now - entry.since
                guard lasts >= Self.patience, entry.clearedEnd ?? -1 < standing.end else { continue }
                suspects.append(
                    Suspect(
                        place: place, group: service.group, kind: entry.kind, offset: entry.offset, end: standing.end,
                        lasts: lasts))
            }
        }
        seen = present
        return suspects
    }

    /// There is nothing to read up to the suspect's end: it counts again once the log has gone on.
    mutating func clear(_ suspect: Suspect, now: ContinuousClock.Instant) {
        guard seen[suspect.place]?.offset == suspect.offset else { return }
        seen[suspect.place]?.clearedEnd = suspect.end
        seen[suspect.place]?.since = now
    }

    private static func standing(_ lag: ClusterView.PartitionLag) -> (kind: Suspect.Kind, offset: Int64, end: Int64)? {
        if lag.position < lag.end { return (.position, lag.position, lag.end) }
        if let high = lag.highWatermark, lag.end < high { return (.openTransaction, lag.end, high) }
        return nil
    }
}

extension StallWatch.Suspect {
    func problem(_ reading: PlaceReading) -> SystemProblem? {
        let (where_, seconds) = ("\(place.topic)[\(place.partition)]", lasts.components.seconds)
        switch (kind, reading) {
        case (_, .nothing), (_, .unknown): return nil
        case (.openTransaction, _):
            return SystemProblem(
                part: place.service, level: .degraded, code: "transaction_open",
                detail:
                    "a transaction in \(where_) has been open at offset \(offset) for \(seconds) s: \(group) waits behind it, and the log goes on to \(end)"
            )
        case (.position, .unreadable):
            return SystemProblem(
                part: place.service, level: .degraded, code: "stalled",
                detail:
                    "\(group) has stood at offset \(offset) of \(where_) for \(seconds) s, the log goes on to \(end), and what is there cannot be read"
            )
        case (.position, .record):
            return SystemProblem(
                part: place.service, level: .degraded, code: "stalled",
                detail:
                    "\(group) has stood at offset \(offset) of \(where_) for \(seconds) s, the log goes on to \(end), and the record there can be read"
            )
        }
    }
}

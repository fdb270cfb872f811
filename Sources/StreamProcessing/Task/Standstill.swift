import Kafka

/// Tells a partition that is not read from one without records. Pure.
///
/// A client library can lose a partition: it says that it is assigned, and hands nothing out. librdkafka 2.0.2 does so
/// now and then to a member that rejoins after an outage. What is suspected here has to be probed, as only
/// markers of transactions may lie there, which nobody delivers.
struct Standstill {
    /// For how long a place stands before it is suspected.
    static let patience: Duration = .seconds(10)
    /// How many polls have meanwhile taken all that was there. A slow batch alone makes nobody a suspect.
    static let polls = 20

    private struct Seen {
        let position: Int64
        let since: ContinuousClock.Instant
        let drainedPolls: Int
        /// Up to here there is nothing to read.
        var clearedEnd: Int64 = -1
    }

    private var seen: [TopicPartition: Seen] = [:]
    /// Polls that took all that was there.
    private(set) var drainedPolls = 0

    /// When last looked, a place stood before its end.
    var isWatching: Bool { !seen.isEmpty }

    mutating func polledAll() { drainedPolls += 1 }

    /// Whatever was seen is no longer so: partitions changed, or the broker was away.
    mutating func forget() { seen.removeAll() }

    /// - Parameters:
    ///   - positions: the next offset to read of each partition.
    ///   - ends: where what is committed ends.
    /// - Returns: what has to be probed: from the position to the end.
    mutating func look(
        _ positions: [TopicPartition: Int64], ends: [TopicPartition: Int64], now: ContinuousClock.Instant
    ) -> [TopicPartition: Range<Int64>] {
        var suspects: [TopicPartition: Range<Int64>] = [:]
        var present: [TopicPartition: Seen] = [:]
        for (place, position) in positions {
            guard let end = ends[place], position < end else { continue }
            var entry = Seen(position: position, since: now, drainedPolls: drainedPolls)
            if let known = seen[place], known.position == position { entry = known }
            present[place] = entry
            if now - entry.since >= Standstill.patience, drainedPolls - entry.drainedPolls >= Standstill.polls,
                entry.clearedEnd < end
            {
                suspects[place] = position..<end
            }
        }
        seen = present
        return suspects
    }

    /// A probe found nothing to read before this end.
    mutating func cleared(_ place: TopicPartition, end: Int64) { seen[place]?.clearedEnd = end }
}

/// Records wait in an assigned partition and the client does not hand them out.
struct ReaderStuck: ClassifiedError, CustomStringConvertible {
    let place: TopicPartition
    let offset: Int64
    var fault: Fault { .run(code: "client_failed") }
    var description: String {
        "the client hands out nothing of \(place), which is assigned to it, although records wait there from offset \(offset)"
    }
}

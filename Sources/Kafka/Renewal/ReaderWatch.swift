/// Tells when a reader does not get what there is: its position stands while the partition's end goes on, or lies
/// beyond the end, because the log was replaced. librdkafka says nothing of either. Pure.
public struct ReaderWatch: Sendable {
    private struct Seen {
        var position: Int64
        /// Since when the position is this, and before the end.
        var since: ContinuousClock.Instant
    }

    private let patience: Duration
    /// Where the reader was at the last look, which was before the present ends were asked for.
    private var reached: [TopicPartition: Int64] = [:]
    private var seen: [TopicPartition: Seen] = [:]

    /// - Parameter patience: how long a position may stand.
    public init(patience: Duration = .seconds(30)) { self.patience = patience }

    /// - Parameters:
    ///   - positions: the next offset to be read.
    ///   - ends: the partitions' ends as this reader may see them, asked for *before* the positions were taken.
    ///   - now: the time of the positions.
    /// - Returns: why the reader has to start over, if it has to.
    public mutating func look(
        positions: [TopicPartition: Int64], ends: [TopicPartition: Int64], now: ContinuousClock.Instant
    ) -> KafkaError? {
        defer { reached = positions }
        for (partition, position) in positions.sorted(by: { $0.key < $1.key }) {
            guard let end = ends[partition] else { continue }
            // Not by the present position: what came after the ends were asked for is in it.
            if let before = reached[partition], before > end {
                return KafkaError(
                    code: .logReplaced,
                    message: "the reader was at \(before), and the log ends at \(end): it was replaced",
                    context: "\(partition)")
            }
            guard position < end, let known = seen[partition], known.position == position else {
                seen[partition] = position < end ? Seen(position: position, since: now) : nil
                continue
            }
            if now - known.since >= patience {
                return KafkaError(
                    code: .readerStalled,
                    message: "nothing has come since \(position) for \(now - known.since), and the log ends at \(end)",
                    context: "\(partition)")
            }
        }
        return nil
    }
}

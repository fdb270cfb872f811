import DequeModule
import Kafka
import OrderEvents

/// Two inputs whose records with one key are to meet in one batch.
public struct JoinedInputs: Sendable, Hashable {
    /// Its record comes first.
    public var lead: String
    /// Its record comes because of the lead's, in the same partition.
    public var follow: String

    public init(lead: String, follow: String) {
        self.lead = lead
        self.follow = follow
    }
}

/// Brings records of a lead and those that follow them together, while there is much to do. Pure.
///
/// A service that is behind reads orders long before or after their payments, and would write each order's document
/// twice. So an order waits here for its payment, and a payment for its order: they are processed in one batch, and
/// written once. With little to do nothing waits: a lone order is shown at once.
///
/// What waits is not processed yet: positions are to be committed before it (``positions``). Records of a partition
/// stay in their order.
struct JoinBuffer {
    struct Limits: Sendable {
        /// With so many leads in one poll it begins; with less than half of it left it ends.
        var begin = 1_000
        /// Not more than so many records wait.
        var waiting = 30_000
        /// For so long those of a partition may wait without any of them meeting. Where no partition's meet for so
        /// long, nothing waits until there is a follower again.
        var patience: Duration = .seconds(1)
    }

    private let lead: TopicID
    private let follow: TopicID
    private let limits: Limits
    /// By partition.
    private var lines: [Int32: JoinLine] = [:]
    /// Whose memory the records are in, in the order of the polls, and how many of each wait.
    private var sources: Deque<(batch: RecordBatch, count: Int)> = []
    /// How many sources there were before.
    private var pastSources = 0
    /// How many records wait.
    private(set) var count = 0
    /// When some last met, or the first began to wait.
    private var progressed: ContinuousClock.Instant?
    /// Followers came since they were last waited for in vain.
    private var followersCome = true

    init(lead: TopicID, follow: TopicID, limits: Limits = Limits()) {
        self.lead = lead
        self.follow = follow
        self.limits = limits
    }

    /// The first record of each partition that waits.
    var positions: (leads: [Int32: Int64], follows: [Int32: Int64]) {
        (
            lines.compactMapValues { $0.leads.first?.record.offset },
            lines.compactMapValues { $0.follows.first?.record.offset }
        )
    }

    /// How long the next poll may wait at most; nil: as long as it likes.
    func wait(now: ContinuousClock.Instant) -> Duration? {
        lines.values.compactMap(\.since).min().map { max(.zero, limits.patience - (now - $0)) }
    }

    /// Takes what was polled, and gives what can be processed now.
    mutating func take(_ polled: RecordBatch, now: ContinuousClock.Instant) -> RecordBatch {
        var leads = 0
        for record in polled {
            if record.topic == lead { leads += 1 } else if record.topic == follow { followersCome = true }
        }
        let isMuch = leads >= limits.begin || (count > 0 && count + leads >= limits.begin / 2)
        guard isMuch, followersCome else {
            return count == 0 ? polled : release(all: true, with: polled)
        }
        if count == 0 { progressed = now }
        keep(polled)
        match(now: now)
        if count > limits.waiting { for partition in lines.keys { lines[partition]!.letGoOlderHalf() } }
        return release(with: polled)
    }

    /// Gives what has waited for long enough in vain; nil: nothing has.
    mutating func expired(now: ContinuousClock.Instant) -> RecordBatch? {
        guard count > 0 else { return nil }
        match(now: now)
        let batch = release(with: nil)
        return batch.isEmpty ? nil : batch
    }

    /// The partitions are others: what waits is read again by whoever has them.
    mutating func removeAll() { self = JoinBuffer(lead: lead, follow: follow, limits: limits) }

    private mutating func keep(_ polled: RecordBatch) {
        let source = pastSources + sources.count
        var kept = 0
        // Records come in runs of a partition.
        var (partition, line) = (Int32(-1), JoinLine())
        for record in polled where record.topic == lead || record.topic == follow {
            if record.partition != partition {
                if partition >= 0 { lines[partition] = line }
                partition = record.partition
                line = lines.removeValue(forKey: partition) ?? JoinLine()
            }
            if record.topic == lead {
                line.leads.append(.init(record: record, source: source))
            } else {
                line.follows.append(.init(record: record, source: source))
            }
            kept += 1
        }
        if partition >= 0 { lines[partition] = line }
        sources.append((polled, kept))
        count += kept
    }

    private mutating func match(now: ContinuousClock.Instant) {
        for partition in lines.keys where lines[partition]!.match(now: now, deadline: now - limits.patience) {
            progressed = now
        }
        if let progressed, now - progressed >= limits.patience { followersCome = false }
    }

    /// Lets go what is due, before those of the polled records that never wait; or all, before all of them.
    private mutating func release(all: Bool = false, with polled: RecordBatch?) -> RecordBatch {
        var released: [Record] = []
        var memory = sources.map(\.batch)
        for partition in lines.keys.sorted() {
            if all { lines[partition]!.letGoAll() }
            lines[partition]!.takeDue { waiting in
                released.append(waiting.record)
                sources[waiting.source - pastSources].count -= 1
                count -= 1
            }
        }
        while let first = sources.first, first.count == 0 {
            sources.removeFirst()
            pastSources += 1
        }
        if let polled {
            released.append(
                contentsOf: polled.lazy.filter { [lead, follow] in all || $0.topic != lead && $0.topic != follow })
            memory.append(polled)
        }
        return RecordBatch(released, in: memory)
    }
}

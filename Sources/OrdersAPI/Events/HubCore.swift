import NIOCore
import OrderEvents

/// The decisions of the event stream: who gets what, when. No clock, lock, task or socket in here.
///
/// A client is either *waiting* (it asked for the next bytes and there are none) or *writing* (it has been given bytes
/// and has not come back). What a waiting client is to get is decided by ``flush(now:stats:)``, for all at once, so
/// that clients which are equally far share one encoded frame.
struct HubCore: Sendable {
    typealias Instant = ContinuousClock.Instant
    typealias ClientID = UInt64

    /// What a client is given when it asks for more.
    enum Next: Sendable {
        case send(ByteBuffer)
        case wait
        /// These bytes are the last; then the stream ends.
        case finish(ByteBuffer)
        /// The client was dropped, or has had its last bytes.
        case ended
    }

    struct Client: Sendable {
        /// The number of the change that it gets next.
        var cursor: UInt64
        /// The tick of the last figures it got.
        var tick: UInt64
        /// What it gets first: the answer to its `Last-Event-ID`.
        var prelude: ByteBuffer?
        var needsReset = false
        var isWaiting = false
        /// When it was last given bytes.
        var lastSent: Instant
        var filter = EventFilter.all
    }

    /// Counted since the last ``takeCounts()``.
    struct Counts: Sendable, Equatable {
        var eventsSent = 0
        var eventsSkipped = 0
        var bytesSent = 0
        var resets = 0
        var slowClients = 0
    }

    let limits: EventStreamLimits
    var ring: EventRing
    /// Everything up to here has been taken in.
    var position = LogPosition()
    /// Everything up to here can no longer be sent again.
    var horizon = LogPosition()
    var clients: [ClientID: Client] = [:]
    var nextID: ClientID = 0
    /// The last tick of figures that was published.
    var tick: UInt64 = 0
    var isStopping = false
    var counts = Counts()

    init(limits: EventStreamLimits) {
        self.limits = limits
        ring = EventRing(capacity: limits.ringCapacity)
    }

    /// Whether a client is behind what there is.
    func hasNews(_ client: Client) -> Bool {
        client.needsReset || client.cursor < ring.nextSequence && client.filter.wantsOrders
            || client.tick < tick && client.filter.wantsStats
    }

    mutating func takeCounts() -> Counts {
        defer { counts = Counts() }
        return counts
    }
}

// MARK: - The log's side

extension HubCore {
    /// The tail stands at these offsets: the next one to come, by partition.
    ///
    /// Clients are asked to reload if changes may have been missed between what was seen and here.
    mutating func positioned(at nextOffsets: [Int32: Int64]) {
        var missed = false
        for (partition, next) in nextOffsets {
            switch position[partition] {
            case next - 1: continue
            case nil where next == 0: break
            default: missed = true
            }
            if let seen = position[partition], next <= seen {
                // The log begins again; what the ring holds is of an earlier log.
                ring.removeAll()
                horizon = position
            }
            position[partition] = next - 1
            horizon[partition] = next - 1
        }
        if missed { resetAll() }
    }

    /// Takes in committed changes, in the log's order. `document` is nil for a record that is no order's.
    mutating func ingest(_ records: some Sequence<(partition: Int32, offset: Int64, document: OrderDocument?)>) {
        for record in records {
            if let seen = position[record.partition], record.offset <= seen {
                // The log begins again: the topic was deleted and created.
                positioned(at: [record.partition: record.offset])
            }
            position[record.partition] = record.offset
            if horizon[record.partition] == nil { horizon[record.partition] = record.offset - 1 }
            guard let document = record.document else { continue }
            let evicted = ring.append(partition: record.partition, offset: record.offset, document: document)
            if let evicted {
                horizon[evicted.partition] = max(horizon[evicted.partition] ?? -1, evicted.offset)
            }
        }
    }

    mutating func publish(tick newTick: UInt64) {
        tick = max(tick, newTick)
    }

    private mutating func resetAll() {
        for id in clients.keys {
            clients[id]?.needsReset = true
            clients[id]?.prelude = nil
        }
    }

    /// Whether everything after this position can be sent from the ring.
    func canResume(from given: LogPosition) -> Bool {
        guard !position.isEmpty else { return false }
        let known = position.offsets.allSatisfy { partition, last in
            let seen = given[partition] ?? -1
            return seen >= horizon[partition] ?? -1 && seen <= last
        }
        return known && given.offsets.keys.allSatisfy { position[$0] != nil }
    }
}

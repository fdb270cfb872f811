import DequeModule

/// One connection to a node, for one lane, with what waits for it.
final class Link {
    enum State: Hashable {
        /// The node's backoff has to pass first.
        case waiting
        case connecting
        case ready
        /// Takes no more requests; is closed when the last answer is there.
        case retiring
    }

    let id: LinkID
    let node: Node.ID
    let lane: Lane
    let address: BrokerAddress
    var connection: ConnectionCore
    var state = State.waiting
    /// Requests that are not written, in the order to write them.
    var queue: Deque<any PendingCall> = []
    /// On the monotonic clock: the broker wants no request before it (KIP-219).
    var throttledUntil: Int64 = .min
    /// When a request was last written or answered.
    var lastUsed: Int64
    var setupTimer: TimerID?
    /// Set for the earliest deadline of those on their way, or earlier.
    var answerTimer: TimerID?

    init(
        id: LinkID, node: Node.ID, lane: Lane, address: BrokerAddress, connection: ConnectionCore, now: Int64
    ) {
        self.id = id
        self.node = node
        self.lane = lane
        self.address = address
        self.connection = connection
        lastUsed = now
    }
}

/// A broker, or a server that the cluster is asked for its brokers.
struct Node {
    enum ID: Hashable, Sendable, Comparable {
        case broker(Int32)
        /// A place in `bootstrap.servers`. Brokers come first.
        case seed(Int)
    }

    var address: BrokerAddress
    /// Connections that failed or were lost since one was last ready.
    var failures = 0
    /// On the monotonic clock: no connection begins before it.
    var blockedUntil: Int64 = .min
    /// What the broker offers, by API key. From the newest connection.
    var offered: [Int16: ClosedRange<Int16>] = [:]

    init(address: BrokerAddress) { self.address = address }
}

extension Node.ID {
    /// Nil for a server whose id is not known.
    var broker: Int32? { if case .broker(let id) = self { id } else { nil } }
}

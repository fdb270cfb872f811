/// How a request is to be sent.
struct RequestOptions: Hashable, Sendable {
    var lane = Lane.general
    /// `client.id`, by which brokers log and count.
    var clientID: String
    /// For one attempt in milliseconds, from writing to the answer; nil for `request.timeout.ms`.
    var timeout: Int64?
    /// On the monotonic clock: no attempt begins after it. Nil for `default.api.timeout.ms` from now.
    var deadline: Int64?
    /// Whether an attempt that failed is followed by another.
    var retries = true
    /// No newer version of the request is used: it would mean something else. Nil: the newest that both sides have.
    var newest: Int16?

    init(
        lane: Lane = .general, clientID: String, timeout: Int64? = nil, deadline: Int64? = nil, retries: Bool = true,
        newest: Int16? = nil
    ) {
        self.lane = lane
        self.clientID = clientID
        self.timeout = timeout
        self.deadline = deadline
        self.retries = retries
        self.newest = newest
    }
}

/// Which of the connections to a broker.
///
/// A broker answers a connection's requests in their order, so what waits at the broker gets a lane of its own.
struct Lane: Hashable, Sendable {
    private enum Purpose: Hashable, Sendable { case general, produce, fetch, group }
    private let purpose: Purpose
    private let client: Int

    /// Short calls of every client.
    static let general = Lane(purpose: .general, client: 0)
    /// Produce of every client.
    static let produce = Lane(purpose: .produce, client: 0)
    /// A consumer's fetches.
    static func fetch(_ client: Int) -> Lane { Lane(purpose: .fetch, client: client) }
    /// A group member's joins and heartbeats.
    static func group(_ client: Int) -> Lane { Lane(purpose: .group, client: client) }
}

/// Names a request that was sent.
struct RequestID: Hashable, Sendable {
    let number: UInt64
}

/// What a broker answered.
struct Answer<Body> {
    var body: Body
    /// The version of request and answer.
    var version: Int16
    /// Who answered; nil for a bootstrap server whose id is not known.
    var broker: Int32?
}

/// Why there is no answer.
struct RequestFailure: Error, Hashable, Sendable {
    var error: ClientError
    /// An attempt was written and not answered: the broker may have done what was asked.
    var mayHaveHappened: Bool
    var broker: Int32?
}

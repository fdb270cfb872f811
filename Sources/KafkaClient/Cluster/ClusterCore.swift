import KafkaProtocol
import Logging
import NIOCore
import SCRAM

/// One cluster, as all clients of a process share it: connections, metadata, coordinators, requests and their retries.
///
/// Pure: events come in by its methods, what is to be done outside gathers in ``effects``. The owner calls one method at
/// a time, performs the effects after each, and calls ``advance(to:)`` at ``nextDeadline`` at the latest.
final class ClusterCore: ClusterAccess {
    let settings: ClusterSettings
    private(set) var now: ClientTime
    var random: ClientRandom
    /// To be performed by the owner, in order.
    private(set) var effects: [ClusterEffect] = []
    private var timers = Timers()
    private(set) var isClosed = false
    /// Changes where connections come and go.
    var status = ClusterStatus()

    // MARK: Connections

    var nodes: [Node.ID: Node] = [:]
    var links: [LinkID: Link] = [:]
    /// The link of each node and lane that takes requests.
    var linkOf: [LinkKey: LinkID] = [:]
    private var lastLink: UInt64 = 0

    // MARK: Requests

    var calls: [RequestID: any PendingCall] = [:]
    private var lastRequest: UInt64 = 0
    /// Wait for the next metadata.
    var awaitingMetadata: [any PendingCall] = []
    var coordinators: [CoordinatorKey: Int32] = [:]
    /// Wait for their coordinator to be found.
    var awaitingCoordinator: [CoordinatorKey: [any PendingCall]] = [:]

    // MARK: Metadata

    var metadata = ClusterMetadata()
    var features = ClusterFeatures()
    var metadataState = MetadataState()

    /// - Parameter seed: of jitter and choices.
    init(settings: ClusterSettings, now: ClientTime, seed: UInt64) {
        self.settings = settings
        self.now = now
        random = ClientRandom(seed: seed)
        for (place, address) in settings.bootstrapServers.enumerated() {
            nodes[.seed(place)] = Node(address: address)
        }
    }

    struct LinkKey: Hashable {
        let node: Node.ID
        let lane: Lane
    }

    func nextLinkID() -> LinkID {
        lastLink += 1
        return LinkID(number: lastLink)
    }

    func nextRequestID() -> RequestID {
        lastRequest += 1
        return RequestID(number: lastRequest)
    }
}

// MARK: Effects and time

extension ClusterCore {
    func perform(_ effect: ClusterEffect) { effects.append(effect) }

    /// What is to be done outside since this was last asked.
    func takeEffects() -> [ClusterEffect] {
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    func log(_ level: Logger.Level, _ message: String) { perform(.log(level, message)) }

    /// Milliseconds on the monotonic clock at which ``advance(to:)`` is due; nil if nothing is waited for.
    var nextDeadline: Int64? { timers.nextDeadline }

    @discardableResult
    func schedule(at deadline: Int64, _ body: @escaping () -> Void) -> TimerID { timers.set(at: deadline, body) }

    func cancel(_ timer: TimerID) { timers.cancel(timer) }

    /// Calls `body` at the end of the event that is being handled.
    func later(_ body: @escaping () -> Void) { schedule(at: now.monotonic, body) }
}

// MARK: Events

extension ClusterCore {
    /// Has to come before calls of clients that no other event brings.
    func begin(at time: ClientTime) {
        now = ClientTime(monotonic: max(now.monotonic, time.monotonic), wall: time.wall)
    }

    /// Does what is due, and what calls of clients left to be done.
    func settle() {
        while let body = timers.popExpired(now: now.monotonic) { body() }
    }

    func advance(to time: ClientTime) {
        begin(at: time)
        settle()
    }

    /// A connection stands, TLS included.
    /// - Parameter nonce: not to be guessed; for the login.
    func opened(_ id: LinkID, nonce: String, at time: ClientTime) {
        begin(at: time)
        if let link = links[id], link.state == .connecting, link.connection.phase == .opening {
            take(link.connection.opened(nonce: nonce), of: link)
        }
        settle()
    }

    func received(_ bytes: ByteBuffer, from id: LinkID, at time: ClientTime) {
        begin(at: time)
        if let link = links[id] {
            link.lastUsed = now.monotonic
            take(link.connection.received(bytes), of: link)
        }
        settle()
    }

    func solved(_ id: LinkID, _ result: Result<SCRAMTask.Answer, SCRAMError>, at time: ClientTime) {
        begin(at: time)
        if let link = links[id] { take(link.connection.solved(result), of: link) }
        settle()
    }

    /// A connection is gone, or did not come to stand.
    func closed(_ id: LinkID, _ error: ClientError?, at time: ClientTime) {
        begin(at: time)
        if let link = links[id] {
            let early = link.state == .ready || link.state == .retiring ? "" : " before it was ready"
            let closed = ClientError(.transport, "the broker closed the connection\(early)", context: "\(link.address)")
            lose(link, error ?? closed)
        }
        settle()
    }

    /// Ends everything that waits. Nothing is sent any more.
    func close(at time: ClientTime) {
        begin(at: time)
        guard !isClosed else { return }
        isClosed = true
        for id in links.keys.sorted() {
            perform(.close(id))
            links[id]?.connection.phase = .closed
        }
        links = [:]
        linkOf = [:]
        for id in calls.keys.sorted(by: { $0.number < $1.number }) {
            if let call = calls[id] { end(call, ClientError(.closed, "the client is closed")) }
        }
        settle()
    }
}

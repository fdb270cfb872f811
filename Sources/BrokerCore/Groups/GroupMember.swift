import NIOCore

/// One member of a consumer group.
struct GroupMember: Hashable, Sendable {
    /// A way of assigning that the member supports, with what it tells the leader about itself.
    struct AssignmentProtocol: Hashable, Sendable {
        var name: String
        var metadata: ByteBuffer
    }

    var id: String
    /// Set for static members (KIP-345), which keep their place while they restart.
    var instanceID: String?
    var clientID: String
    var clientHost: String
    var rebalanceTimeoutMilliseconds: Int32
    var sessionTimeoutMilliseconds: Int32
    /// In the member's order of preference.
    var protocols: [AssignmentProtocol]
    var assignment = ByteBuffer()

    /// The JoinGroup request that waits for the rebalance.
    var waitingJoin: RequestContext?
    /// The SyncGroup request that waits for the leader's assignment.
    var waitingSync: RequestContext?
    /// Has not yet been through a whole rebalance.
    var isNew = true
    /// Was a member before the broker's restart and has not been heard of since. It keeps its place, but nobody waits
    /// for it.
    var isUnheard = false
    /// When its session ends, on the monotonic clock.
    var deadline: Int64 = 0

    /// A member that waits for an answer cannot send heartbeats, unless it is new: then it may have gone permanently.
    var canExpire: Bool { isNew || (waitingJoin == nil && waitingSync == nil) }

    var protocolBytes: Int {
        protocols.reduce(0) { $0 + $1.name.utf8.count + $1.metadata.readableBytes }
    }

    func metadata(for protocolName: String?) -> ByteBuffer {
        protocols.first { $0.name == protocolName }?.metadata ?? ByteBuffer()
    }

    /// Its session starts again.
    mutating func touch(_ now: BrokerTime) {
        deadline = now.monotonic + Int64(sessionTimeoutMilliseconds)
        isUnheard = false
    }
}

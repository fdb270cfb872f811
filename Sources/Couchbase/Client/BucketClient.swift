import SCRAM
import DequeModule
import Foundation
import HeapModule
import NIOCore

/// A client of one bucket over all nodes of its cluster, without sockets: what happens and the time go in, ``Action``s
/// come out.
///
/// It finds the cluster by its seeds, follows its configurations, and keeps a connection to each node. Each operation is
/// sent to the node that holds its key. What may be repeated is repeated until the operation's deadline. Each operation
/// ends exactly once.
struct BucketClient: Sendable {
    typealias LinkID = UInt64
    typealias OperationID = UInt64
    typealias SlotID = Int

    enum Action: Sendable {
        /// Look up the service records, then call ``seedsResolved(_:at:)``.
        case resolve(String)
        case open(LinkID, Endpoint)
        case send(LinkID, ByteBuffer)
        case solve(LinkID, SCRAMTask)
        case close(LinkID)
        case completed(OperationID, Result<OperationResult, CouchbaseError>)
        /// The first configuration, or a newer one.
        case config(ClusterConfig, ClusterNetwork)
        /// Every seed has failed; the next round comes by itself.
        case unreachable(CouchbaseError)
        /// After ``close(at:)``: no operation is left, and no connection.
        case closed
    }

    enum Phase: Hashable, Sendable { case idle, open, closing, closed }

    /// The time, as the shell has it.
    struct Moment: Sendable {
        /// On a clock that does not jump.
        var now: Duration
        /// On the calendar, for expiries.
        var date: Date
    }

    let settings: Settings
    var moment = Moment(now: .zero, date: .distantPast)
    var phase = Phase.idle
    var config: ClusterConfig?
    var network: ClusterNetwork?

    /// The places where connections are held: the seeds at first, then the nodes.
    var slots: [SlotID: Slot] = [:]
    var slotIDs: [Endpoint: SlotID] = [:]
    var links: [LinkID: Link] = [:]
    /// The slot of each node of the vbucket map; `nil` where the node has no address in this network.
    var routes: [SlotID?] = []

    var operations: [OperationID: Pending] = [:]
    /// Operations without a node: there is no configuration, or their vbucket is nowhere at the moment.
    var homeless = Deque<OperationID>()
    var collections: [CollectionName: KnownCollection] = [:]
    var lookups: [OperationID: Lookup] = [:]

    var timers = Heap<Timer>()
    var seedRound = 0
    var isResolving = false
    var lastReady: Duration = .zero
    var pollTicks = 0
    var nextID: UInt64 = 1
    var actions: [Action] = []
    /// Links whose ``Link/outgoing`` has bytes.
    var dirty: [LinkID] = []

    init(settings: Settings) { self.settings = settings }

    /// What has to be done, in this order. Bytes for one connection come as one piece.
    mutating func takeActions() -> [Action] {
        flush()
        defer { actions.removeAll(keepingCapacity: true) }
        return actions
    }

    var now: Duration { moment.now }
    /// Operations that have not ended.
    var pendingCount: Int { operations.count }

    mutating func takeID() -> UInt64 {
        defer { nextID += 1 }
        return nextID
    }
}

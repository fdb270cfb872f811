/// How a consumer takes part in its group. Names and defaults are the Java client's.
struct GroupSettings: Sendable {
    /// `group.id`.
    var groupID: String
    /// `group.instance.id`: a static member keeps its place while it restarts (KIP-345).
    var instanceID: String?
    /// `client.id`.
    var clientID: String
    /// `client.rack`.
    var rackID: String?
    /// `session.timeout.ms`: the coordinator gives up a member that it has not heard of for so long.
    var sessionTimeoutMilliseconds: Int64 = 45_000
    /// `heartbeat.interval.ms`.
    var heartbeatIntervalMilliseconds: Int64 = 3_000
    /// `max.poll.interval.ms`: a member that does not poll for so long leaves. Also how long the group waits for a
    /// member in a rebalance.
    var pollIntervalMilliseconds: Int64 = 300_000
    /// `partition.assignment.strategy`, the preferred one first. Either all are cooperative or none counts as such.
    var assignors: [any PartitionAssignor] = [RangeAssignor(), CooperativeStickyAssignor()]

    init(groupID: String, clientID: String) {
        self.groupID = groupID
        self.clientID = clientID
    }

    /// The protocol that members of every assignor can follow, as Java's client chooses it.
    var isCooperative: Bool { !assignors.isEmpty && assignors.allSatisfy(\.isCooperative) }
    var coordinator: CoordinatorKey { CoordinatorKey(kind: .group, name: groupID) }
}

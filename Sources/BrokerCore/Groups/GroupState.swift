/// The states of a consumer group in the classic protocol (KIP-62). A dead group is one that is not there.
enum GroupState: Hashable, Sendable {
    /// No members; perhaps committed offsets.
    case empty
    /// Waiting for the members to join.
    case preparingRebalance
    /// Waiting for the leader's assignment.
    case completingRebalance
    /// Every member can have its assignment.
    case stable

    /// The name that Kafka's tools show.
    var name: String {
        switch self {
        case .empty: "Empty"
        case .preparingRebalance: "PreparingRebalance"
        case .completingRebalance: "CompletingRebalance"
        case .stable: "Stable"
        }
    }
}

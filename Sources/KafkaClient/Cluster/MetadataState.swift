/// Who wants to know what of the cluster, and when it was last asked.
struct MetadataState {
    struct Follower {
        var interest: TopicInterest
        let onChange: () -> Void
    }

    private(set) var followers: [FollowerID: Follower] = [:]
    private var lastFollower: UInt64 = 0
    /// A request is on its way.
    var isAsking = false
    /// Something came up meanwhile that its answer does not cover.
    var asksAgain = false
    /// Attempts without an answer since the last one that had one, and answers with a topic or leader missing.
    var failures = 0
    /// Why the brokers refused the last attempt to log in.
    var refusal: ClientError?
    /// When the last request was sent, on the monotonic clock.
    var lastAsked: Int64?
    /// The request that is due, and when.
    var next: (timer: TimerID, time: Int64)?

    mutating func add(_ follower: Follower) -> FollowerID {
        lastFollower += 1
        let id = FollowerID(number: lastFollower)
        followers[id] = follower
        return id
    }

    mutating func change(_ id: FollowerID, to interest: TopicInterest) { followers[id]?.interest = interest }
    mutating func remove(_ id: FollowerID) { followers[id] = nil }

    /// In the order in which they came.
    var ordered: [FollowerID] { followers.keys.sorted { $0.number < $1.number } }

    /// The topics that somebody follows; nil for all.
    var topics: Set<String>? {
        var topics: Set<String> = []
        for follower in followers.values {
            switch follower.interest {
            case .none: break
            case .named(let names): topics.formUnion(names)
            case .all: return nil
            }
        }
        return topics
    }
}

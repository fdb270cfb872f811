import OrderEvents

/// What the reconciler shows of itself: counted by it, read by anyone.
public struct ReconcilerState: Sendable, Equatable {
    public struct RecentFinding: Sendable, Equatable {
        public let kind: Finding.Kind
        public let subject: String
        public let detail: String
        public let at: Timestamp
    }

    /// Nothing could be checked yet.
    public internal(set) var isStarting = true
    /// Why it is behind; nil: it is not.
    public internal(set) var problem: String?
    /// Orders that agree; one that changes again soon after is not counted again.
    public internal(set) var checkedOrders = 0
    public internal(set) var openOrders = 0
    /// Open ones that are open for longer than usual.
    public internal(set) var overdueOrders = 0
    public internal(set) var skippedRecords = 0
    /// Orders that came and will not be checked.
    public internal(set) var skippedOrders = 0
    public internal(set) var coverage = ReconcilerCoverage()
    public internal(set) var findings = 0
    public internal(set) var since: Timestamp?
    public internal(set) var checkedThrough: Timestamp?
    public internal(set) var sweptWindows = 0
    public internal(set) var sweptOrders = 0
    public internal(set) var sweptAt: Timestamp?
    /// The newest last, at most `maximumRecent`.
    public internal(set) var recentFindings: [RecentFinding] = []

    static let maximumRecent = 20

    /// Notes a finding, unless the same was among the recent ones. Returns whether it is new.
    mutating func note(_ kind: Finding.Kind, _ subject: String, _ detail: String, at moment: Timestamp) -> Bool {
        if recentFindings.contains(where: { $0.kind == kind && $0.subject == subject && $0.detail == detail }) {
            return false
        }
        findings += 1
        recentFindings.append(RecentFinding(kind: kind, subject: subject, detail: detail, at: moment))
        if recentFindings.count > ReconcilerState.maximumRecent { recentFindings.removeFirst() }
        return true
    }
}

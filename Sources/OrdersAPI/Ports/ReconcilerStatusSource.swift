import OrderEvents

/// How the check that runs beside the flow fares.
public protocol ReconcilerStatusSource: Sendable {
    /// At once, from memory.
    func status() -> ReconcilerStatus
}

/// What the reconciler has checked and found.
public struct ReconcilerStatus: Sendable, Equatable {
    /// How the check stands.
    public enum Level: String, Sendable {
        /// Everything that was checked agrees.
        case ok
        /// Something does not agree; see ``recentFindings``.
        case findings
        /// Orders of the last hour were not checked, or wait for long, or the broker or the store is away; see
        /// ``detail``.
        case behind
        case starting
        /// It was switched off.
        case off
    }

    /// One thing that does not agree.
    public struct Finding: Sendable, Equatable {
        /// `payment`, `fraud`, `document`, `aggregate` or `store`.
        public let kind: String
        /// What it is about: `order 42`, `window 2024-01-15T10:30:00Z of partition 3`.
        public let subject: String
        /// What does not agree, for people.
        public let detail: String
        /// When it was found.
        public let at: Timestamp

        /// A finding from its parts.
        public init(kind: String, subject: String, detail: String, at: Timestamp) {
            self.kind = kind
            self.subject = subject
            self.detail = detail
            self.at = at
        }
    }

    /// How far the slow addition of the store has come.
    public struct Sweep: Sendable, Equatable {
        /// Windows that the last sweep compared with the sum of their orders.
        public var windowsChecked = 0
        /// Orders that it added up.
        public var ordersChecked = 0
        /// nil: none has ended yet.
        public var lastFinishedAt: Timestamp?

        /// Nothing was added up yet.
        public init() {}
    }

    /// How much of the last hour was checked.
    public struct Coverage: Sendable, Equatable {
        /// Orders that were checked.
        public var checked: Int
        /// Orders that were not and will not be.
        public var skipped: Int
        /// Orders that wait for it longer than usual.
        public var overdue: Int

        /// All orders that came.
        public var all: Int { checked + skipped + overdue }

        /// Counts of the last hour.
        public init(checked: Int = 0, skipped: Int = 0, overdue: Int = 0) {
            self.checked = checked
            self.skipped = skipped
            self.overdue = overdue
        }
    }

    /// How the check stands.
    public var level: Level
    /// Why it is behind, for people.
    public var detail: String?
    /// Orders whose events, payment, verdict, document and row were found to agree.
    public var checkedOrders = 0
    /// Orders that wait to be checked.
    public var openOrders = 0
    /// Records that were skipped because more came than it checks.
    public var skippedRecords = 0
    /// Orders that came and will not be checked.
    public var skippedOrders = 0
    /// How much of the last hour was checked.
    public var coverage = Coverage()
    /// What came longer ago than this was checked; nil before the first check.
    public var delayMilliseconds: Int64?
    /// How many were found since the process began.
    public var findings = 0
    /// Since when it checks.
    public var since: Timestamp?
    /// What came before this moment was checked.
    public var checkedThrough: Timestamp?
    /// How far the slow addition of the store has come.
    public var sweep = Sweep()
    /// The newest last.
    public var recentFindings: [Finding] = []

    /// A status without figures.
    public init(_ level: Level) { self.level = level }

    /// The entry that it adds to the system's problems; nil where all is well.
    var problem: SystemProblem? {
        switch level {
        case .ok, .off, .starting: return nil
        case .behind:
            return SystemProblem(part: "reconciler", level: .degraded, code: "behind", detail: detail ?? "it is behind")
        case .findings:
            let last = recentFindings.last
            let example = last.map { "; the latest: \($0.subject) \($0.detail)" } ?? ""
            return SystemProblem(
                part: "reconciler", level: .degraded, code: "findings", detail: "\(findings) findings\(example)")
        }
    }
}

/// For a process without one.
public struct NoReconciler: ReconcilerStatusSource {
    /// For a process without a reconciler.
    public init() {}
    /// It is off.
    public func status() -> ReconcilerStatus { ReconcilerStatus(.off) }
}

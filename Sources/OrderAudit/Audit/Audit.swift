import OrderEvents
import StreamProcessing

/// Reconciles what the topics and the store hold. Pure: records and rows go in, findings come out.
///
/// It trusts nothing that the services computed: documents, verdicts, charges and sums are worked out again from the
/// events. What a service has not committed yet is no finding; it is counted as pending.
///
/// The topics are co-partitioned, so it goes partition by partition (`begin` … `endPartition`) and holds the orders of
/// one at a time. In each, what is downstream comes first: dead letters, order-analytics, payments and alerts, orders.
/// What the groups had committed and the store held was read before all that. So everything downstream has its cause in
/// what is read, also while orders flow.
struct Audit: Sendable {
    /// What of a partition's log is not there any more.
    struct Cuts: Sendable {
        /// The oldest offset of each topic's partition.
        var begins: [Int64] = Array(repeating: 0, count: FlowTopic.allCases.count)

        subscript(_ topic: FlowTopic) -> Int64 {
            get { begins[topic.rawValue] }
            set { begins[topic.rawValue] = newValue }
        }

        func isWhole(_ topic: FlowTopic) -> Bool { self[topic] == 0 }
        /// Compaction keeps the latest of every key: a compacted topic always counts as whole.
        var hasAllEvents: Bool { isWhole(.orders) && isWhole(.payments) && isWhole(.fraudAlerts) }
    }

    /// With how many partitions homes are computed.
    let layout: HomeLayout
    let round: ReadingRound
    var findings = FindingList()
    var counts: AuditReport.Counts

    // The partition at hand.
    var partition: Int32 = 0
    var progress = PartitionProgress()
    var cuts = Cuts()
    var table = AuditTable()
    var letters: [LetterKey: AuditLetter] = [:]
    /// Dead letters about records of earlier epochs, whatever their partition: they are about the copies, too.
    var earlierLetters: [EarlierLetterKey: AuditLetter] = [:]
    /// Whether the sums of this partition are taken: from its documents at one point of its log.
    var isSummed = false
    /// Readings whose oldest dead letters of this partition retention has deleted.
    var cutLetters: Set<Consumption> = []

    // The whole audit.
    var windows: [AggregateKey: WindowAccount] = [:]
    var store = StoredSide()
    var misplaced = Misplaced()
    var accepted: AcceptedOrders?
    /// What was decided about dead letters.
    var decisions = AuditDecisions()
    /// The dead letters whose replays were seen on the topics.
    var replaysSeen: Set<String> = []
    /// Topics of which some partition's beginning is gone.
    var cutTopics: Set<FlowTopic> = []
    var lostLog = LostLog()

    /// - Parameter continuing: the audit of the round before.
    init(layout: HomeLayout, round: ReadingRound = ReadingRound(), continuing earlier: consuming Audit? = nil) {
        self.layout = layout
        self.round = round
        counts = AuditReport.Counts()
        guard let earlier else { return }
        findings = earlier.findings
        counts = earlier.counts
        windows = earlier.windows
        misplaced = earlier.misplaced
        decisions = earlier.decisions
        replaysSeen = earlier.replaysSeen
        earlierLetters = earlier.earlierLetters
        cutTopics = earlier.cutTopics
        lostLog = earlier.lostLog
    }

    mutating func find(_ kind: Finding.Kind, _ subject: String, _ detail: String) {
        findings.add(Finding(kind: kind, subject: subject, detail: detail))
    }

    // MARK: a partition

    mutating func begin(
        _ partition: Int32, progress: PartitionProgress, cuts: Cuts = Cuts(), cutLetters: Set<Consumption> = [],
        expectedOrders: Int = 64
    ) {
        self.partition = partition
        self.progress = progress
        self.cuts = cuts
        table = AuditTable(expected: expectedOrders)
        letters = [:]
        isSummed = false
        self.cutLetters = cutLetters
        for topic in FlowTopic.allCases where !cuts.isWhole(topic) {
            cutTopics.insert(topic)
            noteDeleted(topic.name, partition, cuts[topic])
        }
    }

    /// A record of the partition. Each topic's come in the order of their offsets.
    mutating func take(_ record: LogRecord, of topic: FlowTopic) {
        if isAhead(record, topic) { return }
        if let replay = record.replayOf { replaysSeen.insert(replay) }
        switch topic {
        case .orders: takeOrder(record)
        case .payments: takePayment(record)
        case .fraudAlerts: takeAlert(record)
        case .orderAnalytics: takeAnalytics(record)
        }
    }

    /// Checks everything of the partition and lets go of it.
    mutating func endPartition() {
        if !isSummed { sumDocuments() }
        markStored()
        for index in table.entries.indices { check(table.entries[index]) }
        checkAccepted()
        if round.isFirst { checkLettersWithoutCause() }
        if round.isLast { checkAggregates() }
        table = AuditTable()
        letters = [:]
    }

    private mutating func check(_ entry: Entry) {
        let name = "order \(entry.id)"
        if entry.document != nil { counts.documents += 1 }
        checkStored(name, entry)
        guard entry.marks.contains(.known) else { return checkUnknown(name, entry) }
        counts.orders += 1
        var isPending = entry.marks.contains(.unjoined) || (entry.document != nil && !entry.marks.contains(.storeDue))
        checkPayment(name, entry, &isPending)
        checkFraud(name, entry)
        checkDocument(name, entry)
        if isPending { counts.pending += 1 }
    }

    /// Nothing of it stands on the orders topic: then nothing may stand anywhere else.
    private mutating func checkUnknown(_ name: String, _ entry: Entry) {
        guard cuts.isWhole(.orders) else {
            counts.notCheckable += 1
            return
        }
        if entry.history.outcomes > 0 || entry.history.payment != nil {
            find(.payment, name, "has a payment, but no event on the orders topic")
        }
        if entry.history.alerts > 0 { find(.fraud, name, "has a fraud alert, but no event on the orders topic") }
        if entry.document != nil { find(.document, name, "has a document, but no event on the orders topic") }
    }

    // MARK: the verdict

    /// After the last partition of the last round.
    mutating func report() -> AuditReport {
        checkStoreLeftovers()
        checkMisplaced()
        checkDecisions()
        return AuditReport(
            counts: counts, deleted: lostLog.deleted, findingCount: findings.count, findingsByKind: findings.byKind,
            findings: findings.sorted)
    }
}

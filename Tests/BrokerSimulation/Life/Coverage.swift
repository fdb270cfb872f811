/// What a run, or many, has been through; a counter that stays at zero over many runs means that the simulation has gone blind.
struct Coverage {
    enum Counter: String, CaseIterable {
        case lives, steps, requests
        case crashes, powerLosses = "power losses", deadRecoveries = "recoveries that died", midOperation =
            "crashes within an operation"
        case diskErrors = "disk errors", fullDisks = "full disks", storageFailures = "storage failures"
        case disconnects, lostAnswers = "answers lost", clockJumps = "clock jumps", cleanStops = "clean stops"
        case acknowledged = "records acknowledged", duplicates = "retries answered"
        case commits, aborts, timeouts = "transactions timed out", undecided = "outcomes never answered"
        case fencings, offsetsInTransactions = "offsets in transactions"
        case rebalances, evictions = "members evicted", commitsByMembers = "offsets committed by members",
            refusedCommits = "commits refused"
        case fetches, recordsRead = "records read", rereads, diskReads = "reads from segments"
        case journalRolls = "journal rolls", checkpoints, segmentRolls = "segments rolled", compactions, retentions =
            "log starts moved"
        case topicsDeleted = "topics deleted", topicsRemade = "topics made again", deletedAsked =
            "deleted topics asked for"
        case partitionsAdded = "partitions added", longSleeps = "long sleeps", idsForgotten =
            "transactional ids forgotten"
        case strangeTimes = "batches with strange times", heldRetentions = "retention held up by a reader"
        case refusedForgotten = "forgotten ids refused", renewed = "forgotten ids given again"
    }

    private var counts = [Int](repeating: 0, count: Counter.allCases.count)

    private static let indexes = Dictionary(uniqueKeysWithValues: Counter.allCases.enumerated().map { ($1, $0) })

    subscript(counter: Counter) -> Int {
        get { counts[Self.indexes[counter] ?? 0] }
        set { counts[Self.indexes[counter] ?? 0] = newValue }
    }

    mutating func add(_ other: Coverage) {
        for index in counts.indices { counts[index] += other.counts[index] }
    }

    /// Counters that stayed at zero.
    var blind: [Counter] { Counter.allCases.filter { self[$0] == 0 } }

    var description: String {
        Counter.allCases.map { "\($0.rawValue) \(self[$0])" }.joined(separator: ", ")
    }
}

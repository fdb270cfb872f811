/// What a run, or many, has been through; a counter that stays at zero over many runs means that the simulation has
/// gone blind.
struct PlatformCoverage {
    enum Counter: String, CaseIterable {
        case lives, steps, requests
        case orders, payments, alerts, deadLetters = "dead letters", deliveries = "outcomes posted"
        case misplaced, conflicts, garbage, late
        case commits, aborts, fencings, refusedOffsets = "offsets refused"
        case rebalances, evictions = "members given up"
        case lostRequests = "requests lost", lostAnswers = "answers lost"
        case deaths = "deaths in mid-step", kills = "deaths between steps", stalls, interleavings
        case stateLost = "state behind after a death", directoriesLost = "directories lost",
            directoriesDamaged = "directories damaged"
        case scaled = "instances added", copies = "directories copied", runsEnded = "runs that ended"
        case brokerDeaths = "deaths of the broker", powerLosses = "power losses", diskFaults = "disk faults"
        case outsideFaults = "faults outside", refusedBatches = "batches refused without a reason"
    }

    private var counts = [Int](repeating: 0, count: Counter.allCases.count)

    private static let indexes = Dictionary(uniqueKeysWithValues: Counter.allCases.enumerated().map { ($1, $0) })

    subscript(counter: Counter) -> Int {
        get { counts[Self.indexes[counter]!] }
        set { counts[Self.indexes[counter]!] = newValue }
    }

    mutating func add(_ other: PlatformCoverage) {
        for index in counts.indices { counts[index] += other.counts[index] }
    }

    /// Counters that stayed at zero.
    var blind: [Counter] { Counter.allCases.filter { self[$0] == 0 } }

    var description: String { Counter.allCases.map { "\($0.rawValue) \(self[$0])" }.joined(separator: ", ") }
}

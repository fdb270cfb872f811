import DequeModule
import Kafka
import OrderEvents

/// The records of one partition that wait for each other: see ``JoinBuffer``. Pure.
struct JoinLine {
    struct Waiting {
        var record: Record
        /// Whose memory it is in.
        var source: Int
    }

    /// Appended by whoever polls; looked at by ``match(now:deadline:)``.
    var leads: Deque<Waiting> = []
    var follows: Deque<Waiting> = []

    /// When records last met here, or the first began to wait; nil: none waits.
    private(set) var since: ContinuousClock.Instant?

    /// How many leads went before those that wait, and how many are to go of all that ever came.
    private var passed = 0
    private var goal = 0
    /// So many of the first followers are due.
    private var dueFollows = 0
    /// How many leads of all that ever came are in `places`.
    private var placed = 0
    /// By the hash of its key, which of all leads that ever came it is. Two keys with one hash: one of them goes early.
    private var places: [UInt32: Int] = [:]
    /// Hashes of leads that went without a follower. Bounded: see ``leave(_:)``.
    private var lone: Set<UInt32> = []
    /// The greatest time of a lead that came.
    private var leadTime = Int64.min

    private static let loneLimit = 50_000

    /// Finds who has met, and what has nobody to wait for. What has waited in vain since `deadline` is due as well.
    ///
    /// - Returns: whether any record met another.
    mutating func match(now: ContinuousClock.Instant, deadline: ContinuousClock.Instant) -> Bool {
        for index in (placed - passed)..<leads.count {
            let record = leads[index].record
            leadTime = max(leadTime, record.timestamp)
            if let hash = JoinLine.hash(record) { places[hash] = passed + index }
        }
        placed = passed + leads.count
        var hasMet = false
        while dueFollows < follows.count {
            let record = follows[dueFollows].record
            if let hash = JoinLine.hash(record) {
                if let place = places.removeValue(forKey: hash) {
                    goal = max(goal, place + 1)
                    hasMet = true
                } else if lone.remove(hash) == nil, record.timestamp > leadTime {
                    // Its lead was not read yet.
                    break
                }
            }
            dueFollows += 1
        }
        if leads.isEmpty, follows.isEmpty { return hasMet }
        if hasMet { since = now }
        if let since, since <= deadline { letGoAll() }
        since = since ?? now
        return hasMet
    }

    private static func hash(_ record: Record) -> UInt32? { record.key.map { KeyPartitioner.murmur2($0) } }

    mutating func letGoOlderHalf() {
        goal = max(goal, passed + (leads.count + 1) / 2)
        dueFollows = max(dueFollows, (follows.count + 1) / 2)
    }

    mutating func letGoAll() {
        goal = passed + leads.count
        dueFollows = follows.count
    }

    /// Takes out what is due: leads first.
    mutating func takeDue(_ body: (Waiting) -> Void) {
        while passed < goal, let first = leads.popFirst() {
            leave(first.record)
            body(first)
            passed += 1
        }
        for _ in 0..<dueFollows { body(follows.removeFirst()) }
        dueFollows = 0
        if leads.isEmpty, follows.isEmpty { since = nil }
    }

    /// A lead goes: where its follower has not come, that one need not wait.
    private mutating func leave(_ record: Record) {
        guard let hash = JoinLine.hash(record), places[hash] == passed else { return }
        places[hash] = nil
        // Some of them may then wait in vain, for a moment.
        if lone.count >= JoinLine.loneLimit { lone.removeAll() }
        lone.insert(hash)
    }
}

import TestSupport

@testable import BrokerCore
@testable import BrokerSimulation

/// What is different from run to run: how many of everything there are, and how harsh the world is.
struct LifePlan {
    var partitions: Int32
    var broker = BrokerSettings()
    /// Steps of the world before it drains.
    var steps: Int
    /// Events of orders that come from outside.
    var events: Int
    /// Instances of each service at the start.
    var instances: Int
    /// The most records of a service's batch.
    var maxBatch: Int
    /// How long a transaction may be open: for longer than a member may be silent, so that others have its partitions
    /// meanwhile.
    var transactionTimeout: Int32

    // Chances, of a thousand.
    /// At each request of a service: it dies.
    var deaths = 0
    /// At each request: the connection breaks, before or after the broker has done it.
    var lostRequests = 0
    var lostAnswers = 0
    /// At each request: the process stands still, and the others go on.
    var stalls = 0
    /// At each request: others go on meanwhile.
    var interleavings = 0
    /// At each turn of the world: the broker dies, perhaps with the machine.
    var brokerDeaths = 0
    var diskFaults = 0
    /// At each step: an instance comes, goes, loses its directory, or is copied.
    var changes = 0
    /// At each call of something outside.
    var outsideFaults = 0

    init(_ random: inout SeededGenerator) {
        partitions = Int32(random.within(1...3))
        // Most are short: what goes wrong in a run goes wrong within a few steps, and many short ones see more of it
        // than few long ones. What needs a long history has the others.
        let isLong = random.chance(0.05)
        steps = random.within(isLong ? 50...150 : 8...30)
        events = random.within(isLong ? 15...50 : 3...9)
        instances = random.pick([1, 1, 2])
        maxBatch = random.pick([1, 3, 10, 100])
        transactionTimeout = random.pick([15_000, 60_000])
        // A third of the runs are calm, so that what goes wrong without any fault is seen as such.
        if random.chance(0.75) {
            deaths = random.pick([0, 0, 3, 12])
            lostRequests = random.pick([0, 0, 5, 25])
            lostAnswers = random.pick([0, 5, 25])
            stalls = random.pick([0, 0, 3, 8])
            interleavings = random.pick([0, 5, 30])
            brokerDeaths = random.pick([0, 0, 1, 3])
            diskFaults = random.pick([0, 0, 1, 3])
            changes = random.pick([0, 10, 40])
            outsideFaults = random.pick([0, 100, 300])
        }
        broker.journalFileBytes = random.pick([32, 128]) << 10
        broker.flushBytes = random.pick([1, 8, 64]) << 10
        broker.flushIntervalMilliseconds = Int64(random.pick([20, 1000]))
        broker.tailCacheBytes = random.pick([2, 64]) << 10
        broker.maximumCommitBytes = random.pick([2, 32]) << 10
        broker.internalSegmentBytes = random.pick([2, 8]) << 10
        broker.maintenanceIntervalMilliseconds = Int64(random.pick([10_000, 60_000]))
        broker.log.segmentBytes = random.pick([4, 64]) << 10
        broker.shutDownMilliseconds = 1 << 40
        broker.autoCreatesTopics = false
    }
}

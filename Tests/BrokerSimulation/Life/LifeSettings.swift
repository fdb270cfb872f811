import TestSupport

@testable import BrokerCore

/// What is different from run to run: the broker's sizes, the topics, how harsh the world is.
struct LifeSettings {
    struct Topic {
        var name: String
        var partitions: Int32
        var configs: [String: String]
        /// How many keys there are, so that compaction has something to do; 0: each record has a key of its own.
        var keys = 0
        /// Whether old records may go by time, by size or on request.
        var forgets = false
        /// The group that is declared to read it: nothing goes that it has not committed.
        var reader: String?
        var compacts: Bool { configs["cleanup.policy"] == "compact" }
    }

    var broker = BrokerSettings()
    var topics: [Topic] = []
    var steps = 0
    /// How often each kind of step comes, see `Life`.
    var weights: [Int] = []
    /// Chances per thousand steps.
    var crashes = 0
    var diskErrors = 0
    var disconnects = 0
    var clientDeaths = 0
    var clockJumps = 0
    var longSleeps = 0
    /// The most milliseconds that pass in a step.
    var haste = 1
    var producers = 0
    var families = 0
    var groups = 0

    init(_ random: inout SeededGenerator) {
        broker.journalFileBytes = random.pick([4, 8, 16, 32]) << 10
        broker.flushBytes = random.pick([1, 2, 8]) << 10
        broker.flushIntervalMilliseconds = Int64(random.pick([20, 100, 1000]))
        broker.tailCacheBytes = random.pick([2, 8, 64]) << 10
        broker.maximumCommitBytes = random.pick([2, 32]) << 10
        broker.internalSegmentBytes = random.pick([1, 2, 8]) << 10
        broker.maintenanceIntervalMilliseconds = Int64(random.pick([100, 500, 2000]))
        broker.log.segmentBytes = random.pick([1, 2, 4, 16]) << 10
        broker.log.retentionMilliseconds = -1
        broker.log.segmentMilliseconds = Int64(random.pick([2_000, 1 << 40]))
        broker.shutDownMilliseconds = 1 << 40
        // What groups committed outlasts every sleep, so that it can be checked at the end.
        broker.offsetRetentionMilliseconds = 1 << 50
        makeTopics(&random)

        steps = random.within(500...3000)
        crashes = random.pick([0, 1, 3, 8])
        diskErrors = random.pick([0, 0, 3, 12])
        disconnects = random.pick([0, 2, 8, 25])
        clientDeaths = random.pick([0, 2, 8])
        clockJumps = random.pick([0, 0, 3])
        longSleeps = random.pick([0, 0, 2])
        haste = random.pick([1, 3, 12])
        producers = random.within(1...4)
        families = random.within(1...3)
        groups = random.within(0...2)
        weights = [
            random.within(20...40),  // a client does something
            random.within(15...30),  // requests arrive
            random.within(15...30),  // answers arrive
            random.within(5...20),  // the journal's lane
            random.within(2...20),  // the files' lane
            random.within(2...10),  // the background lane
            random.within(5...10),  // the core ends its tick
        ]
    }

    private mutating func makeTopics(_ random: inout SeededGenerator) {
        let compact = [
            "cleanup.policy": "compact", "min.cleanable.dirty.ratio": random.pick(["0.01", "0.3"]),
            "delete.retention.ms": "0",
        ]
        topics = [Topic(name: "orders", partitions: 2, configs: random.flip() ? compact : [:])]
        if random.chance(0.6) {
            topics.append(Topic(name: "views", partitions: 1, configs: compact, keys: random.within(2...12)))
        }
        if random.chance(0.3) {
            topics.append(
                Topic(
                    name: "recent", partitions: 1, configs: ["retention.bytes": "3000", "segment.bytes": "1024"],
                    forgets: true))
        }
        if random.chance(0.4) {
            let configs = [
                "retention.ms": random.pick(["200", "2000"]), "retention.bytes": random.pick(["-1", "2000"]),
                "segment.bytes": "1024",
            ]
            topics.append(Topic(name: "awaited", partitions: 1, configs: configs, forgets: true, reader: "watcher"))
            broker.declaredReaders = ["awaited": ["watcher"]]
        }
        if random.chance(0.2) { topics[0].configs["message.timestamp.type"] = "LogAppendTime" }
    }

    var places: [Place] {
        topics.flatMap { topic in (0..<topic.partitions).map { Place(topic: topic.name, partition: $0) } }
    }
    func topic(_ name: String) -> Topic? { topics.first { $0.name == name } }
}

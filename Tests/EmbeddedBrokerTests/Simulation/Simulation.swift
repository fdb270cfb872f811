@testable import EmbeddedBroker

/// One seeded life of a broker: clients, storage, time, crashes and power losses in an order that the seed alone decides.
struct Simulation {
    private var random: SeededRandom
    private let broker: CoreHarness
    private let producers: [SimulatedProducer]
    private let transactional: [SimulatedTransactionalProducer]
    private(set) var crashes = 0
    private(set) var steps = 0

    private static let topic = "simulated"

    init(seed: UInt64) throws {
        random = SeededRandom(seed: seed)
        var settings = CoreHarness.smallSettings
        settings.maintenanceIntervalMilliseconds = 500
        broker = try CoreHarness(settings: settings)
        // Every record has a key of its own, so compaction takes nothing but what was aborted.
        let configs = ["cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.1"]
        guard broker.createTopic(Self.topic, partitions: 2, configs: configs) == .some(.none) else {
            throw SimulationFailure("no topic")
        }
        producers = (0..<3).map { SimulatedProducer(name: "p\($0)", topic: Self.topic, partition: Int32($0 % 2)) }
        transactional = (0..<2).map { SimulatedTransactionalProducer(id: "t\($0)", topic: Self.topic) }
    }

    mutating func run(steps: Int) throws {
        for _ in 0..<steps {
            self.steps += 1
            try step()
        }
        try verify()
        // Open transactions run into their timeouts, after which nothing is undecided.
        for _ in 0..<3 {
            broker.advance(milliseconds: 60_000)
            broker.settle()
        }
        try verify()
    }

    private mutating func step() throws {
        switch random.below(100) {
        case 0..<30: try producers[random.below(producers.count)].step(broker, &random)
        case 30..<60: try transactional[random.below(transactional.count)].step(broker, &random)
        case 60..<75: broker.endOfTick()
        case 75..<95: broker.perform(StorageLane.allCases[random.below(3)])
        case 95..<98: broker.advance(milliseconds: Int64(random.below(400)))
        case 98: if random.chance(0.15) { try crash() }
        default: if random.chance(0.1) { broker.files.failNext(".log", .noSpace) }
        }
        if broker.failure != nil { try crash() }
    }

    /// The broker dies, perhaps in the middle of a storage operation, perhaps with the machine; and is started again, which may
    /// die as well.
    private mutating func crash() throws {
        crashes += 1
        if random.chance(0.6) {
            broker.files.dieAfter(calls: random.below(6))
            for _ in 0..<4 { broker.perform(StorageLane.allCases[random.below(3)]) }
        }
        while true {
            if random.chance(0.5) { broker.files.losePower(&random) } else { broker.files.clearFaults() }
            if random.chance(0.2) { broker.files.dieAfter(calls: random.below(40)) }
            do {
                try broker.restart()
                broker.files.clearFaults()
                break
            } catch {
                guard broker.files.isDead else { throw error }
            }
        }
        for producer in producers { producer.brokerRestarted() }
        for producer in transactional { producer.brokerRestarted(&random) }
        if random.chance(0.3) { try verify() }
    }

    /// What a life amounted to.
    struct Summary: Hashable {
        var crashes: Int
        var acknowledged: Int
        var committed: Int
        var fileCalls: Int
    }

    var summary: Summary {
        Summary(
            crashes: crashes, acknowledged: producers.reduce(0) { $0 + $1.acknowledged.count },
            committed: transactional.reduce(0) { $0 + $1.copies.count { $0.outcome == .committed } },
            fileCalls: broker.files.calls)
    }

    /// What the broker warned of last.
    var warnings: [String] { broker.warnings.suffix(3) }

    private func verify() throws {
        broker.files.clearFaults()
        broker.settle()
        var committed: [Int32: [Batches.Read]] = [:]
        var all: [Int32: [Batches.Read]] = [:]
        var undecided: Set<String> = []
        for partition in 0..<Int32(2) {
            let stable = broker.listOffset(Self.topic, partition, timestamp: -1, committedOnly: true)?.offset ?? 0
            committed[partition] = try broker.readAll(Self.topic, partition, committedOnly: true)
            let records = try broker.readAll(Self.topic, partition)
            all[partition] = records
            undecided.formUnion(records.filter { $0.offset >= stable }.compactMap(\.value))
        }
        for (index, producer) in producers.enumerated() { try producer.verify(all[Int32(index % 2)] ?? []) }
        for producer in transactional {
            let offset = broker.committedOffset(group: producer.group, Self.topic) ?? -2
            try producer.verify(committed, undecided: undecided, committedOffset: offset)
        }
    }
}

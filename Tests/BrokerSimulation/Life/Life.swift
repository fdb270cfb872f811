import TestSupport

@testable import BrokerCore
@testable import BrokerStorage
@testable import KafkaProtocol

/// One seeded run of a broker: clients, network, disk, time, crashes and power losses in an order that the seed alone decides.
final class Life {
    let seed: UInt64
    var random: SeededGenerator
    let settings: LifeSettings
    let broker: SimulatedBroker
    let ledger = Ledger()
    var coverage = Coverage()

    var producers: [IdempotentProducer] = []
    var families: [TransactionalFamily] = []
    var transactional: [TransactionalProducer] = []
    var readers: [Reader] = []
    var members: [GroupMember] = []
    var administrator: Administrator?
    var watcher: DeclaredReader?
    var names = 0

    private(set) var step = 0
    /// Milliseconds of this run; unlike the broker's clocks it only goes forward, evenly.
    var elapsed: Int64 = 0
    /// When there is room on the disk again, nil if there is.
    var diskIsFullUntil: Int64?
    /// No new work is begun.
    var isDraining = false
    /// The first thing that went wrong.
    private(set) var violation: Violation?
    var trace: ((String) -> Void)?

    init(seed: UInt64, trace: ((String) -> Void)? = nil) throws {
        self.seed = seed
        self.trace = trace
        random = SeededGenerator(seed: seed)
        settings = LifeSettings(&random)
        broker = try SimulatedBroker(files: SimulatedFiles(), settings: settings.broker)
        if let trace {
            broker.trace = { [unowned self] text in trace("\(step) at \(elapsed): \(text)") }
            trace("seed \(seed): \(settings)")
        }
        broker.willHandle = { [unowned self] exchange in
            switch exchange.request {
            case let request as OffsetCommitRequest:
                exchange.newestGeneration = ledger.generations[request.groupID] ?? -1
            case let request as InitProducerIDRequest:
                families.first { $0.id == request.transactionalID }?.asked(handledAt: exchange.handledAt)
            default: break
            }
        }
        try createTopics()
        populate()
    }

    var hasDiskErrors: Bool { settings.diskErrors > 0 }

    func fail(_ found: Violation) {
        guard violation == nil else { return }
        violation = found
        trace?("VIOLATION: \(found)")
    }

    func fail(_ invariant: Invariant, _ detail: String) { fail(Violation(invariant: invariant, detail: detail)) }

    // MARK: Its course

    /// Goes through it; the first violation ends it.
    func run() -> Violation? {
        coverage[.lives] = 1
        while step < settings.steps, violation == nil {
            step += 1
            takeStep()
        }
        if violation == nil { drain() }
        if violation == nil { verifyAtTheEnd() }
        noteCoverage()
        return violation
    }

    private func takeStep() {
        pass(milliseconds: Int64(random.below(settings.haste + 1)))
        switch random.weighted(settings.weights) {
        case 0: for _ in 0..<random.within(1...3) { if let client = random.pickOrNil(clients) { act(client) } }
        case 1: deliverRequests()
        case 2: deliverAnswers()
        case 3: storage(.journal)
        case 4: storage(.files)
        case 5: storage(.background)
        default: broker.endOfTick()
        }
        disturb()
    }

    /// All clients that live.
    var clients: [SimulatedClient] {
        var all: [SimulatedClient] = []
        all += producers
        all += transactional
        all += readers
        all += members
        if let administrator { all.append(administrator) }
        if let watcher { all.append(watcher) }
        return all
    }

    func act(_ client: SimulatedClient) {
        guard !client.isDead, client.stalledUntil <= elapsed else { return }
        client.act()
    }

    func deliverRequests() {
        for _ in 0..<random.within(1...3) { deliverRequestsOfOne() }
        if random.chance(0.7) { broker.endOfTick() }
    }

    private func deliverRequestsOfOne() {
        let links = broker.links.filter { !$0.outgoing.isEmpty || !$0.isOpen }
        guard let link = random.pickOrNil(links) else { return }
        for _ in 0..<random.within(1...4) where !broker.deliverRequest(of: link) { break }
    }

    func deliverAnswers() {
        for _ in 0..<random.within(1...3) {
            let links = broker.links.filter(\.hasAnswer)
            guard let link = random.pickOrNil(links) else { return }
            for _ in 0..<random.within(1...4) { link.takeAnswer() }
        }
    }

    private func storage(_ lane: StorageLane) {
        if random.chance(0.8) { broker.perform(lane) }
        if random.chance(0.8) {
            broker.complete(lane)
            if random.chance(0.7) { broker.endOfTick() }
        }
    }

    func pass(milliseconds: Int64) {
        elapsed += milliseconds
        broker.now.monotonic += milliseconds
        broker.now.wall += milliseconds
        if let end = diskIsFullUntil, elapsed >= end {
            broker.files.setFull(false)
            diskIsFullUntil = nil
        }
        // The timer may be late.
        if random.chance(0.7) { broker.tick() }
    }
}

extension SeededGenerator {
    mutating func pickOrNil<T>(_ array: [T]) -> T? { array.isEmpty ? nil : array[below(array.count)] }
}

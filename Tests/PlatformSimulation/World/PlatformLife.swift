import OrderEvents
import TestSupport

@testable import BrokerCore
@testable import BrokerSimulation
@testable import BrokerStorage
@testable import KafkaProtocol

/// A whole platform in one thread and a time of its own: the broker's core on a disk that fails, the services' real
/// loop, processors and plan for faults, keyed state, gateway, webhook and store. The seed alone decides everything.
///
/// What a service asks of the broker is answered while the world goes on (`PlatformLife+Turn.swift`). So at each of its
/// requests a service may die, stand still, lose the connection, or see others go on.
final class PlatformLife {
    let seed: UInt64
    var random: SeededGenerator
    let plan: LifePlan
    let broker: SimulatedBroker
    let outside: Outside
    var coverage = PlatformCoverage()
    var services: [ServiceInstance] = []
    /// The connections of all that have one; those of the dead are taken out.
    var clients: [PlatformClient] = []
    private(set) lazy var upstream = Upstream(life: self)
    var names = 0

    private(set) var step = 0
    /// Milliseconds of this run; unlike the broker's clocks it only goes forward.
    var elapsed: Int64 = 0
    /// When a broker that has died starts again; nil: it runs.
    var brokerIsBackAt: Int64?
    /// When there is room on the disk again; nil: there is.
    var diskIsFullUntil: Int64?
    /// Nothing goes wrong any more, and nothing new comes.
    var isDraining = false
    /// Connections on which no answer arrives any more.
    var held: [Link] = []
    /// How many services stand still while others go on.
    var depth = 0
    private(set) var violation: String?
    /// Gets what happens, a line each.
    let listener: ((String) -> Void)?

    static let wallClockAtStart: Int64 = 1_700_000_000_000

    init(seed: UInt64, listener: ((String) -> Void)? = nil) throws {
        self.seed = seed
        self.listener = listener
        random = SeededGenerator(seed: seed)
        plan = LifePlan(&random)
        broker = try SimulatedBroker(files: SimulatedFiles(), settings: plan.broker)
        outside = Outside(seed: random.next())
        tell("a run with \(plan.partitions) partitions, \(plan.events) events in \(plan.steps) steps")
        try createTopics()
        for kind in ServiceKind.allCases { for _ in 0..<plan.instances { addService(kind) } }
    }

    /// The wall clock, which jumps in no run yet.
    var wallClock: Int64 { PlatformLife.wallClockAtStart + elapsed }

    func tell(_ text: @autoclosure () -> String) {
        guard let listener else { return }
        listener("\(step) at \(Double(elapsed) / 1_000) s: \(text())")
    }

    func fail(_ text: String) {
        guard violation == nil else { return }
        violation = text
        tell("VIOLATION: \(text)")
    }

    func happens(_ perThousand: Int) -> Bool {
        perThousand > 0 && !isDraining && random.below(1_000) < perThousand
    }

    private func createTopics() throws {
        var specs = Topology.topicSpecs(homes: plan.partitions)
        specs.sort { $0.name < $1.name }
        let wanted = specs.map { spec in
            var configs = spec.config
            // Everything of a run is audited at its end.
            configs["retention.ms"] = "-1"
            return CreateTopicsRequest.Topic(
                name: spec.name, numPartitions: spec.partitions, replicationFactor: 1, assignments: [],
                configs: configs.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) })
        }
        let answer: CreateTopicsResponse? = broker.ask(CreateTopicsRequest(topics: wanted))
        guard let results = answer?.results, results.count == wanted.count else {
            throw NotBegun(text: "the topics could not be made")
        }
        for result in results where result.errorCode != .none {
            throw NotBegun(text: "topic \(result.name) could not be made: \(result.errorCode)")
        }
    }

    struct NotBegun: Error, CustomStringConvertible {
        let text: String
        var description: String { text }
    }

    /// Partitions of a topic of the platform; those beside the flow have one.
    func partitionCount(of topic: String) -> Int32 {
        Topics.auxiliarySpecs.contains { $0.name == topic } ? 1 : plan.partitions
    }

    // MARK: its course

    /// Goes through it; the first violation ends it.
    func run() async -> String? {
        coverage[.lives] = 1
        while step < plan.steps, violation == nil {
            step += 1
            await takeStep()
        }
        if violation == nil { await drain() }
        if violation == nil { judge() }
        coverage[.steps] = step
        return violation
    }

    private func takeStep() async {
        if happens(plan.changes) { changeServices() }
        if random.chance(0.3) || upstream.isBehind { upstream.act() }
        if random.chance(0.1) { pass(Int64(random.below(2_000))) }
        for _ in 0..<random.within(1...4) {
            guard let service = random.pickOrNil(services), violation == nil else { return }
            await service.step()
        }
    }
}

import TestSupport
import Testing

@testable import KafkaClient

/// Groups at random: members come, leave, crash, hang and change their minds; connections break and answers
/// are lost. No partition ever has two readers that the coordinator counts as members, and in the end the group
/// settles.
@Suite struct GroupLivesTests {
    @Test(arguments: [[AssignmentStrategy.range], [.roundRobin], [.cooperativeSticky], [.cooperativeSticky, .range]])
    func `Whatever happens, no partition has two readers and all are read in the end`(
        _ strategies: [AssignmentStrategy]
    ) {
        for seed in Seeds.first(15) {
            let life = GroupLife(seed: seed, strategies)
            life.run()
            #expect(life.group.conflicts.isEmpty, "seed \(seed)")
            let isSettled = life.group.isSettled(12)
            #expect(isSettled, "seed \(seed): \(life.group.holders)")
            let loads = life.group.applications.map(\.held.count)
            #expect((loads.max() ?? 0) - (loads.min() ?? 0) <= 2, "seed \(seed): \(loads)")
        }
    }
}

private final class GroupLife {
    let group: SimulatedGroup
    private var random: SeededGenerator
    private let strategies: [AssignmentStrategy]
    private var lastInstance = 0

    init(seed: UInt64, _ strategies: [AssignmentStrategy]) {
        group = SimulatedGroup(seed: seed, topics: ["orders": 6, "payments": 6])
        random = SeededGenerator(seed: seed)
        self.strategies = strategies
    }

    func run() {
        start()
        for _ in 0..<30 {
            step()
            group.cluster.run(for: Int64.random(in: 10...6_000, using: &random))
        }
        // Then nothing happens any more.
        group.cluster.lostAnswers = 0
        for application in group.applications { application.polls = true }
        if group.applications.isEmpty { start() }
        group.cluster.run(for: 200_000)
    }

    private func start() {
        var instanceID: String?
        if Int.random(in: 0..<3, using: &random) == 0 {
            lastInstance += 1
            instanceID = "instance-\(lastInstance)"
        }
        let application = group.start(strategies, topics: ["orders", "payments"], instanceID: instanceID)
        application.releaseMilliseconds = Int64.random(in: 0...3_000, using: &random)
    }

    private func step() {
        let applications = group.applications
        guard let chosen = applications.randomElement(using: &random) else { return start() }
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1, 2: if applications.count < 5 { start() }
        case 3: group.close(chosen)
        case 4: if applications.count > 1 { group.crash(chosen) }
        case 5: chosen.polls.toggle()
        case 6:
            group.cluster.breakConnection(
                chosen.member.lane, .coordinator(CoordinatorKey(kind: .group, name: "group")))
        case 7: group.cluster.lostAnswers = UInt64.random(in: 0...100, using: &random)
        case 8:
            let topics: Set<String> = Bool.random(using: &random) ? ["orders"] : ["orders", "payments"]
            chosen.member.subscribe(topics)
            group.cluster.schedule(at: group.cluster.now.monotonic + 20_000) {
                if !chosen.isGone, chosen.member.phase != .leaving, chosen.failure == nil {
                    chosen.member.subscribe(["orders", "payments"])
                }
            }
        default: break
        }
    }
}

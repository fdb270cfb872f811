import KafkaProtocol
import Testing

@testable import KafkaClient

/// As whom a consumer commits, and what it reads with a share of its group.
@Suite struct CommitterTests {
    /// A coordinator that gives this member all of topic "t" in each generation, and forgets it when notified.
    private final class Coordinator {
        var generation: Int32 = 0
        var forgets = false
        var commits: [Int32] = []

        init(_ cluster: ScriptedCluster, partitions: [TopicPartition]) {
            cluster.serve(JoinGroupRequest.self) { [self] request, _, reply in
                generation += 1
                let generation = generation
                reply(
                    JoinGroupResponse {
                        $0.generationID = generation
                        $0.protocolType = "consumer"
                        $0.protocolName = request.protocols.first?.name
                        $0.leader = "another"
                        $0.memberID = "member-\(generation)"
                    })
            }
            cluster.serve(SyncGroupRequest.self) { _, _, reply in
                reply(SyncGroupResponse { $0.assignment = ConsumerAssignment(partitions: partitions).encoded() })
            }
            cluster.serve(HeartbeatRequest.self) { [self] _, _, reply in
                let forgets = forgets
                self.forgets = false
                reply(HeartbeatResponse { $0.errorCode = forgets ? .unknownMemberID : .none })
            }
            cluster.serve(OffsetCommitRequest.self) { [self] request, _, reply in
                commits.append(request.generationIDOrMemberEpoch)
                reply(OffsetCommitResponse { _ in })
            }
        }
    }

    private func poll(_ core: ConsumerCore, _ cluster: ScriptedCluster, wait: Int64 = 500) -> Polled {
        var result: Polled?
        core.poll(maximum: 100, until: cluster.now.monotonic + wait) { result = $0 }
        cluster.run(until: cluster.now.monotonic + wait + 1) { result == nil }
        return result ?? Polled()
    }

    private func settings(_ settings: inout ConsumerSettings) {
        settings.groupID = "g"
        settings.assignmentStrategies = [.roundRobin]
        settings.heartbeatIntervalMilliseconds = 500
    }

    @Test func `What was polled before the group lost the member is committed as the member that it was`() throws {
        let broker = LogBroker(seed: 1)
        let coordinator = Coordinator(broker.cluster, partitions: [t0])
        let core = ConsumerHarness(broker, settings).core
        try core.subscribe(["t"])
        var events: [GroupEvent] = []
        while events.isEmpty { events = poll(core, broker.cluster).events }
        #expect(events == [.assigned([t0], all: [t0])])
        // While the application works, the member is lost and becomes another one, with a share again.
        coordinator.forgets = true
        let start = broker.cluster.now.monotonic
        broker.cluster.run(until: start + 5_000) { coordinator.generation < 2 }
        broker.cluster.run(until: broker.cluster.now.monotonic + 200) { true }
        #expect(core.member?.generation == 2)
        var outcome: ClientError??
        core.commit([t0: 7], until: nil) { outcome = .some($0) }
        broker.cluster.run(until: broker.cluster.now.monotonic + 1_000) { outcome == nil }
        #expect(coordinator.commits == [1])
        #expect(core.groupMetadata?.memberID == "member-1")
        #expect(poll(core, broker.cluster).events == [.lost([t0]), .assigned([t0], all: [t0])])
        #expect(core.groupMetadata?.memberID == "member-2")
    }

    @Test func `A consumer that chooses reads what it chose, and nothing once its share is lost`() throws {
        let broker = LogBroker(seed: 2, topics: ["t": 2])
        let coordinator = Coordinator(broker.cluster, partitions: [t0])
        broker.append(t0, count: 3)
        broker.append(t1, count: 3)
        let core = ConsumerHarness(broker, settings).core
        try core.subscribe(["t"], choosing: true)
        while poll(core, broker.cluster).events.isEmpty {}
        #expect(core.partitions.isEmpty)
        core.read([t1], at: [t1: .offset(1)])
        let polled = poll(core, broker.cluster)
        #expect(polled.runs.map(\.partition) == [t1] && polled.runs.first?.map(\.offset) == [1, 2])
        #expect(polled.moves.map(\.offset) == [3])
        coordinator.forgets = true
        var events: [GroupEvent] = []
        while !events.contains(.lost([t0])) { events += poll(core, broker.cluster).events }
        #expect(core.partitions.isEmpty)
        // A share that was lost before the application has chosen: it hears of that before it gets a record.
        core.read([t1], at: [t1: .beginning])
        coordinator.forgets = true
        events = []
        while !events.contains(.lost([t0])) {
            let polled = poll(core, broker.cluster)
            if polled.runs.isEmpty { events += polled.events }
        }
        #expect(core.partitions.isEmpty)
    }

    @Test func `Where one has stopped reading is told once, also behind what is left out`() throws {
        let broker = LogBroker(seed: 3)
        let consumer = ConsumerHarness(broker) { $0.isolation = .readCommitted }
        broker.append(count: 2)
        try consumer.core.assign([t0: .offset(0)])
        #expect(poll(consumer.core, broker.cluster).moves.map(\.offset) == [2])
        #expect(poll(consumer.core, broker.cluster).moves.isEmpty)
        broker.append(count: 2, producer: 1)
        try broker.endTransaction(1, .abort)
        var moves: [Int64] = []
        while moves.isEmpty { moves = poll(consumer.core, broker.cluster).moves.map(\.offset) }
        #expect(moves == [5])
        try consumer.core.seek([t0: .offset(1)])
        #expect(poll(consumer.core, broker.cluster).moves.map(\.offset).last == 5)
    }
}

import NIOCore
import TestSupport
import Testing

@testable import BrokerCore
@testable import KafkaProtocol

/// Many runs of groups, each a random but repeatable course of members that come, go, stall and commit, and of brokers
/// that restart; after every step what must always hold is checked.
@Suite struct GroupSimulationTests {
    @Test(
        "Whatever members do, at most one generation commits, and every waiting request is answered", arguments: 0..<40)
    func life(seed: Int) throws {
        var simulation = GroupSimulation(seed: UInt64(seed))
        for _ in 0..<400 { try simulation.step() }
        try simulation.settle()
    }

    @Test("The same seed gives the same run")
    func repeatable() throws {
        var first = GroupSimulation(seed: 99)
        var second = GroupSimulation(seed: 99)
        for _ in 0..<300 {
            try first.step()
            try second.step()
        }
        #expect(first.harness.log.map(\.record) == second.harness.log.map(\.record))
        #expect(first.describe == second.describe)
    }
}

struct GroupSimulation {
    /// A client, as far as it knows.
    struct Client {
        enum Waiting {
            case join(RequestContext)
            case sync(RequestContext)
        }

        var number: Int
        var member = GroupHarness.Member()
        var waiting: Waiting?
        var isAssigned = false
    }

    var harness: GroupHarness
    var random: SeededGenerator
    var clients: [Client] = []
    var nextNumber = 0
    /// The newest offset whose commit was answered with success.
    var acknowledged: Int64 = -1
    var nextOffset: Int64 = 0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        harness = GroupHarness(seed: seed)
    }

    var describe: String { "\(clients.map { ($0.number, $0.member) }) \(String(describing: harness.state()))" }

    mutating func step() throws {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<8 where clients.count < 6:
            let isStatic = Bool.random(using: &random)
            let instance = isStatic ? "i\(Int.random(in: 0..<3, using: &random))" : nil
            clients.append(Client(number: nextNumber, member: .init(instanceID: instance)))
            nextNumber += 1
        case 8..<12 where !clients.isEmpty:
            // A crash: nothing is said.
            clients.remove(at: pick())
        case 12..<15 where !clients.isEmpty:
            let client = clients.remove(at: pick())
            _ = harness.leave("g", [client.member])
        case 15..<18: harness.advance(Int64.random(in: 5_000...12_000, using: &random))
        case 18..<20: try restart()
        case 20..<30: harness.advance(Int64.random(in: 1...500, using: &random))
        case 30..<35: harness.persistsAtOnce.toggle()
        default: if !clients.isEmpty { try act(pick()) }
        }
        try check()
    }

    private mutating func pick() -> Int { Int.random(in: clients.indices, using: &random) }

    private mutating func restart() throws {
        harness.persistAll()
        try harness.restart(seed: random.next())
        // Connections are gone, and with them what was waited for.
        for index in clients.indices where clients[index].waiting != nil {
            clients[index].waiting = nil
            clients[index].isAssigned = false
        }
    }

    /// Lets a client do what it would do next.
    private mutating func act(_ index: Int) throws {
        if let waiting = clients[index].waiting { return try receive(index, waiting) }
        let member = clients[index].member
        guard clients[index].isAssigned else {
            let join = harness.join("g", member)
            clients[index].waiting = .join(join)
            return
        }
        if Bool.random(using: &random) {
            react(index, to: harness.heartbeat("g", member) ?? .none)
        } else if harness.persistsAtOnce {
            let offset = nextOffset
            nextOffset += 1
            let error = harness.tryCommit("g", member, [0: offset])?.first
            if error == ErrorCode.none {
                acknowledged = offset
                // Only a member of the present generation gets through.
                #expect(harness.coordinator.groups["g"]?.generation == member.generation)
                #expect(harness.coordinator.groups["g"]?.members[member.id] != nil)
            }
            react(index, to: error ?? .none)
        }
    }

    private mutating func react(_ index: Int, to error: ErrorCode) {
        switch error {
        case .none: break
        case .rebalanceInProgress, .illegalGeneration: clients[index].isAssigned = false
        default:
            clients[index].isAssigned = false
            clients[index].member.id = ""
            clients[index].member.generation = -1
        }
    }

    private mutating func receive(_ index: Int, _ waiting: Client.Waiting) throws {
        switch waiting {
        case .join(let context):
            guard let answer = harness.reply(context, as: JoinGroupResponse.self) else { return }
            clients[index].waiting = nil
            switch answer.errorCode {
            case .memberIDRequired: clients[index].member.id = answer.memberID
            case .none:
                clients[index].member.id = answer.memberID
                clients[index].member.generation = answer.generationID
                let assignments = answer.members.map { ($0.memberID, $0.memberID) }
                let sync = harness.sync(
                    "g", clients[index].member, assignments: Dictionary(uniqueKeysWithValues: assignments))
                clients[index].waiting = .sync(sync)
            default: react(index, to: answer.errorCode)
            }
        case .sync(let context):
            guard let answer = harness.reply(context, as: SyncGroupResponse.self) else { return }
            clients[index].waiting = nil
            clients[index].isAssigned = answer.errorCode == .none
            react(index, to: answer.errorCode)
        }
    }

    private mutating func check() throws {
        guard let group = harness.coordinator.groups["g"] else { return }
        if group.members.isEmpty {
            // A rebalance may wait for ids that were given out.
            #expect(group.state == .empty || group.state == .preparingRebalance && !group.pendingMembers.isEmpty)
        } else {
            #expect(group.state != .empty)
        }
        #expect(group.members.isEmpty || group.members[group.leader ?? ""] != nil)
        for member in group.members.values {
            if let instance = member.instanceID { #expect(group.staticMembers[instance] == member.id) }
            // Somebody who waits is waited for in the right state, so that an answer will come.
            #expect(member.waitingSync == nil || group.state == .completingRebalance)
        }
        #expect(group.staticMembers.count == group.members.values.count { $0.instanceID != nil })
        #expect(group.pendingSync.allSatisfy { group.members[$0] != nil })
        if let deadline = group.nextDeadline {
            let next = try #require(harness.coordinator.nextDeadline)
            #expect(next <= deadline)
        } else {
            // Nothing is due by time alone: nobody is there, or all wait for the disk.
            let allWait = group.members.values.allSatisfy { $0.waitingJoin != nil || $0.waitingSync != nil }
            #expect(group.members.isEmpty || allWait && !harness.waiting.isEmpty)
        }
        #expect(group.offsets.committed[.init(topic: "t", partition: 0)]?.offset ?? -1 == acknowledged)
    }

    /// Left alone, the clients that remain come to a stable group.
    mutating func settle() throws {
        harness.persistsAtOnce = true
        harness.persistAll()
        if clients.isEmpty { clients.append(Client(number: nextNumber)) }
        // Instances that two clients share fence one another indefinitely; one of each may stay.
        var seen: Set<String> = []
        clients = clients.filter { $0.member.instanceID.map { seen.insert($0).inserted } ?? true }
        for _ in 0..<200 {
            for index in clients.indices { try act(index) }
            harness.advance(500)
            try check()
        }
        #expect(harness.state() == .stable)
        #expect(clients.allSatisfy { $0.isAssigned })
        #expect(harness.coordinator.groups["g"]?.members.count == clients.count)
    }
}

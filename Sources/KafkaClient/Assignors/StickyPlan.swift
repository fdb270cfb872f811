/// The most even assignment that moves few partitions.
///
/// Each partition begins where it is, or else with the reader that has least. Then, as long as some member can hand
/// partitions on, directly or over others, to one that has at least two fewer, it does. When that ends no assignment
/// is more even; where all members read the same topics, none has two more than another.
struct StickyPlan {
    private let members: [GroupSubscriber]
    private let topics: [String]
    /// By topic: the indices of the members that read it.
    private var readers: [[Int]] = []
    /// By member and topic: the partitions, in no order.
    private var held: [[[Int32]]]
    private var loads: [Int]
    private let owners: [TopicPartition: String]

    /// - Parameter owners: who has a partition so far.
    init(_ members: [GroupSubscriber], _ partitionCounts: [String: Int32], owners: [TopicPartition: String]) {
        self.owners = owners
        let members = members.sorted()
        self.members = members
        let subscribed = members.subscribers(partitionCounts)
        topics = subscribed.map(\.topic)
        held = Array(repeating: Array(repeating: [], count: subscribed.count), count: members.count)
        loads = Array(repeating: 0, count: members.count)
        let places = Dictionary(
            members.enumerated().map { ($1.memberID, $0) }, uniquingKeysWith: { first, _ in first })
        readers = subscribed.map { $0.members.compactMap { places[$0.memberID] } }
        place(counts: subscribed.map(\.count), places)
        while improve() {}
    }

    /// What each member gets, in order.
    var partitions: [String: [TopicPartition]] {
        var result: [String: [TopicPartition]] = [:]
        for (index, member) in members.enumerated() {
            result[member.memberID] = topics.indices.flatMap { topic in
                held[index][topic].sorted().map { TopicPartition(topic: topics[topic], partition: $0) }
            }
        }
        return result
    }

    private mutating func place(counts: [Int32], _ places: [String: Int]) {
        var loose: [(topic: Int, partition: Int32)] = []
        for topic in topics.indices {
            for partition in 0..<counts[topic] {
                let owner = owners[TopicPartition(topic: topics[topic], partition: partition)].flatMap { places[$0] }
                if let owner, readers[topic].contains(owner) {
                    give(topic, partition, to: owner)
                } else {
                    loose.append((topic, partition))
                }
            }
        }
        // Those with the fewest readers first: the others leave more to choose from.
        loose.sort {
            (readers[$0.topic].count, $0.topic, $0.partition) < (readers[$1.topic].count, $1.topic, $1.partition)
        }
        for (topic, partition) in loose {
            guard let reader = readers[topic].min(by: { (loads[$0], $0) < (loads[$1], $1) }) else { continue }
            give(topic, partition, to: reader)
        }
    }

    private mutating func give(_ topic: Int, _ partition: Int32, to member: Int) {
        held[member][topic].append(partition)
        loads[member] += 1
    }
}

// MARK: Evening out

extension StickyPlan {
    /// How a member was reached: from which one, with a partition of which topic.
    private struct Step {
        var giver: Int
        var topic: Int
    }

    /// One partition fewer for a member that has too many. False if there is none.
    private mutating func improve() -> Bool {
        for giver in loads.indices.sorted(by: { (loads[$1], $0) < (loads[$0], $1) }) {
            guard let (receiver, steps) = path(from: giver) else { continue }
            pass(to: receiver, from: giver, steps)
            return true
        }
        return false
    }

    /// The shortest way over which `giver` can hand on a partition to a member that has at least two fewer; of several
    /// such members that which has least. A topic is followed once: whoever holds it reaches the same readers.
    private func path(from giver: Int) -> (receiver: Int, steps: [Int: Step])? {
        var steps: [Int: Step] = [:]
        var isFollowed = Array(repeating: false, count: topics.count)
        var ring = [giver]
        while !ring.isEmpty {
            var next: [Int] = []
            for member in ring {
                for topic in topics.indices where !isFollowed[topic] && !held[member][topic].isEmpty {
                    isFollowed[topic] = true
                    for reader in readers[topic] where reader != giver && steps[reader] == nil {
                        steps[reader] = Step(giver: member, topic: topic)
                        next.append(reader)
                    }
                }
            }
            let least = next.min { (loads[$0], $0) < (loads[$1], $1) }
            if let least, loads[least] + 2 <= loads[giver] { return (least, steps) }
            ring = next
        }
        return nil
    }

    private mutating func pass(to receiver: Int, from giver: Int, _ steps: [Int: Step]) {
        var member = receiver
        while member != giver, let step = steps[member] {
            let partition = takePartition(of: step.topic, from: step.giver, for: member)
            loads[step.giver] -= 1
            give(step.topic, partition, to: member)
            member = step.giver
        }
    }

    /// Best one that returns to its owner, else one that was not here before.
    private mutating func takePartition(of topic: Int, from giver: Int, for receiver: Int) -> Int32 {
        let candidates = held[giver][topic]
        func owner(_ partition: Int32) -> String? { owners[TopicPartition(topic: topics[topic], partition: partition)] }
        let index =
            candidates.firstIndex { owner($0) == members[receiver].memberID }
            ?? candidates.firstIndex { owner($0) != members[giver].memberID } ?? candidates.count - 1
        return held[giver][topic].remove(at: index)
    }
}

import Kafka

/// A group's committed position that the log no longer has. Found when partitions are assigned.
public struct PositionCut: Hashable, Sendable {
    public let place: TopicPartition
    /// The next offset that the group would have read.
    public let from: Int64
    /// Where it goes on instead: the oldest record.
    public let to: Int64
    /// The log ends before ``from``: it is another one.
    public let isReplaced: Bool
    /// When it was found, milliseconds since 1970.
    public let foundAt: Int64
}

/// Where a task keeps its cuts permanently: a topic, and how a cut is written there.
public struct CutJournal: Sendable {
    let topic: String
    let record: @Sendable (PositionCut) throws -> (key: [UInt8], value: [UInt8])

    public init(topic: String, record: @escaping @Sendable (PositionCut) throws -> (key: [UInt8], value: [UInt8])) {
        self.topic = topic
        self.record = record
    }
}

/// Where a member begins in the partitions that it is assigned. Pure.
struct StartPlan: Equatable {
    private(set) var starts: [TopicPartition: StartOffset] = [:]
    private(set) var cuts: [PositionCut] = []

    /// A topic is replaced as a whole: where one partition ends before the group's position, the others may have grown
    /// past it already, and their positions mean nothing either.
    ///
    /// - Parameters:
    ///   - committed: where the group has committed something.
    ///   - ends: the offsets of the partitions' next records.
    ///   - replaced: topics that are known to be others now, by the positions that the task had in them.
    init(
        _ partitions: [TopicPartition], committed: [TopicPartition: Int64], begins: [TopicPartition: Int64],
        ends: [TopicPartition: Int64],
        replaced: [TopicPartition: Int64] = [:], now: Int64
    ) {
        let beyond = partitions.filter { committed[$0] ?? 0 > ends[$0] ?? .max }
        let others = Set((beyond + replaced.keys).map(\.topic))
        for place in partitions {
            let begin = begins[place] ?? 0
            let isReplaced = others.contains(place.topic)
            guard let next = isReplaced ? replaced[place] ?? committed[place] : committed[place] else {
                starts[place] = .beginning
                continue
            }
            guard next < begin || isReplaced else {
                starts[place] = .offset(next)
                continue
            }
            starts[place] = .offset(begin)
            if next != begin {
                cuts.append(PositionCut(place: place, from: next, to: begin, isReplaced: isReplaced, foundAt: now))
            }
        }
    }
}

/// The topics of these positions are others now than they were.
struct TopicsReplaced: ClassifiedError, CustomStringConvertible {
    /// Where the task was in their partitions.
    let positions: [TopicPartition: Int64]
    let reason: String

    var fault: Fault { .run(code: "log_cut") }
    var description: String {
        "\(Set(positions.keys.map(\.topic)).sorted().joined(separator: ", ")) was deleted and made again: \(reason)"
    }
}

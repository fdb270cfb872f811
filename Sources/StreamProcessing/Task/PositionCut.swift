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

/// Where a task keeps its cuts for good: a topic, and how a cut is written there.
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

    /// - Parameters:
    ///   - committed: where the group has committed something.
    ///   - ends: the offsets of the partitions' next records.
    init(
        _ partitions: [TopicPartition], committed: [TopicPartition: Int64], begins: [TopicPartition: Int64], ends: [TopicPartition: Int64],
        now: Int64
    ) {
        for place in partitions {
            let begin = begins[place] ?? 0
            guard let next = committed[place] else {
                starts[place] = .beginning
                continue
            }
            let isReplaced = next > ends[place] ?? .max
            guard next < begin || isReplaced else {
                starts[place] = .offset(next)
                continue
            }
            starts[place] = .offset(begin)
            cuts.append(PositionCut(place: place, from: next, to: begin, isReplaced: isReplaced, foundAt: now))
        }
    }
}
